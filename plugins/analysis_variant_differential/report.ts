import {
  CASE_WORDS,
  type FieldInput,
  jobActionability,
  MOST_HOPEFUL_P,
  type QueryHandle,
  replicates,
  type ScreenedHypothesis,
  seconds,
  withSteps,
} from '../../src/sdk/index.ts';
import { type Block, CASES, type Feature, type Study } from './features.ts';
import { differenceOf, percentOf, reaches, sameCases, smallestEffects, type Tested } from './screen.ts';
import { stratifiedRankSum } from './van-elteren.ts';

const LEVEL = 0.95;
const MOST_COMPANIONS = 3;

/** A claim, with what the same cases do besides, and whether it holds within the strongest other thing that cases do. */
export async function report(
  study: Study,
  evidence: QueryHandle,
  one: Tested,
  all: readonly Tested[],
): Promise<void> {
  const { ctx, steps } = study;
  const { feature, difference } = one;
  const words = CASE_WORDS[steps.kind];
  const medians = await readMedians(study, feature);
  const other = strongestOther(one, all);
  const within = other === undefined ? undefined : await withinOther(study, feature, other.feature);
  const companions = all.filter((a) => a !== one && sameCases(a.feature, feature));
  const derived = derive(study, evidence, one, companions);
  const [does, doesNot] =
    feature.what === 'has' ? ['with', 'without'] : ['that repeat', 'that do not repeat'];
  const slower = difference.difference > 0;
  ctx.finding({
    kind: feature.what === 'has' ? 'slow_variant' : 'slow_repeats',
    title: `{kind} ${words.cases} ${does} {activity} take {difference_s} ${slower ? 'longer' : 'less'} than those ${doesNot}`,
    statement: [
      `{with_cases} of the {kind_cases} ${words.cases} that begin with {kind} ${feature.what === 'has' ? 'have' : 'repeat'} {activity}: half of these take {with_median_s} or less, half of the {without_cases} others {without_median_s} or less.`,
      `Among ${words.cases} that begin one after the other the mean differs by {difference_s} (95 % interval {low_s} to {high_s}), which is {difference_percent} of the mean ${doesNot} it.`.replace(
        '95 %',
        '{level_percent}',
      ),
      ...(medians.hasOwnTime ? ['The step itself runs for {own_s} on average in each of them.'] : []),
      ...(companions.length > 0
        ? [
            `Nearly the same ${words.cases} have other things in common, which can't be told from it: {companions}.`,
          ]
        : []),
      ...(within === undefined || other === undefined ? [] : [withinSentence(within.reversed)]),
    ].join(' '),
    fields: {
      ...derived.fields,
      ...medians.fields,
      ...(within === undefined ? {} : within.fields),
    },
    estimate: {
      name: 'difference of the mean durations within blocks',
      field: 'difference_s',
      interval: { low: 'low_s', high: 'high_s', level: LEVEL },
    },
    effect_size: { name: 'P(longer) within blocks', field: 'superiority' },
    target: { chain: { field: 'kind' }, activity: { field: 'activity' } },
    how: 'tested',
    test: one.test,
    replication: {
      by: 'time',
      holds: derived.holds,
      first: 'first_half_s',
      second: 'second_half_s',
    },
    severity: 'notice',
    ranking: {
      effect: Math.min(1, 2 * Math.abs(one.ranks.superiority - 0.5)),
      reach: Math.min(1, medians.withSteps / ctx.rowCount),
      actionability: jobActionability(feature.adjustable),
    },
    rows: medians.rows,
    limitations: [
      'That the step goes with slowness does not say that leaving it out makes the rest as fast as the others.',
    ],
  });
}

function doing({ what, activity }: Feature): string {
  return `${what === 'has' ? 'having' : 'repeating'} ${activity}`;
}

function withinSentence(reversed: boolean): string {
  return reversed
    ? 'Mind: within {other_what} the difference has the other sign, so that it may rather be due to that.'
    : 'Held against {other_what}, the strongest other thing that such cases do or do not, it keeps its sign.';
}

