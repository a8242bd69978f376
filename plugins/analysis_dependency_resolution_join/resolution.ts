import {
  fieldsOf,
  percent,
  type QueryHandle,
  rootCtes,
  seconds,
  shareOf,
  threshold,
} from '../../src/sdk/index.ts';
import { type Study, thresholdUs } from './study.ts';

const COUNTS = [
  'dependants',
  'resolved_runs',
  'unmatched_runs',
  'self_runs',
  'several_runs',
  'unknown_runs',
  'circle_runs',
  'early_runs',
];
const TIMES = ['lag_s', 'median_lag_s', 'p95_lag_s', 'longest_lag_s', 'over_s', 'median_start_lag_s'];

/** What became of the dependencies, and how long the lags are; how many dependants have a lag. */
export async function reportResolution(study: Study): Promise<number> {
  const { ctx } = study;
  const counts = await readCounts(study);
  const columns = [...COUNTS, 'resolved_percent', 'over_runs', 'over_runs_percent', ...TIMES];
  const fields = fieldsOf(counts, 0, columns);
  const resolved = counts.number(0, 'resolved_runs') ?? 0;
  for (const [name, field] of Object.entries(fields))
    if (resolved > 0 || COUNTS.includes(name)) ctx.metric(name, field);
  if (resolved === 0 && counts.number(0, 'dependants') === 0) return 0;
  const told = resolved > 0 ? fields : fieldsOf(counts, 0, [...COUNTS, 'resolved_percent']);
  ctx.finding({
    kind: 'dependency_resolution',
    title:
      resolved === 0
        ? 'None of the {dependants} prerequisites that runs name is in the log with an end'
        : counts.number(0, 'median_lag_s') === 0
          ? `Half of the dependants ${atWords(study)} at the moment at which what they depend on ends`
          : `Half of the dependants ${atWords(study)} within {median_lag_s} of the end of what they depend on`,
    statement: [
      '{resolved_runs} of {dependants} runs that name a prerequisite ({resolved_percent}) have it in the log with an end.',
      ...(resolved === 0 ? [] : lagSentences(study, counts)),
      ...leftOutSentences(counts),
    ].join(' '),
    fields: { ...told, ...threshold },
    estimate: { name: 'resolved dependencies', field: 'resolved_runs' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: resolved === 0 ? 0 : Math.min(0.1, shareOf(counts, 0, 'over_runs_percent')),
      reach: Math.min(1, resolved / ctx.rowCount),
      actionability: 0.3,
    },
  });
  return resolved;
}

/** “are eligible” or “start”. */
export function atWords({ toEligible }: Study): string {
  return toEligible ? 'are eligible' : 'start';
}

function lagSentences(study: Study, counts: QueryHandle): string[] {
  const some = counts.number(0, 'over_runs') !== 0;
  return [
    `Half of them ${atWords(study)} ${counts.number(0, 'median_lag_s') === 0 ? 'at that moment' : '{median_lag_s} or less after that end'}, nineteen in twenty {p95_lag_s} or less after it; the longest lag is {longest_lag_s}.`,
    ...(study.toEligible ? ['Half of them have started {median_start_lag_s} or less after it.'] : []),
    some
      ? '{over_runs} of them ({over_runs_percent}) lag longer than the threshold of {threshold_s}: {over_s} in all.'
      : 'None of them lags longer than the threshold of {threshold_s}.',
  ];
}

function leftOutSentences(counts: QueryHandle): string[] {
  const sentences = {
    unmatched_runs: 'Prerequisites that are not in the log: {unmatched_runs}.',
    self_runs: 'Runs that name themselves: {self_runs}.',
    several_runs:
      'Run ids of prerequisites that stand in several rows, so that it is not known which is meant: {several_runs}.',
    unknown_runs: `Pairs that lack an end or a time of the dependant: {unknown_runs}.`,
    circle_runs: 'Runs that wait for each other in a circle, or for such runs: {circle_runs}.',
    early_runs: 'Dependants that are earlier than the end, and left out: {early_runs}.',
  };
  return Object.entries(sentences).flatMap(([name, text]) => (counts.number(0, name) === 0 ? [] : [text]));
}

async function readCounts({ ctx, ctes }: Study): Promise<QueryHandle> {
  const over = `lag_us > ${thresholdUs(ctx)}`;
  const known = 'lag_us >= 0';
  return ctx.query(
    `WITH RECURSIVE ${ctes}, arrows AS (
  SELECT own_id AS member, min(needed_id) AS above FROM lags WHERE own_id IS NOT NULL AND NOT is_self GROUP BY ALL
), ${rootCtes('resolvable', 'arrows', ctx.rowCount)}, counted AS (
  SELECT count(*) FILTER (WHERE NOT is_self) AS dependants, count(*) FILTER (WHERE is_self) AS self_runs,
    count(*) FILTER (WHERE ${known}) AS resolved_runs, count(*) FILTER (WHERE matches = 0) AS unmatched_runs,
    count(*) FILTER (WHERE matches > 1 AND NOT is_self) AS several_runs,
    count(*) FILTER (WHERE matches = 1 AND NOT is_self AND lag_us IS NULL) AS unknown_runs,
    count(*) FILTER (WHERE lag_us < 0) AS early_runs,
    sum(lag_us) FILTER (WHERE ${known}) AS lag_us, quantile_disc(lag_us, 0.5) FILTER (WHERE ${known}) AS median_us,
    quantile_disc(lag_us, 0.95) FILTER (WHERE ${known}) AS p95_us, max(lag_us) AS longest_us,
    quantile_disc(start_lag_us, 0.5) FILTER (WHERE start_lag_us >= 0) AS median_start_us,
    count(*) FILTER (WHERE ${over}) AS over_runs, coalesce(sum(lag_us) FILTER (WHERE ${over}), 0) AS over_us,
    count(*) FILTER (WHERE NOT is_self AND own_id IS NOT NULL AND own_id NOT IN (SELECT member FROM resolvable)) AS circle_runs
  FROM lags
)
SELECT ${COUNTS.join(', ')}, ${percent('resolved_runs', 'dependants')} AS resolved_percent, over_runs,
  ${percent('over_runs', 'resolved_runs')} AS over_runs_percent, ${seconds('lag_us')} AS lag_s, ${seconds('median_us')} AS median_lag_s,
  ${seconds('p95_us')} AS p95_lag_s, ${seconds('longest_us')} AS longest_lag_s, ${seconds('over_us')} AS over_s,
  ${seconds('median_start_us')} AS median_start_lag_s
FROM counted`,
  );
}
