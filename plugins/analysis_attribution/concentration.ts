import {
  ACTIONABILITY,
  fieldsOf,
  groupName,
  percent,
  type QueryHandle,
  secondsOf,
  shareOf,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** How few jobs and how few runs make most of the over-threshold wait, with the curve. */
export async function reportConcentration(study: WaitStudy): Promise<void> {
  const { ctx } = study;
  const jobs = await fewestJobs(study);
  const runs = await fewestRuns(study);
  ctx.finding({
    kind: 'wait_concentration',
    title: '{few_jobs} of {all_jobs} jobs make {few_percent} of the over-threshold wait',
    statement:
      'The {few_jobs} jobs with most over-threshold wait, of {all_jobs} that have a run with a known wait, hold {few_s} of {over_s} ({few_percent}; at least {wanted}), with {few_runs_percent} of these runs. ' +
      'By single runs: the longest {run_count} of {over_runs} runs over {threshold_s} make {wanted} of it, {run_percent} of the runs with a known wait.',
    fields: {
      ...fieldsOf(jobs, 0, ['few_jobs', 'all_jobs', 'few_s', 'over_s', 'few_percent', 'few_runs_percent']),
      ...fieldsOf(runs, 0, ['run_count', 'over_runs', 'run_percent']),
      wanted: { from: { setting: 'concentration_percent' }, unit: '%' },
      ...threshold,
    },
    estimate: { name: 'jobs_that_make_most_of_the_wait', field: 'few_jobs' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.1,
      reach: shareOf(runs, 0, 'over_runs_percent'),
      actionability: ACTIONABILITY.other,
    },
    charts: [await chartCurve(study)],
  });
}

/** Jobs in the order of their over-threshold wait, with what they and all before them have. */
function ranked({ ctx, clock }: WaitStudy): string {
  return `jobs AS (
  SELECT ${groupName(ctx, 'activity')} AS job, count(*) AS runs, sum(${clock.over}) AS over_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.wait} >= 0 GROUP BY ALL
), ranked AS (
  SELECT job, runs, over_us, rank() OVER (ORDER BY over_us DESC, job) AS place,
    sum(over_us) OVER (ORDER BY over_us DESC, job) AS upto_us, sum(runs) OVER (ORDER BY over_us DESC, job) AS upto_runs
  FROM jobs
), base AS (SELECT sum(over_us) AS over_us, sum(runs) AS all_runs, count(*) AS all_jobs FROM jobs)`;
}

function fewestJobs(study: WaitStudy): Promise<QueryHandle> {
  return study.ctx.query(`WITH ${ranked(study)}, few AS (
  SELECT min(place) AS few_jobs, min(upto_us) AS few_us, min(upto_runs) AS few_runs
  FROM ranked WHERE upto_us * 1000000 >= (SELECT over_us FROM base) * ${wanted(study)}
)
SELECT few_jobs, all_jobs, ${secondsOf('few')}, ${secondsOf('over')},
  ${percent('few_us', 'over_us')} AS few_percent, ${percent('few_runs', 'all_runs')} AS few_runs_percent
FROM few CROSS JOIN base`);
}

/** Of equally long waits only as many as are needed. */
function fewestRuns(study: WaitStudy): Promise<QueryHandle> {
  const { ctx, clock } = study;
  return ctx.query(`WITH lengths AS (
  SELECT CAST(${clock.over} AS HUGEINT) AS over_us, count(*) AS runs FROM data
  WHERE ${clock.leftOut} IS NULL AND ${clock.over} > 0 GROUP BY ALL
), ranked AS (
  SELECT over_us, runs, sum(over_us * runs) OVER (ORDER BY over_us DESC) AS upto_us, sum(runs) OVER (ORDER BY over_us DESC) AS upto_runs
  FROM lengths
), base AS (SELECT sum(over_us * runs) AS all_us, sum(runs) AS over_runs FROM lengths
), known AS (SELECT count(*) AS waited_runs FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.wait} >= 0
), reached AS (
  SELECT max(over_us) AS over_us FROM ranked WHERE upto_us * 1000000 >= (SELECT all_us FROM base) * ${wanted(study)}
), few AS (
  SELECT upto_runs - (upto_us * 1000000 - all_us * ${wanted(study)}) // (ranked.over_us * 1000000) AS run_count
  FROM ranked JOIN reached ON ranked.over_us = reached.over_us CROSS JOIN base
)
SELECT run_count, over_runs, ${percent('run_count', 'waited_runs')} AS run_percent, ${percent('over_runs', 'waited_runs')} AS over_runs_percent
FROM few CROSS JOIN base CROSS JOIN known`);
}

/** The setting in millionths. */
function wanted({ ctx }: WaitStudy): number {
  return Math.round(Number(ctx.settings['concentration_percent']) * 10_000);
}

/** The curve of the shares that the first, the first two … jobs hold; the chart's name. */
async function chartCurve(study: WaitStudy): Promise<string> {
  const query = await study.ctx.query(`WITH ${ranked(study)}
SELECT place, job, ${percent('upto_us', 'base.over_us')} AS upto_percent, ${percent('upto_runs', 'all_runs')} AS upto_runs_percent
FROM ranked CROSS JOIN base WHERE place <= 100
ORDER BY place`);
  return study.ctx.chart({
    name: 'concentration_of_the_wait',
    title: 'Share of the over-threshold wait that the first jobs hold',
    alternative:
      'Two lines over the number of jobs, those with most over-threshold wait first: the share of that wait that they hold together, and their share of the runs, in per cent.',
    query,
    spec: {
      transform: [
        { fold: ['upto_percent', 'upto_runs_percent'], as: ['series', 'share'] },
        {
          calculate: "datum.series == 'upto_percent' ? 'over-threshold wait' : 'runs'",
          as: 'of',
        },
      ],
      mark: { type: 'line', point: true },
      width: 420,
      height: 180,
      encoding: {
        x: { field: 'place', type: 'quantitative', title: 'jobs, most wait first', axis: { tickMinStep: 1 } },
        y: { field: 'share', type: 'quantitative', title: '%', scale: { domain: [0, 100] } },
        color: {
          field: 'of',
          type: 'nominal',
          title: 'share of',
          scale: {
            domain: ['over-threshold wait', 'runs'],
            range: ['var(--series-5)', 'var(--line-strong)'],
          },
        },
      },
    },
  });
}
