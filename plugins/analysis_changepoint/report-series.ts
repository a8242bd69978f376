import {
  CLOSE_FIELDS,
  type FieldInput,
  type FindingInput,
  type ItemInput,
  replicates,
} from '../../src/sdk/index.ts';
import { chartChanges } from './change-chart.ts';
import { LEVEL } from './change-effect.ts';
import { type ChangeEvidence, readEvidence } from './change-evidence.ts';
import { changeFields } from './change-fields.ts';
import type { Plan } from './plan.ts';
import { hypothesisOf, isWithModel, type Screened, type WithModel } from './screen.ts';
import type { FoundChange } from './series-study.ts';
import type { Frame, Summary } from './series-table.ts';
import { itemStatement, itemTitle, limitationsOf, statementOf, titleOf } from './wording.ts';

const PLACE_FAMILY = 'no_change_between_neighbours';

/** Of a change of all rows that single jobs show, too. */
const ACTIONABILITY_OF_SUM = 0.1;

/** Labels in the ledger of the changes that were tested between their neighbours. */
export type PlaceLabels = ReadonlyMap<FoundChange, string>;

/** Enters every change that was tested between its neighbours in the ledger. */
export function testPlaces(plan: Plan, one: Screened): PlaceLabels {
  if (!isWithModel(one)) return new Map();
  const subject = hypothesisOf(plan, one.series.summary);
  return new Map(
    one.tested.changes.flatMap((change, i) => {
      if (change.test === undefined) return [];
      const label = plan.ctx.test({
        family: PLACE_FAMILY,
        hypothesis: `${subject}: no change between the neighbours of change ${i + 1}`,
        statistic: { name: 'greatest gain of a split', value: change.test.statistic },
        p_value: change.test.p_value,
        n: change.later.to - change.earlier.from,
        dependent: true,
      });
      return [[change, label] as const];
    }),
  );
}

/** A series with the changes that its finding tells. */
interface Told {
  readonly one: WithModel;
  readonly hopeful: readonly FoundChange[];
  /** Whether single jobs changed on the same days, which have findings of their own: what can be acted on is the job. */
  readonly ofJobs: boolean;
}

/** One finding per series that may have changed, with its changes as items. */
export async function reportSeries(
  plan: Plan,
  frame: Frame,
  { one, hopeful, ofJobs }: Told,
  labels: PlaceLabels,
): Promise<void> {
  const { series } = one;
  const lead = largestOf(hopeful);
  const evidence = await readEvidence(plan, frame, one, { lead, claimed: hopeful.length });
  const chart = await chartOf(plan, one);
  const shared = sharedFields(one, evidence);
  plan.ctx.finding({
    kind: 'change_points',
    title: titleOf(plan, one, { lead, mixture: evidence.mixture }),
    statement: statementOf(plan, one, { lead, count: hopeful.length, mixture: evidence.mixture }),
    ...claimOf(one, evidence, lead),
    fields: { ...fieldsOf(one, evidence, lead), ...shared },
    ...targetOf(series.summary),
    how: 'tested',
    test: one.label,
    severity: evidence.mixture?.verdict === 'reverses' ? 'info' : 'notice',
    ranking: {
      ...rankingOf(lead, series.values.length, shareOfRows(plan, evidence)),
      ...(ofJobs && { actionability: ACTIONABILITY_OF_SUM }),
    },
    items: hopeful.map((change): ItemInput => {
      const label = labels.get(change);
      return {
        title: itemTitle(plan, one, change),
        statement: itemStatement(plan, one, change),
        ...claimOf(one, evidence, change),
        ...(label !== undefined && { test: label }),
        fields: fieldsOf(one, evidence, change),
      };
    }),
    charts: [chart],
    limitations: [
      ...(ofJobs
        ? ['Single jobs changed on the same days and are told on their own: it may be theirs alone.']
        : []),
      ...limitationsOf(plan, one, evidence.mixture),
    ],
  });
}

export function chartOf(plan: Plan, one: WithModel): Promise<string> {
  const { series, tested } = one;
  const subject = `${hypothesisOf(plan, series.summary)}${inUnit(series.summary)}`;
  return chartChanges(plan, { name: `changes_${one.label}`, subject, series, tested });
}

