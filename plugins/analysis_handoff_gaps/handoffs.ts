import {
  ACTIONABILITY,
  CASE_WORDS,
  type CaseSteps,
  type Context,
  fieldsOf,
  percent,
  type QueryHandle,
  STEP_ORDER,
  seconds,
  shareOf,
  withSteps,
} from '../../src/sdk/index.ts';

interface Study {
  readonly ctx: Context;
  readonly steps: CaseSteps;
}

const MOST_PAIRS = 5000;
/** Phases in which an event begins a step, or announces it: what follows is no hand-off but the step itself. */
const BEGINNING = ['start', 'schedule', 'assign', 'reassign', 'resume', 'unblock'];

/**
 * CTEs after `steps`: `handoffs`, a row for each step that another one of its case precedes. `gap_us`: from the end so far
 * (of events: from the event before) to this step, 0 where they overlap. It comes from the step that ended last so far, which
 * need not be the one that started before; of several the latest in order.
 */
function handoffs({ kind }: CaseSteps): string {
  const before = `${STEP_ORDER} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING`;
  const ended =
    kind === 'run'
      ? `SELECT *, greatest(coalesce(end_us, at_us), at_us) AS done_us FROM steps`
      : `SELECT *, at_us AS done_us FROM steps`;
  const last = (column: string) =>
    `last_value(CASE WHEN done_us >= coalesce(until_us, done_us) THEN coalesce(${column}, '') END IGNORE NULLS) OVER (${before})`;
  return `ended AS (${ended}
), ordered AS (
  SELECT *, max(done_us) OVER (${before}) AS until_us FROM ended
), following AS (
  SELECT _sh_part, _sh_row_number, case_id, activity, resource, at_us, until_us AS since_us, ${last('activity')} AS from_activity,
    nullif(${last('resource')}, '') AS from_resource, lower(${last('phase')}) AS from_phase
  FROM ordered
), handoffs AS (
  SELECT _sh_part, _sh_row_number, case_id, from_activity, activity AS to_activity, from_resource, resource AS to_resource,
    greatest(at_us - since_us, 0) AS gap_us
  FROM following
  WHERE since_us IS NOT NULL AND from_phase NOT IN (${BEGINNING.map((phase) => `'${phase}'`).join(', ')})
)`;
}

/** Hand-offs by pair of steps, the longest total gap first, each with the total of all. */
export async function readPairs({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, handoffs(steps))}, pairs AS (
  SELECT from_activity, to_activity, count(*) AS times, sum(gap_us) AS gap_us, quantile_disc(gap_us, 0.5) AS median_us,
    quantile_disc(gap_us, 0.95) AS p95_us, max(gap_us) AS longest_us
  FROM handoffs GROUP BY from_activity, to_activity
)
SELECT from_activity, to_activity, times, ${seconds('gap_us')} AS gap_s, ${percent('gap_us', 'sum(gap_us) OVER ()')} AS gap_percent,
  ${percent('times', 'sum(times) OVER ()')} AS times_percent, ${seconds('median_us')} AS median_s, ${seconds('p95_us')} AS p95_s,
  ${seconds('longest_us')} AS longest_s, sum(times) OVER () AS all_times, ${seconds('sum(gap_us) OVER ()')} AS all_gap_s,
  count(*) OVER () AS all_pairs
FROM pairs
ORDER BY gap_us DESC, times DESC, from_activity, to_activity
LIMIT ${MOST_PAIRS}`,
  );
}

const SHOWN = [
  ...['from_activity', 'to_activity', 'times', 'times_percent', 'gap_s', 'gap_percent'],
  ...['median_s', 'p95_s', 'longest_s'],
];

/** The pairs of steps between which cases lie still longest. */
export async function reportPairs({ ctx, steps }: Study, pairs: QueryHandle): Promise<void> {
  const { cases, steps: many } = CASE_WORDS[steps.kind];
  for (const name of ['all_times', 'all_gap_s', 'all_pairs'])
    ctx.metric(name, fieldsOf(pairs, 0, [name])[name] ?? pairs.cell(0, name));
  const [share, fewest] = ['smallest_share_percent', 'fewest_handoffs'].map((key) =>
    Number(ctx.settings[key]),
  );
  const rows = pairs.rows
    .map((_, row) => row)
    .filter((row) => (pairs.number(row, 'times') ?? 0) >= (fewest ?? 0))
    .filter((row) => (pairs.number(row, 'gap_percent') ?? -1) >= (share ?? 0))
    .slice(0, Number(ctx.settings['top_pairs']));
  const [top] = rows;
  if (top === undefined)
    return ctx.note(`No pair of ${many} has enough of the time between ${many} to be reported.`);
  const statement = `From {from_activity} to {to_activity}: {times} hand-offs ({times_percent} of all) hold {gap_s} ({gap_percent} of all time between ${many} of ${cases}). Half of them take {median_s} or less, nineteen in twenty {p95_s} or less; the longest is {longest_s}.`;
  ctx.finding({
    kind: 'handoff_gaps',
    title: `${cases[0]?.toUpperCase()}${cases.slice(1)} lie still longest between {from_activity} and {to_activity}: {gap_percent} of all time between ${many}`,
    statement: `${statement} All {all_times} hand-offs together take {all_gap_s}.`,
    fields: { ...fieldsOf(pairs, top, SHOWN), ...fieldsOf(pairs, 0, ['all_times', 'all_gap_s']) },
    estimate: { name: 'time between the two', field: 'gap_s' },
    target: { from: { field: 'from_activity' }, to: { field: 'to_activity' } },
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: shareOf(pairs, top, 'gap_percent'),
      reach: Math.min(1, (pairs.number(top, 'times') ?? 0) / ctx.rowCount),
      actionability: ACTIONABILITY.other,
    },
    items: rows.slice(1).map((row) => ({
      title: '{from_activity} to {to_activity}: {gap_s} in {times} hand-offs',
      statement,
      fields: fieldsOf(pairs, row, SHOWN),
    })),
    rows: await ctx.query(
      `${withSteps(steps, handoffs(steps))}
