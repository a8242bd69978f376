import {
  fieldsOf,
  jobActionability,
  NOT_ADJUSTABLE,
  percent,
  type QueryHandle,
  seconds,
  shareOf,
  threshold,
} from '../../src/sdk/index.ts';
import { atWords } from './resolution.ts';
import { type Study, thresholdUs } from './study.ts';

const MOST_PAIRS = 1000;
const SHOWN = [
  'before_activity',
  'activity',
  'resolved_runs',
  'median_lag_s',
  'p95_lag_s',
  'longest_lag_s',
  'over_runs',
  'over_runs_percent',
  'over_s',
  'over_percent',
];

/** Lags by pair of jobs, the longest over-threshold lag first; `others_median_s` is the median over all other pairs. */
export async function readPairs({ ctx, ctes }: Study): Promise<QueryHandle> {
  const over = `lag_us > ${thresholdUs(ctx)}`;
  return ctx.query(
    `WITH ${ctes}, pairs AS (
  SELECT before_activity, activity, bool_and(adjustable) AS adjustable, count(*) AS resolved_runs, sum(lag_us) AS lag_us,
    quantile_disc(lag_us, 0.5) AS median_us, quantile_disc(lag_us, 0.95) AS p95_us, max(lag_us) AS longest_us,
    quantile_disc(start_lag_us, 0.5) AS median_start_us,
    count(*) FILTER (WHERE ${over}) AS over_runs, coalesce(sum(lag_us) FILTER (WHERE ${over}), 0) AS over_us
  FROM lags WHERE lag_us >= 0 GROUP BY before_activity, activity
)
SELECT before_activity, activity, adjustable, resolved_runs, ${seconds('lag_us')} AS lag_s, ${seconds('median_us')} AS median_lag_s,
  ${seconds('p95_us')} AS p95_lag_s, ${seconds('longest_us')} AS longest_lag_s, ${seconds('median_start_us')} AS median_start_lag_s,
  over_runs, ${percent('over_runs', 'resolved_runs')} AS over_runs_percent, ${seconds('over_us')} AS over_s,
  ${percent('over_us', 'sum(over_us) OVER ()')} AS over_percent, count(*) OVER () AS all_pairs
FROM pairs
ORDER BY over_us DESC, lag_us DESC, before_activity, activity
LIMIT ${MOST_PAIRS}`,
  );
}

/** A finding for each pair in which dependants lag long and often enough. */
export async function reportPairs(study: Study, pairs: QueryHandle): Promise<void> {
  const { ctx } = study;
  const smallest = Number(ctx.settings['smallest_share_percent']);
  const reaches = (row: number, column: string) => (pairs.number(row, column) ?? -1) >= smallest;
  const rows = pairs.rows
    .map((_, row) => row)
    .filter((row) => pairs.number(row, 'over_runs') !== 0)
    .filter((row) => reaches(row, 'over_runs_percent') && reaches(row, 'over_percent'));
  if (rows.length === 0) {
    ctx.note('Between no two jobs do dependants lag longer than the threshold often enough to be reported.');
    return;
  }
  for (const row of rows.slice(0, Number(ctx.settings['top_pairs']))) await reportPair(study, pairs, row);
}

async function reportPair(study: Study, pairs: QueryHandle, row: number): Promise<void> {
  const { ctx, toEligible } = study;
  const adjustable = pairs.text(row, 'adjustable') === 'true';
  ctx.finding({
    kind: 'dependency_lag',
    title: `{activity} lags behind {before_activity}: {over_runs} of {resolved_runs} runs ${atWords(study)} more than {threshold_s} after it has ended, {over_s} in all`,
    statement: [
      `Of {resolved_runs} runs of {activity} that depend on {before_activity}, {over_runs} ({over_runs_percent}) ${atWords(study)} later than {threshold_s} after its end: {over_s} of lag, {over_percent} of all over-threshold lag behind prerequisites.`,
      pairs.number(row, 'median_lag_s') === 0
        ? 'Half do not lag at all; one in twenty lags {p95_lag_s} or more, and the longest lag is {longest_lag_s}.'
        : 'Half lag {median_lag_s} or more, one in twenty {p95_lag_s} or more; the longest lag is {longest_lag_s}.',
      toEligible
        ? 'Before it is eligible no server can take it: more servers do not shorten this lag.'
        : 'The lag goes to the start, and so holds the wait for a free server, too.',
      ...(adjustable ? [] : [NOT_ADJUSTABLE]),
    ].join(' '),
    fields: { ...fieldsOf(pairs, row, SHOWN), ...threshold },
    estimate: { name: 'over-threshold lag', field: 'over_s' },
    target: { activity: { field: 'activity' }, after: { field: 'before_activity' } },
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: shareOf(pairs, row, 'over_percent'),
      reach: Math.min(1, (pairs.number(row, 'resolved_runs') ?? 0) / ctx.rowCount),
      actionability: jobActionability(adjustable),
    },
    rows: await ctx.query(
      `WITH ${study.ctes}
SELECT _sh_part, _sh_row_number, lag_us FROM lags
WHERE lag_us > ${thresholdUs(ctx)} AND activity = CAST($1 AS VARCHAR) AND before_activity = CAST($2 AS VARCHAR)
ORDER BY lag_us DESC, _sh_part, _sh_row_number
LIMIT 25`,
      [pairs.text(row, 'activity') ?? '', pairs.text(row, 'before_activity') ?? ''],
    ),
    limitations: ['The log does not say why the lag is there: a poll of the scheduler, a hold, a rule.'],
  });
}
