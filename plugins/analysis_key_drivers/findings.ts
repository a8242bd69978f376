import {
  type Context,
  columnPhrase,
  type DerivationHandle,
  type FindingInput,
  type ItemInput,
  isSourceColumn,
  unitOf,
} from '../../src/sdk/index.ts';
import type { Verdict, Within } from './guard.ts';
import type { Driver, TestedSegment } from './screen.ts';
import { LEVEL, meansAgree, type Segment } from './segments.ts';
import { differs, direction, guardOf, titleOf } from './sentences.ts';
import type { Settings } from './settings.ts';
import type { Shown } from './shown.ts';
import type { GuardedSegment, Told } from './tell.ts';
import { type Fields, rowsWith } from './words.ts';

type ToldVerdict = Exclude<Verdict, 'explained'>;

const KINDS: Readonly<Record<ToldVerdict, string>> = {
  holds: 'segment_difference',
  reversed: 'segment_difference_reversed',
};

/** A finding on the segments whose difference stays, and one on those where it turns round. */
export function reportDriver(
  ctx: Context,
  told: Told,
  shown: Shown,
  settings: Settings,
  charts: string[],
): void {
  for (const verdict of ['holds', 'reversed'] as const) {
    const segments = told.segments.filter(({ within }) => (within?.verdict ?? 'holds') === verdict);
    const [lead] = segments;
    if (lead !== undefined)
      ctx.finding(findingOf(ctx, { told, verdict, lead, segments, shown, settings, charts }));
  }
}

interface FindingRequest {
  readonly told: Told;
  readonly verdict: ToldVerdict;
  readonly lead: GuardedSegment;
  readonly segments: readonly GuardedSegment[];
  readonly shown: Shown;
  readonly settings: Settings;
  readonly charts: string[];
}

function findingOf(ctx: Context, request: FindingRequest): FindingInput {
  const { told, verdict, lead, segments, shown, settings, charts } = request;
  const { tally, test } = told.driver;
  const claim = claimOf(ctx, told, lead, shown, verdict);
  const others = segments.length > 1 ? ` Of its {tested}, {told} are told here, the most telling first.` : '';
  const counts = ctx.derivation({
    method: 'number of levels tested and told',
    values: { tested: told.tested, told: Math.min(segments.length, settings.topSegments) },
    inputs: [tally.factor.handle],
  });
  return {
    kind: KINDS[verdict],
    ...claim,
    statement: `${claim.statement}${others}`,
    fields: {
      ...claim.fields,
      ...(others !== '' && {
        tested: { from: counts.value('tested'), unit: 'levels' },
        told: counts.value('told'),
      }),
    },
    ...(segments.length > 1 ? { ...(test !== undefined && { test }) } : testOf(lead, test)),
    ...identityOf(ctx, told.driver),
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, 2 * Math.abs(lead.segment.superiority.value)),
      reach: reachOf(lead.segment),
      actionability: tally.factor.kind === 'category' ? 0.3 : 0.2,
    },
    ...(segments.length > 1 && {
      items: segments.slice(0, settings.topSegments).map(
        (segment): ItemInput => ({
          ...claimOf(ctx, told, segment, shown, verdict),
          ...testOf(segment, test),
        }),
      ),
    }),
    ...(charts.length > 0 && verdict === 'holds' && { charts }),
    limitations: limitationsOf(lead),
  };
}

/** A segment's own test, or that of its driver, where it is the only one. */
export function testOf(segment: TestedSegment, ofDriver: string | undefined): { test?: string } {
  const test = segment.test ?? ofDriver;
  return test === undefined ? {} : { test };
}

/** Share of the rows on the smaller side of a segment's difference. */
export function reachOf({ rows, others }: Segment): number {
  return Math.min(rows, others) / (rows + others);
}

export function limitationsOf({ within }: GuardedSegment): string[] {
  const table =
    'It says where values differ, not why; only columns of this table could be held fixed, one at a time.';
  if (within?.other.kind !== 'bands') return [table];
  return [table, 'What is held fixed may itself follow from the segment; then what is left understates it.'];
}

/** The columns and words that tell one measure by one factor from another. */
export function identityOf(ctx: Context, { tally }: Driver): Pick<FindingInput, 'target' | 'scope'> {
  const parts = { measure: tally.measure.measure.sqlName, driver: tally.factor.column };
  const entries = Object.entries(parts);
  const columns = entries.filter(([, name]) => isSourceColumn(ctx, name));
  const derived = entries.filter(([, name]) => !isSourceColumn(ctx, name));
  return {
    target: Object.fromEntries(columns.map(([key, name]) => [key, { columns: [name] }])),
    ...(derived.length > 0 && { scope: Object.fromEntries(derived) }),
  };
}