SELECT _sh_part, _sh_row_number, gap_us FROM handoffs WHERE from_activity = CAST($1 AS VARCHAR) AND to_activity = CAST($2 AS VARCHAR)
ORDER BY gap_us DESC, _sh_part, _sh_row_number LIMIT 25`,
      [pairs.text(top, 'from_activity') ?? '', pairs.text(top, 'to_activity') ?? ''],
    ),
    limitations: ['What a case waits for is not in the log: people, decisions, other cases, or the night.'],
  });
}

/** Hand-offs to another resource against those that stay with one, and the pair of resources with the longest total. */
export async function readSides({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, handoffs(steps))}, known AS (
  SELECT from_resource, to_resource, gap_us, from_resource <> to_resource AS changes FROM handoffs WHERE from_resource IS NOT NULL AND to_resource IS NOT NULL
), sides AS (
  SELECT count(*) AS known_times, count(*) FILTER (WHERE changes) AS changing_times, coalesce(sum(gap_us) FILTER (WHERE changes), 0) AS changing_us,
    sum(gap_us) AS known_us, quantile_disc(gap_us, 0.5) FILTER (WHERE changes) AS changing_median_us,
    quantile_disc(gap_us, 0.5) FILTER (WHERE NOT changes) AS staying_median_us, count(*) FILTER (WHERE NOT changes) AS staying_times
  FROM known
), pairs AS (
  SELECT from_resource, to_resource, count(*) AS times, sum(gap_us) AS gap_us, quantile_disc(gap_us, 0.5) AS median_us
  FROM known WHERE changes GROUP BY from_resource, to_resource
  ORDER BY gap_us DESC, from_resource, to_resource, times, median_us LIMIT 5
)
SELECT from_resource, to_resource, times, ${seconds('gap_us')} AS gap_s, ${percent('gap_us', 'changing_us')} AS gap_percent, ${seconds('median_us')} AS median_s,
  known_times, changing_times, staying_times, ${percent('changing_times', 'known_times')} AS changing_percent, ${seconds('changing_us')} AS changing_s,
  ${percent('changing_us', 'known_us')} AS changing_gap_percent, ${seconds('changing_median_us')} AS changing_median_s, ${seconds('staying_median_us')} AS staying_median_s
FROM pairs CROSS JOIN sides
ORDER BY gap_us DESC, from_resource, to_resource`,
  );
}

export function reportSides({ ctx }: Study, sides: QueryHandle): void {
  if (sides.rows.length === 0 || sides.number(0, 'staying_times') === 0) {
    ctx.note('No hand-offs both to another resource and to the same one: they are not compared.');
    return;
  }
  const pair = ['from_resource', 'to_resource', 'times', 'gap_s', 'gap_percent', 'median_s'];
  const statement =
    'From {from_resource} to {to_resource}: {times} hand-offs hold {gap_s} ({gap_percent} of the time between different ones); half of them take {median_s} or less.';
  ctx.finding({
    kind: 'handoff_between_resources',
    title:
      '{changing_percent} of the hand-offs go to another resource; they hold {changing_gap_percent} of the time between steps',
    statement:
      'Of {known_times} hand-offs with both resources known {changing_times} go to another one: half of these take {changing_median_s} or less, half of those that stay with one {staying_median_s} or less. ' +
      statement,
    fields: fieldsOf(sides, 0, [
      ...pair,
      ...['known_times', 'changing_times', 'staying_times', 'changing_percent', 'changing_s'],
      ...['changing_gap_percent', 'changing_median_s', 'staying_median_s'],
    ]),
    estimate: { name: 'time between different resources', field: 'changing_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.1,
      reach: Math.min(1, (sides.number(0, 'changing_times') ?? 0) / ctx.rowCount),
      actionability: ACTIONABILITY.other,
    },
    items: sides.rows.slice(1).map((_, i) => ({
      title: '{from_resource} to {to_resource}: {gap_s} in {times} hand-offs',
      statement,
      fields: fieldsOf(sides, i + 1, pair),
    })),
    limitations: ['Different steps have different gaps whoever does them: it compares totals.'],
  });
}
