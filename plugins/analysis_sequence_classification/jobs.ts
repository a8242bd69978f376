import {
  type Context,
  fieldsOf,
  groupName,
  type Intervals,
  type ItemInput,
  type JobLabels,
  type ProcessLog,
  percent,
  type QueryHandle,
  type Runs,
  seconds,
  shareOf,
  threshold,
  withRuns,
} from '../../src/sdk/index.ts';

const MOST_JOBS = 5000;
const SIDES = ['standalone', 'chained'] as const;

interface Study {
  readonly ctx: Context;
  readonly intervals: Intervals;
  readonly labels: JobLabels;
  readonly runs: Runs;
}

/** Runs and waits of each job, standalone and chained; a row per job, and in each row the counts of the whole log. */
export async function readJobs({ ctx, intervals, labels, runs }: Study): Promise<QueryHandle> {
  const { wait, over } = intervals;
  const side = (name: string) => {
    const is = `${runs.chaining} = '${name}'`;
    return `count(*) FILTER (WHERE ${is}) AS ${name}_runs, count(*) FILTER (WHERE ${is} AND ${wait} >= 0) AS ${name}_waited_runs,
    count(*) FILTER (WHERE ${is} AND ${over} > 0) AS ${name}_over_runs, quantile_disc(${wait}, 0.5) FILTER (WHERE ${is} AND ${wait} >= 0) AS ${name}_us`;
  };
  const smallest = Number(ctx.settings['smallest_side_percent']);
  const least = `least(standalone_runs, chained_runs)`;
  return ctx.query(
    `${withRuns(
      runs,
      `jobs AS (
  SELECT ${groupName(ctx, 'activity')} AS activity, count(*) AS runs, bool_and(${labels.adjustable}) AS adjustable,
    ${SIDES.map(side).join(',\n    ')}
  FROM ${runs.relation} WHERE ${labels.leftOut} IS NULL GROUP BY activity
), marked AS (
  SELECT *, CASE WHEN chained_runs = 0 AND standalone_runs = 0 THEN 'unknown' WHEN chained_runs = 0 THEN 'standalone'
    WHEN standalone_runs = 0 THEN 'chained'
    WHEN ${least} >= ${Number(ctx.settings['fewest_runs'])} AND 100 * ${least} >= ${smallest} * runs THEN 'both'
    WHEN chained_runs > standalone_runs THEN 'mostly chained' ELSE 'mostly standalone' END AS class
  FROM jobs
)`,
    )}
SELECT activity, class, runs, standalone_runs, chained_runs, ${percent('chained_runs', 'runs')} AS chained_percent, adjustable,
  ${SIDES.map(
    (name) =>
      `${name}_waited_runs, ${seconds(`${name}_us`)} AS ${name}_median_wait_s, ${name}_over_runs, ${percent(`${name}_over_runs`, `${name}_waited_runs`)} AS ${name}_over_percent`,
  ).join(',\n  ')},
  count(*) OVER () AS jobs, sum(runs) OVER () AS all_runs, sum(standalone_runs) OVER () AS all_standalone_runs,
  sum(chained_runs) OVER () AS all_chained_runs, ${percent('sum(chained_runs) OVER ()', 'sum(runs) OVER ()')} AS all_chained_percent,
  ${['standalone', 'chained', 'both', 'mostly standalone', 'mostly chained']
    .map((name) => `count(*) FILTER (WHERE class = '${name}') OVER () AS ${name.replace(' ', '_')}_jobs`)
    .join(', ')}
FROM marked
ORDER BY least(standalone_runs, chained_runs) DESC, runs DESC, activity
LIMIT ${MOST_JOBS}`,
  );
}

const WHOLE = [
  ...['jobs', 'all_runs', 'all_standalone_runs', 'all_chained_runs', 'all_chained_percent'],
  ...['standalone_jobs', 'chained_jobs', 'both_jobs', 'mostly_standalone_jobs', 'mostly_chained_jobs'],
];

/** How the runs and jobs fall into standalone and chained, with the jobs that are both. */
export function reportJobs(ctx: Context, log: ProcessLog, jobs: QueryHandle): void {
  const fields = fieldsOf(jobs, 0, WHOLE);
  for (const [name, field] of Object.entries(fields)) ctx.metric(name, field);
  const both = jobs.rows.map((_, row) => row).filter((row) => jobs.text(row, 'class') === 'both');
  if (both.length === 0)
    ctx.note('No job runs both alone and in chains often enough for its waits to be compared.');
  const waits = log.queued !== undefined || log.eligible !== undefined;
  const exceptions = ['mostly_standalone_jobs', 'mostly_chained_jobs'].some(
    (name) => jobs.number(0, name) !== 0,
  );
  ctx.finding({
    kind: 'sequence_classification',
    title:
      '{all_chained_percent} of the runs are in chains: {chained_jobs} of {jobs} jobs run in chains alone, {both_jobs} both ways',
    statement: [
      'Of {all_runs} runs {all_standalone_runs} are standalone and {all_chained_runs} chained (they name another run, or another run names them as chain, parent or prerequisite).',
      'Of {jobs} jobs {standalone_jobs} only run standalone, {chained_jobs} only in chains, {both_jobs} often enough both ways.',
      ...(exceptions
        ? [
            'The others do so but for exceptions: {mostly_standalone_jobs} standalone, {mostly_chained_jobs} chained.',
          ]
        : []),
    ].join(' '),
    fields,
    estimate: { name: 'chained runs', field: 'all_chained_runs' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: both.length === 0 ? 0.05 : 0.1,
      reach: shareOf(jobs, 0, 'all_chained_percent'),
      actionability: 0.3,
    },
    items: both.slice(0, Number(ctx.settings['top_jobs'])).map((row) => itemOf(jobs, row, waits)),
  });
}

function itemOf(jobs: QueryHandle, row: number, waits: boolean): ItemInput {
  const known = SIDES.filter((side) => waits && jobs.number(row, `${side}_waited_runs`) !== 0);
  const columns = known.flatMap((side) =>
    ['waited_runs', 'median_wait_s', 'over_runs', 'over_percent'].map((name) => `${side}_${name}`),
  );
  return {
    title: '{activity}: {standalone_runs} runs standalone, {chained_runs} chained ({chained_percent})',
    statement: [
      '{activity} runs both ways: {standalone_runs} of {runs} runs standalone, {chained_runs} chained.',
      ...known.map(
        (side) =>
          `Half of the ${side} runs with a known wait wait {${side}_median_wait_s} or less; {${side}_over_runs} of {${side}_waited_runs} ({${side}_over_percent}) longer than {threshold_s}.`,
      ),
    ].join(' '),
    fields: {
      ...fieldsOf(jobs, row, [
        'activity',
        'runs',
        'standalone_runs',
        'chained_runs',
        'chained_percent',
        ...columns,
      ]),
      ...(known.length > 0 && threshold),
    },
  };
}
