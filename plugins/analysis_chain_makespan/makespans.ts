import {
  ACTIONABILITY,
  fieldsOf,
  percent,
  type QueryHandle,
  seconds,
  shareOf,
  withSteps,
} from '../../src/sdk/index.ts';
import { CHAINS, type Study } from './chains.ts';

const MOST_CHAINS = 5000;
const MEASURES = ['makespan', 'work', 'busy', 'idle', 'lead', 'gap'];

export async function readTotals({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, CHAINS)}, singles AS (
  SELECT count(*) FILTER (WHERE runs = 1) AS single_chains FROM all_chains
), untimed AS (
  SELECT count(*) AS untimed_runs FROM steps WHERE end_us IS NULL OR end_us < at_us
), whole AS (
  SELECT count(*) AS chains, coalesce(sum(runs), 0) AS runs, sum(makespan_us) AS makespan_us, sum(work_us) AS work_us,
    sum(makespan_us - idle_us) AS busy_us, sum(idle_us) AS idle_us, sum(lead_us) AS lead_us, sum(gap_us) AS gap_us,
    quantile_disc(makespan_us, 0.5) AS median_us, quantile_disc(makespan_us, 0.95) AS p95_us, max(makespan_us) AS longest_us
  FROM chains
)
SELECT chains, runs, single_chains, untimed_runs, ${MEASURES.map((name) => `${seconds(`${name}_us`)} AS ${name}_s`).join(', ')},
  ${seconds('median_us')} AS median_s, ${seconds('p95_us')} AS p95_s, ${seconds('longest_us')} AS longest_s,
  ${percent('idle_us', 'makespan_us')} AS idle_percent, ${percent('lead_us', 'makespan_us')} AS lead_percent,
  ${percent('gap_us', 'makespan_us')} AS gap_percent
FROM whole CROSS JOIN singles CROSS JOIN untimed`,
  );
}

/** The chains one by one, the longest first. */
export async function readLongest({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(steps, CHAINS)}
SELECT chain_id, kind, runs, ${seconds('makespan_us')} AS makespan_s, ${seconds('work_us')} AS work_s,
  ${seconds('makespan_us - idle_us')} AS busy_s, ${seconds('idle_us')} AS idle_s, ${seconds('lead_us')} AS lead_s, ${seconds('gap_us')} AS gap_s
FROM chains ORDER BY makespan_us DESC, chain_id LIMIT ${MOST_CHAINS}`,
  );
}

/** All chains of two runs and more in one finding, with the runs of the longest as rows. */
export async function reportMakespans(
  { ctx, steps }: Study,
  totals: QueryHandle,
  charts: string[],
): Promise<void> {
  const fields = fieldsOf(totals, 0, [
    ...['chains', 'runs', 'single_chains', 'untimed_runs', 'median_s', 'p95_s', 'longest_s'],
    ...MEASURES.map((name) => `${name}_s`),
    ...['idle_percent', 'lead_percent', 'gap_percent'],
  ]);
  for (const [name, field] of Object.entries(fields)) ctx.metric(name, field);
  const some = (name: string) => totals.number(0, name) !== 0;
  ctx.finding({
    kind: 'chain_makespan',
    title:
      'Half of the {chains} chains take {median_s} or less; in {idle_percent} of their time none of their runs is under way',
    statement: [
      `{chains} chains with {runs} runs take {makespan_s} in all, from being queued to their last end: half of them {median_s} or less, nineteen in twenty {p95_s} or less, the longest {longest_s}.`,
      'At least one run of the chain is under way for {busy_s}; none is for {idle_s} ({idle_percent}): {lead_s} ({lead_percent}) before the first starts and {gap_s} ({gap_percent}) between runs.',
      'Runs that overlap count once there; added up, the runs take {work_s}.',
      ...(some('single_chains') ? ['Chains with a single run are left out: {single_chains}.'] : []),
      ...(some('untimed_runs')
        ? ['Runs without an end, or with one before the start, are left out: {untimed_runs}.']
        : []),
    ].join(' '),
    fields,
    estimate: { name: 'idle time of chains', field: 'idle_s' },
    target: {},
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: Math.min(0.1, shareOf(totals, 0, 'idle_percent')),
      reach: Math.min(1, (totals.number(0, 'runs') ?? 0) / ctx.rowCount),
      actionability: ACTIONABILITY.other,
    },
    rows: await ctx.query(
      `${withSteps(steps, CHAINS)}, longest AS (SELECT chain_id FROM chains ORDER BY makespan_us DESC, chain_id LIMIT 1)
SELECT _sh_part, _sh_row_number, activity, at_us, end_us FROM timed JOIN longest ON case_id = chain_id
ORDER BY at_us, _sh_part, _sh_row_number LIMIT 1000`,
    ),
    charts,
    limitations: [
      'Why nothing runs is not told here: waits for a server, lags behind a prerequisite, planned pauses.',
    ],
  });
}
