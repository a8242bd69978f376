import {
  type FieldInput,
  GENERATOR,
  MOST_HOPEFUL_P,
  type QueryHandle,
  replicates,
} from '../../src/sdk/index.ts';
import { chartChanges } from './change-chart.ts';
import { LEVEL } from './change-effect.ts';
import { changeFields, changeValues } from './change-fields.ts';
import { readHalves } from './halves.ts';
import type { Plan } from './plan.ts';
import { hypothesisOf, type Screened } from './screen.ts';
import { type FoundChange, isHopeful, type TestedModel } from './series-study.ts';
import { type Summary, seriesSql } from './series-table.ts';
import { changeSentences, patternSentence, placePhrase, subjectOf, titleOf } from './wording.ts';

type WithModel = Screened & { readonly tested: TestedModel; readonly label: string };

export const PLACE_FAMILY = 'no_change_between_neighbours';

/** One finding per series that may have changed, with its changes as items; nothing of the others. */
export async function reportSeries(plan: Plan, one: Screened): Promise<void> {
  if (!isWithModel(one) || one.tested.test.p_value > MOST_HOPEFUL_P) return;
  const labels = testPlaces(plan, one);
  const hopeful = one.tested.changes.filter(isHopeful);
  if (hopeful.length > 0) await reportChanges(plan, one, hopeful, labels);
}

function isWithModel(one: Screened): one is WithModel {
  return one.tested !== undefined && one.label !== undefined;
}

/** Every change that was tested between its neighbours enters the ledger. */
function testPlaces({ ctx, axis, ...plan }: Plan, { series, tested }: WithModel): Map<FoundChange, string> {
  const subject = hypothesisOf({ ctx, axis, ...plan }, series.summary);
  return new Map(
    tested.changes.flatMap((change) => {
      if (change.test === undefined) return [];
      const label = ctx.test({
        family: PLACE_FAMILY,
        hypothesis: `${subject}: no change between the neighbours of change ${tested.changes.indexOf(change) + 1}`,
        statistic: { name: 'greatest gain of a split', value: change.test.statistic },
        p_value: change.test.p_value,
        n: change.later.to - change.earlier.from,
        dependent: true,
      });
      return [[change, label] as const];
    }),
  );
}