/** The numbers that are computed here, with the halves of the blocks each for itself. */
function derive({ ctx }: Study, evidence: QueryHandle, one: Tested, companions: readonly Tested[]) {
  const { feature, difference, ranks } = one;
  const { low, high } = difference.interval(LEVEL);
  const middle = Math.ceil(feature.blocks.length / 2);
  const halves = [feature.blocks.slice(0, middle), feature.blocks.slice(middle)].map(halfOf);
  const [first, second] = halves;
  const d = ctx.derivation({
    method:
      'mean difference within blocks of cases that begin one after the other, weights of Cochran (1954), normal interval; superiority within blocks',
    parameters: { kind: feature.kind, activity: feature.activity, what: feature.what, level: LEVEL },
    values: {
      difference_s: Math.abs(difference.difference),
      low_s: difference.difference > 0 ? low : -high,
      high_s: difference.difference > 0 ? high : -low,
      difference_percent: Math.abs(percentOf(one)),
      superiority: ranks.superiority,
      first_half_s: first?.estimate ?? null,
      second_half_s: second?.estimate ?? null,
      level_percent: 100 * LEVEL,
      companions: companions
        .slice(0, MOST_COMPANIONS)
        .map(({ feature: other }) => doing(other))
        .join(', '),
    },
    inputs: [evidence],
  });
  const none = { estimate: null, p_value: null };
  const inSeconds = (name: string): FieldInput => ({ from: d.value(name), unit: 's' });
  return {
    holds: replicates(difference.difference, first ?? none, second ?? none),
    fields: {
      difference_s: inSeconds('difference_s'),
      low_s: inSeconds('low_s'),
      high_s: inSeconds('high_s'),
      first_half_s: inSeconds('first_half_s'),
      second_half_s: inSeconds('second_half_s'),
      difference_percent: { from: d.value('difference_percent'), unit: '%' },
      level_percent: { from: d.value('level_percent'), unit: '%' },
      superiority: d.value('superiority'),
      ...(companions.length > 0 && { companions: d.value('companions') }),
    } satisfies Record<string, FieldInput>,
  };
}

function halfOf(blocks: readonly Block[]) {
  const { difference } = differenceOf(blocks);
  const { p_value } = stratifiedRankSum(blocks);
  return Number.isFinite(difference) ? { estimate: difference, p_value } : { estimate: null, p_value: null };
}

/** Medians with and without, the step's own time, and the slowest cases' rows. */
async function readMedians({ ctx, steps }: Study, { kind, activity, what }: Feature) {
  const parameters = [kind, activity, what];
  const flagged = `${withSteps(steps, CASES)}, flagged AS (
  SELECT in_case, kind, steps, took_us, in_case IN (SELECT of_case FROM does WHERE activity = CAST($2 AS VARCHAR) AND what = CAST($3 AS VARCHAR)) AS has_it
  FROM cases WHERE kind = CAST($1 AS VARCHAR)
)`;
  const read = await ctx.query(
    `${flagged}, own AS (
  SELECT coalesce(sum(end_us - at_us) FILTER (WHERE end_us >= at_us), 0) AS own_us FROM steps
  WHERE activity = CAST($2 AS VARCHAR) AND case_id IN (SELECT in_case FROM flagged WHERE has_it)
)
SELECT max(kind) AS kind, CAST($2 AS VARCHAR) AS activity_asked, count(*) AS kind_cases, count(*) FILTER (WHERE has_it) AS with_cases, sum(steps) FILTER (WHERE has_it) AS with_steps,
  count(*) FILTER (WHERE NOT has_it) AS without_cases, ${seconds('quantile_disc(took_us, 0.5) FILTER (WHERE has_it)')} AS with_median_s,
  ${seconds('quantile_disc(took_us, 0.5) FILTER (WHERE NOT has_it)')} AS without_median_s,
  ${seconds('max(own_us) // count(*) FILTER (WHERE has_it)')} AS own_s
FROM flagged CROSS JOIN own`,
    parameters,
  );
  const rows = await ctx.query(
    `${flagged}, slowest AS (SELECT in_case FROM flagged WHERE has_it ORDER BY took_us DESC, in_case LIMIT 10)
SELECT _sh_part, _sh_row_number, activity FROM steps WHERE case_id IN (SELECT in_case FROM slowest) AND activity = CAST($2 AS VARCHAR)
ORDER BY _sh_part, _sh_row_number LIMIT 100`,
    parameters,
  );
  const time = (name: string): FieldInput => ({ from: read.cell(0, name), unit: 's' });
  const hasOwnTime = steps.kind === 'run' && (read.number(0, 'own_s') ?? 0) > 0;
  return {
    rows,
    hasOwnTime,
    withSteps: read.number(0, 'with_steps') ?? 0,
    fields: {
      kind: read.cell(0, 'kind'),
      activity: rows.cell(0, 'activity'),
      kind_cases: read.cell(0, 'kind_cases'),
      with_cases: read.cell(0, 'with_cases'),
      without_cases: read.cell(0, 'without_cases'),
      with_median_s: time('with_median_s'),
      without_median_s: time('without_median_s'),
      ...(hasOwnTime && { own_s: time('own_s') }),
    } satisfies Record<string, FieldInput>,
  };
}