/** Size with interval, effect size, and whether both halves show it. */
export function claimOf({ tested }: WithModel, { halves }: ChangeEvidence, change: FoundChange) {
  const [first, second] = halves?.[tested.changes.indexOf(change)] ?? [];
  const interval = { low: 'shift_low', high: 'shift_high', level: LEVEL };
  return {
    estimate: { name: 'shift', field: 'shift', interval },
    ...(change.spread > 0 && {
      effect_size: { name: 'shift in standard deviations within segments', field: 'shift_spreads' },
    }),
    ...(first !== undefined &&
      second !== undefined && {
        replication: {
          by: 'alternate_rows' as const,
          holds: replicates(change.shift, first, second),
          first: 'shift_first_half',
          second: 'shift_second_half',
        },
      }),
  };
}

export function fieldsOf(
  one: WithModel,
  evidence: ChangeEvidence,
  change: FoundChange,
): Record<string, FieldInput> {
  const { series, tested } = one;
  return changeFields({
    calendar: evidence.calendar,
    derivation: evidence.derivation,
    series,
    index: tested.changes.indexOf(change),
    change,
    unit: unitOf(series.summary),
    shiftUnit: series.summary.kind === 'share' ? 'points' : unitOf(series.summary),
    hasHalves: evidence.halves !== undefined,
  });
}

/** ` (s)`, where the series has a unit that its words do not tell. */
function inUnit(summary: Summary): string {
  const unit = summary.kind === 'median' ? summary.measure.unit : undefined;
  return unit === undefined ? '' : ` (${unit})`;
}

function unitOf(summary: Summary): string | undefined {
  if (summary.kind === 'rows') return 'rows';
  return summary.kind === 'share' ? '%' : summary.measure.unit;
}

/** What the finding says beside its largest change. */
export function sharedFields({ series }: WithModel, { handle, derivation, mixture }: ChangeEvidence) {
  const { summary } = series;
  const fields: Record<string, FieldInput> = {
    stretches: derivation.value('stretches'),
    changes: derivation.value('changes'),
    ...(series.withoutClose && CLOSE_FIELDS),
  };
  if (mixture !== undefined && mixture.verdict !== 'stays') {
    fields['mixed_by'] = { column_name: mixture.category };
    fields['crude_points'] = { from: derivation.value('crude_points'), unit: 'points' };
    fields['within_points'] = { from: derivation.value('within_points'), unit: 'points' };
  }
  if (summary.within !== undefined) fields['activity'] = handle.cell(0, 'level');
  if (summary.kind === 'rows') return fields;
  const { sqlName, derived, unit } = summary.measure;
  if (!derived) fields['column'] = { column_name: sqlName };
  if (summary.kind === 'share') {
    const threshold = handle.cell(0, 't0');
    fields['threshold'] = unit === undefined ? threshold : { from: threshold, unit };
  }
  return fields;
}

/** The column and the activity; what is no column of the table is a scope. */
function targetOf(summary: Summary): Pick<FindingInput, 'target' | 'scope'> {
  const activity = summary.within === undefined ? {} : { activity: { field: 'activity' } };
  if (summary.kind === 'rows') return { target: activity, scope: { series: 'rows' } };
  const { sqlName, derived } = summary.measure;
  return derived
    ? { target: activity, scope: { series: sqlName } }
    : { target: { ...activity, columns: { columns: [sqlName] } } };
}

/** By departure from the earlier course in standard deviations within the segments; the earlier one of equals. */
export function largestOf(changes: readonly FoundChange[]): FoundChange {
  const [first, ...others] = changes;
  if (first === undefined) throw new Error('there is a change to report');
  const size = ({ departure, spread }: FoundChange) => (spread > 0 ? departure / spread : Infinity);
  return others.reduce((largest, one) => (size(one) > size(largest) ? one : largest), first);
}

/** The share of the table's rows that the series is made of. */
export function shareOfRows({ ctx }: Plan, { handle }: ChangeEvidence): number {
  const rows = handle.rows.reduce((sum, _, row) => sum + (handle.number(row, 'stretch_rows') ?? 0), 0);
  return rows / Math.max(1, ctx.rowCount);
}

export function rankingOf({ departure, spread, later, earlier }: FoundChange, length: number, share: number) {
  const spreads = spread > 0 ? departure / spread : 10;
  return {
    effect: spreads / (spreads + 2),
    reach: Math.min(1, ((later.to - earlier.from) / length) * share),
    actionability: 0.5,
  };
}