/** What is said of one segment. */
export function claimOf(
  ctx: Context,
  told: Told,
  guarded: GuardedSegment,
  shown: Shown,
  verdict: Verdict,
): Pick<ItemInput, 'title' | 'statement' | 'fields' | 'estimate' | 'effect_size' | 'replication'> {
  const { segment, within, hasOthers } = guarded;
  const { measure } = segment.tally.measure;
  const name = columnPhrase(ctx, measure.sqlName, 'measure');
  const who = rowsWith(ctx, segment.tally.factor, segment.level);
  const guard = within === undefined ? undefined : guardOf(ctx, within, segment);
  const numbers = derive(ctx, told, guarded, shown);
  const naive = differs(name, who, segment);
  const texts: Readonly<Record<Verdict, readonly string[]>> = {
    holds: [
      naive,
      (within?.entangled === true ? guard?.entangled : guard?.holds) ?? (hasOthers ? NOTHING_FIXED : ''),
    ],
    explained: [naive, guard?.explained ?? ''],
    reversed: [guard?.reversed ?? '', naive],
  };
  return {
    title: titleOf(name, who, verdict, guard?.same.text ?? '', segment),
    statement: texts[verdict].filter((text) => text !== '').join(' '),
    fields: {
      ...name.fields,
      ...who.fields,
      ...guard?.same.fields,
      ...shown.fieldsOf([{ factor: segment.tally.factor, level: segment.level }]),
      ...numbers,
    },
    ...estimateOf(verdict, segment),
    replication: {
      by: segment.tally.halvedBy,
      holds: segment.replication,
      first: 'first_half',
      second: 'second_half',
    },
  };
}

/**
 * The number to look at: the difference of means over all rows; where means don't say what the test of ranks shows, how
 * often the segment's value is the larger or the smaller one; where both mislead, what is left within levels.
 */
function estimateOf(verdict: Verdict, segment: Segment): Pick<ItemInput, 'estimate' | 'effect_size'> {
  if (verdict !== 'holds') {
    const interval = { low: 'within_low', high: 'within_high', level: LEVEL };
    return { estimate: { name: 'difference_of_means_within_levels', field: 'within', interval } };
  }
  const effect_size = { name: 'probability_of_superiority', field: 'superiority' };
  if (!meansAgree(segment)) {
    const interval = { low: 'larger_low', high: 'larger_high', level: LEVEL };
    const name = `chance_of_a_${direction(segment)}_value`;
    return { estimate: { name, field: 'larger_percent', interval }, effect_size };
  }
  const interval = { low: 'difference_low', high: 'difference_high', level: LEVEL };
  return { estimate: { name: 'difference_of_means', field: 'difference', interval }, effect_size };
}

/** Where rows of the segment and others share no level of another driver, as where one decides the other. */
const NOTHING_FIXED = 'No other driver could be held fixed for it.';

function derive(ctx: Context, told: Told, { segment, within }: GuardedSegment, shown: Shown): Fields {
  const { measure, classes } = segment.tally.measure;
  const { superiority, means } = segment;
  const isUpper = superiority.value >= 0;
  const share = (value: number) => 100 * (0.5 + (isUpper ? value : -value));
  const numbers = ctx.derivation({
    method:
      'Brunner–Munzel test of a level against all other rows, with the interval of the difference of means',
    parameters: { classes: classes.cuts.length, level: segment.level.code },
    values: {
      mean_elsewhere: segment.meanElsewhere,
      difference: means.value,
      difference_low: means.low,
      difference_high: means.high,
      superiority: 0.5 + superiority.value,
      larger_percent: share(superiority.value),
      larger_low: share(isUpper ? superiority.low : superiority.high),
      larger_high: share(isUpper ? superiority.high : superiority.low),
      explained_percent: 100 * told.driver.omnibus.explained,
      first_half: halfShare(segment.halves[0].estimate, share),
      second_half: halfShare(segment.halves[1].estimate, share),
      interval_level: 100 * LEVEL,
      ...(within && {
        within: within.means.value,
        within_low: within.means.low,
        within_high: within.means.high,
        ranks_left: (100 * within.ranks.value) / superiority.value,
        strata: within.strata,
        reversed_strata: within.reversedStrata,
      }),
    },
    inputs: [
      ...shown.handlesOf([{ factor: segment.tally.factor, level: segment.level }]),
      classes.handle,
      segment.tally.factor.handle,
    ],
  });
  return fieldsOfNumbers(numbers, unitOf(measure), within);
}

function fieldsOfNumbers(
  numbers: DerivationHandle,
  unit: { readonly unit?: string },
  within: Within | undefined,
): Fields {
  const inUnit = (name: string) => [name, { from: numbers.value(name), ...unit }] as const;
  const percent = (name: string) => [name, { from: numbers.value(name), unit: '%' }] as const;
  const plain = (name: string) => [name, numbers.value(name)] as const;
  const guard =
    within === undefined
      ? []
      : [...['within', 'within_low', 'within_high'].map(inUnit), percent('ranks_left')];
  const strata =
    within === undefined || within.verdict !== 'reversed' ? [] : ['strata', 'reversed_strata'].map(plain);
  return Object.fromEntries([
    ...['mean_elsewhere', 'difference', 'difference_low', 'difference_high'].map(inUnit),
    ...['larger_percent', 'larger_low', 'larger_high', 'first_half', 'second_half'].map(percent),
    ...['interval_level', 'explained_percent'].map(percent),
    plain('superiority'),
    ...guard,
    ...strata,
  ]);
}

function halfShare(estimate: number | null, share: (value: number) => number): number | null {
  return estimate === null ? null : share(estimate);
}
