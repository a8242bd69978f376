import { difference, fieldsOf, groupName, percent } from '../../src/sdk/index.ts';
import { faultRanking, type Study } from './study.ts';

const MOST_JOBS = 5;

/** Jobs most of whose runs end in the instant in which they start: they do nothing, or their end is not recorded. */
export async function reportZeroLength({ ctx, log, labels }: Study): Promise<void> {
  if (log.ended === undefined) return;
  const service = difference(log.started, log.ended);
  const [share, least] = ['zero_share_percent', 'zero_min_runs'].map((key) => Number(ctx.settings[key]));
  const jobs = await ctx.query(
    `WITH jobs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, count(*) FILTER (WHERE ${service} >= 0) AS runs, count(*) FILTER (WHERE ${service} = 0) AS zero_runs,
    count(*) FILTER (WHERE second(${log.ended}) <> 0) AS fine_runs
  FROM data WHERE ${labels.leftOut} IS NULL GROUP BY ALL
), marked AS (
  SELECT name, runs, zero_runs, sum(fine_runs) OVER () AS fine_runs, sum(zero_runs) OVER () AS all_zero_runs,
    zero_runs >= ${least} AND 100 * zero_runs >= ${share} * runs AS is_flood
  FROM jobs
)
SELECT name, runs, zero_runs, ${percent('zero_runs', 'runs')} AS zero_percent, fine_runs, all_zero_runs, count(*) OVER () AS flood_jobs,
  sum(zero_runs) OVER () AS flood_runs
FROM marked WHERE is_flood
ORDER BY zero_runs DESC, name
LIMIT 100`,
  );
  if (jobs.rows.length === 0) return;
  if (jobs.number(0, 'fine_runs') === 0) {
    ctx.note('Ends are whole minutes: that runs end in the minute in which they start says nothing.');
    return;
  }
  const columns = ['name', 'runs', 'zero_runs', 'zero_percent'];
  const statement =
    '{zero_runs} of {runs} runs of {name} ({zero_percent}) end in the instant in which they start.';
  ctx.finding({
    kind: 'zero_length_runs',
    title: 'Runs that take no time at all: {zero_runs} of {runs} runs of {name}',
    statement: `${statement} Jobs of which that is so: {flood_jobs}, with {flood_runs} such runs. They do nothing, or their end is not recorded; averages of their service time say nothing.`,
    fields: {
      ...fieldsOf(jobs, 0, columns),
      flood_jobs: jobs.cell(0, 'flood_jobs'),
      flood_runs: jobs.cell(0, 'flood_runs'),
    },
    estimate: { name: 'runs without length', field: 'flood_runs' },
    target: {},
    how: 'exact_count',
    severity: 'notice',
    ranking: faultRanking(Math.min(1, (jobs.number(0, 'flood_runs') ?? 0) / ctx.rowCount)),
    items: jobs.rows.slice(1, 1 + MOST_JOBS).map((_, i) => ({
      title: '{name}: {zero_runs} of {runs} runs',
      statement,
      fields: fieldsOf(jobs, i + 1, columns),
    })),
  });
}
