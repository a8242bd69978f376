import {
  ACTIONABILITY,
  fieldsOf,
  groupName,
  type ItemInput,
  NOT_ADJUSTABLE,
  percent,
  type QueryHandle,
  secondsOf,
  shareOf,
  smallestEffect,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { periodCtes } from './periods.ts';

const MOST_TOLD = 5;

/** Server time of each job inside of busy periods and outside; undefined, with a note, where no service time is known. */
export async function readJobs(study: WaitStudy): Promise<QueryHandle | undefined> {
  const { ctx } = study;
  const handle = await ctx.query(`WITH ${periodCtes(study)}, ${servedCte(study)}, inside AS (
  SELECT job AS inside_job, sum(least(end_us, to_us) - greatest(start_us, from_us)) AS us
  FROM served JOIN periods ON start_us < to_us AND end_us > from_us GROUP BY ALL
), jobs AS (
  SELECT job, bool_and(adjustable) AS adjustable, count(*) AS runs, sum(end_us - start_us) AS all_us FROM served GROUP BY ALL
), split AS (
  SELECT job, adjustable, runs, coalesce(us, 0) AS inside_us, all_us - coalesce(us, 0) AS outside_us
  FROM jobs LEFT JOIN inside ON job = inside_job
), base AS (SELECT sum(inside_us) AS sum_inside_us, sum(outside_us) AS sum_outside_us FROM split)
SELECT job, adjustable, runs, ${['inside', 'outside'].map(secondsOf).join(', ')},
  ${percent('inside_us', 'sum_inside_us')} AS inside_percent, ${percent('outside_us', 'sum_outside_us')} AS outside_percent,
  ${percent('inside_us', 'inside_us + outside_us')} AS of_job_percent
FROM split CROSS JOIN base
ORDER BY inside_s DESC, job`);
  if (handle.rows.length > 0) return handle;
  ctx.note('No service time is known: what runs in busy periods is not told.');
  return undefined;
}

/** Runs as intervals of whole microseconds; of excluded jobs none. */
export function servedCte({ ctx, log, clock }: WaitStudy): string {
  return `served AS (
  SELECT ${groupName(ctx, 'activity')} AS job, ${clock.adjustable} AS adjustable,
    epoch_us(${log.started}) AS start_us, epoch_us(${log.started}) + CAST(${clock.service} AS BIGINT) AS end_us
  FROM data WHERE ${clock.service} > 0 AND ${log.started} IS NOT NULL AND ${clock.leftOut} IS DISTINCT FROM 'excluded'
)`;
}

/** The jobs whose share of the server time is clearly larger inside, the largest difference first. */
export function reportJobs(study: WaitStudy, jobs: QueryHandle): void {
  const { ctx } = study;
  const above = (row: number) => shareOf(jobs, row, 'inside_percent') - shareOf(jobs, row, 'outside_percent');
  const told = [...jobs.rows.keys()]
    .filter((row) => isClear(study, jobs, row))
    .toSorted((a, b) => above(b) - above(a));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job takes a clearly larger share of the server time in busy periods than outside; jobs_in_busy_periods.csv has them all.',
    );
    return;
  }
  const adjustable = told.find((row) => jobs.text(row, 'adjustable') === 'true');
  ctx.finding({
    kind: 'busy_period_jobs',
    ...claimOf(jobs, lead),
    target: {},
    about: [ctx.role('activity') ?? ''],
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, above(adjustable ?? lead)),
      reach: shareOf(jobs, lead, 'inside_percent'),
      actionability: adjustable === undefined ? ACTIONABILITY.fixedJob : ACTIONABILITY.window,
    },
    ...(told.length > 1 && { items: told.slice(0, MOST_TOLD).map((row): ItemInput => claimOf(jobs, row)) }),
    limitations: [
      'What runs while others wait need not be what they wait for: servers are not told apart.',
      'Counted, not tested: jobs that wait run in busy periods too.',
    ],
  });
}

function claimOf(jobs: QueryHandle, row: number) {
  const fixed = jobs.text(row, 'adjustable') === 'true' ? '' : ` ${NOT_ADJUSTABLE}`;
  return {
    title:
      '{job} takes {inside_percent} of the server time while others wait, and {outside_percent} otherwise',
    statement:
      'While at least one run waits longer than {threshold_s}, {job} takes {inside_s} of server time, {inside_percent} of all then; ' +
      `outside of these busy periods it takes {outside_s}, {outside_percent}. Of its own time {of_job_percent} lies in them.${fixed}`,
    fields: {
      ...fieldsOf(jobs, row, [
        'job',
        'inside_s',
        'inside_percent',
        'outside_s',
        'outside_percent',
        'of_job_percent',
      ]),
      ...threshold,
    },
    estimate: { name: 'server_time_in_busy_periods', field: 'inside_s' },
  };
}

function isClear({ ctx }: WaitStudy, jobs: QueryHandle, row: number): boolean {
  const [inside, outside] = ['inside_percent', 'outside_percent'].map((name) =>
    Math.round((jobs.number(row, name) ?? 0) * 10),
  );
  const points = smallestEffect(
    { setting: 'smallest_busy_points', unit: 'percentage points', byDefault: 5, compared: 'above' },
    ctx.settings,
  );
  const ratio = smallestEffect(
    { setting: 'smallest_busy_ratio', unit: 'times the share outside', byDefault: 1.25, compared: 'above' },
    ctx.settings,
  );
  return (
    points.reaches(((inside ?? 0) - (outside ?? 0)) / 10) && ratio.reaches((inside ?? 0) / (outside ?? 0))
  );
}