async function reportChanges(
  plan: Plan,
  one: WithModel,
  hopeful: readonly FoundChange[],
  labels: ReadonlyMap<FoundChange, string>,
): Promise<void> {
  const { ctx } = plan;
  const { series, tested } = one;
  const { summary } = series;
  const handle = await ctx.query(seriesSql(plan.axis, [summary]));
  const checked = await readHalves(plan, one);
  const derivation = ctx.derivation({
    method: METHOD,
    parameters: parametersOf(plan, one),
    values: {
      ...changeValues(tested, checked?.halves),
      changes: hopeful.length,
      stretches: series.values.length,
    },
    inputs: [handle, ...(checked?.handles ?? [])],
  });
  const unit = summary.kind === 'share' ? '%' : summary.kind === 'rows' ? 'rows' : summary.measure.unit;
  const fieldsOf = (change: FoundChange) => {
    const index = tested.changes.indexOf(change);
    const hasHalves = checked !== undefined;
    return changeFields({ handle, derivation, series, index, change, unit, hasHalves });
  };
  const claimOf = (change: FoundChange) => {
    const [first, second] = checked?.halves[tested.changes.indexOf(change)] ?? [];
    return {
      estimate: {
        name: 'shift',
        field: 'shift',
        interval: { low: 'shift_low', high: 'shift_high', level: LEVEL },
      },
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
  };
  const lead = largestOf(hopeful);
  const shared = sharedFields(one, handle.cell);
  const chart = await chartChanges(plan, {
    name: chartName(plan, one),
    subject: hypothesisOf(plan, summary),
    series,
    tested,
  });
  ctx.finding({
    kind: 'change_points',
    title: titleOf(plan, summary, tested),
    statement: statementOf(plan, one, lead, hopeful.length),
    fields: {
      ...fieldsOf(lead),
      ...shared,
      stretches: derivation.value('stretches'),
      ...(hopeful.length > 1 && { changes: derivation.value('changes') }),
    },
    ...claimOf(lead),
    ...targetOf(summary),
    how: 'tested',
    test: one.label,
    severity: 'notice',
    ranking: rankingOf(lead, series.values.length),
    items: hopeful.map((change) => {
      const label = labels.get(change);
      return {
        title: itemTitle(plan, tested),
        statement: changeSentences(plan, tested, change.relative !== undefined),
        fields: fieldsOf(change),
        ...claimOf(change),
        ...(label !== undefined && { test: label }),
      };
    }),
    charts: [chart],
    limitations: limitationsOf(plan, one),
  });
}

const METHOD =
  'Penalised least squares segmentation with autoregressive noise; greatest gain of a split against permuted innovations';

function parametersOf({ ctx, settings, axis }: Plan, { adjusted, tested }: WithModel) {
  return {
    width: axis.width ?? axis.word,
    model: tested.model.degree === 0 ? 'constants' : 'lines',
    places: [...tested.model.changes],
    autocorrelation_of_model: tested.model.phi,
    autocorrelation_allowed_for: tested.memory,
    patterns_removed: adjusted.removed.map(({ cycle, how }) => `${cycle.name}, ${how}`),
    penalty: settings.study.detect.penalty,
    permutations: tested.test.draws,
    permutations_as_extreme: tested.test.hits,
    generator: GENERATOR,
    seed: ctx.seed,
  };
}

/** The column; what is no column of the table is a scope. */
function targetOf(summary: Summary) {
  if (summary.kind === 'rows') return { target: {}, scope: { series: 'rows' } };
  const { sqlName, derived } = summary.measure;
  return derived
    ? { target: {}, scope: { series: sqlName } }
    : { target: { columns: { columns: [sqlName] } } };
}

function sharedFields(
  { series: { summary, rows } }: WithModel,
  cell: QueryHandle['cell'],
): Record<string, FieldInput> {
  if (summary.kind === 'rows') return {};
  const { sqlName, derived, unit } = summary.measure;
  const threshold = () => ({ from: cell(rows[0] ?? 0, 't0'), ...(unit !== undefined && { unit }) });
  return {
    ...(!derived && { column: { column_name: sqlName } }),
    ...(summary.kind === 'share' && { threshold: threshold() }),
  };
}

function statementOf(plan: Plan, one: WithModel, lead: FoundChange, count: number): string {
  const subject = subjectOf(plan, one.series.summary);
  const several = count > 1 ? ' This is the largest of {changes} changes.' : '';
  return (
    `${subject}, {stretches} ${plan.axis.words}, changed ${placePhrase(plan)}. ` +
    `${changeSentences(plan, one.tested, lead.relative !== undefined)}${several}${patternSentence(one)}`
  );
}

function itemTitle(plan: Plan, { model }: TestedModel): string {
  const size = model.degree === 0 ? 'from {before} to {after}' : '{after} instead of {before}';
  const place = placePhrase(plan);
  return `${place.slice(0, 1).toUpperCase()}${place.slice(1)}: ${size}`;
}

/** By departure from the earlier course in standard deviations within the segments; the earlier one of equals. */
function largestOf(changes: readonly FoundChange[]): FoundChange {
  const [first, ...others] = changes;
  if (first === undefined) throw new Error('there is a change to report');
  const size = ({ departure, spread }: FoundChange) => (spread > 0 ? departure / spread : Infinity);
  return others.reduce((largest, one) => (size(one) > size(largest) ? one : largest), first);
}

function rankingOf({ departure, spread, later, earlier }: FoundChange, length: number) {
  const spreads = spread > 0 ? departure / spread : 10;
  return {
    effect: spreads / (spreads + 2),
    reach: Math.min(1, (later.to - earlier.from) / length),
    actionability: 0.5,
  };
}

/** A name that no other series of the plugin has. */
function chartName({ ctx }: Plan, { series: { summary } }: WithModel): string {
  if (summary.kind === 'rows') return 'changes_of_rows';
  const place = ctx.schema.findIndex(({ sql_name }) => sql_name === summary.measure.sqlName);
  if (place >= 0) return `changes_of_column_${place + 1}`;
  return `changes_of_${summary.measure.sqlName.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
}

function limitationsOf({ axis }: Plan, { series: { summary } }: WithModel): string[] {
  return [
    'It says when a series changed, not why.',
    ...(axis.endsMayBeCut ? [`The first and the last ${axis.word} may be incomplete and are left out.`] : []),
    ...(summary.kind === 'rows'
      ? [
          'Halves of the rows hold the same times, so that a change in their number can’t be checked on halves.',
        ]
      : [
          `Halves of alternating rows say whether a change is one of many rows; what befalls a whole ${axis.word} shows in both. Halves by time can’t repeat a change.`,
          'A level may change because the mixture of rows does; compare within groups before acting.',
        ]),
    ...(axis.width === undefined ? [] : ['Times without a zone are taken as they stand, others in UTC.']),
  ];
}