/** The strongest other thing that cases of the kind do, that other cases do than those in question. */
function strongestOther(one: Tested, all: readonly Tested[]): Tested | undefined {
  return all
    .filter(
      (other) => other.feature.kind === one.feature.kind && other.feature.activity !== one.feature.activity,
    )
    .filter((other) => !sameCases(other.feature, one.feature))
    .sort((a, b) => Math.abs(b.ranks.z) - Math.abs(a.ranks.z))[0];
}

/** The difference within cases that do the other thing, and within those that don't. */
async function withinOther({ ctx, steps }: Study, feature: Feature, other: Feature) {
  const flag = (activity: string, what: string) =>
    `in_case IN (SELECT of_case FROM does WHERE activity = CAST(${activity} AS VARCHAR) AND what = CAST(${what} AS VARCHAR))`;
  const read = await ctx.query(
    `${withSteps(steps, CASES)}, flagged AS (
  SELECT took_us, ${flag('$2', '$3')} AS has_it, ${flag('$4', '$5')} AS has_other FROM cases WHERE kind = CAST($1 AS VARCHAR)
)
SELECT has_other, count(*) AS n, sum(took_us) AS s, sum(CAST(took_us AS HUGEINT) * took_us) AS q, count(*) FILTER (WHERE has_it) AS n1,
  coalesce(sum(took_us) FILTER (WHERE has_it), 0) AS s1, coalesce(sum(CAST(took_us AS HUGEINT) * took_us) FILTER (WHERE has_it), 0) AS q1
FROM flagged GROUP BY has_other ORDER BY has_other`,
    [feature.kind, feature.activity, feature.what, other.activity, other.what],
  );
  const whole = (row: number, column: string) => read.bigint(row, column) ?? 0n;
  const difference = differenceOf(
    read.rows.map((_, row) => ({
      all: { n: Number(whole(row, 'n')), sum: whole(row, 's'), squares: whole(row, 'q') },
      inGroup: { n: Number(whole(row, 'n1')), sum: whole(row, 's1'), squares: whole(row, 'q1') },
      score: 0n,
      scoreSquares: 0n,
    })),
  );
  const d = ctx.derivation({
    method: 'mean difference within those with and those without another step, weights of Cochran (1954)',
    values: {
      other_what: doing(other),
      within_s: Number.isFinite(difference.difference) ? difference.difference : null,
    },
    inputs: [read],
  });
  return {
    reversed: difference.reversed,
    fields: {
      other_what: d.value('other_what'),
      within_s: { from: d.value('within_s'), unit: 's' },
    } satisfies Record<string, FieldInput>,
  };
}

/** Every hypothesis with how far it was from being told. */
export function nearMisses(
  { ctx }: Study,
  tested: readonly Tested[],
  told: readonly Tested[],
): ScreenedHypothesis[] {
  const effects = smallestEffects(ctx.settings);
  const reasonOf = (one: Tested) => {
    if (told.includes(one)) return 'reported if the ledger keeps it';
    if (!reaches(one, effects)) return 'the difference is too small';
    if (one.ranks.p_value > MOST_HOPEFUL_P) return 'it may be chance';
    return told.some((other) => sameCases(other.feature, one.feature))
      ? 'the same cases as a finding'
      : 'others stand out more';
  };
  return tested.map((one) => ({
    hypothesis: one.hypothesis,
    n: one.ranks.n,
    estimate: one.ranks.superiority - 0.5,
    unit: effects.superiority.unit,
    smallest_effect: effects.superiority.value,
    p_value: one.ranks.p_value,
    test: one.test,
    reason: reasonOf(one),
  }));
}
