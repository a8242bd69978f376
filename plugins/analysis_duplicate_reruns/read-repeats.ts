import { groupName, percent, type QueryHandle, rhythmCtes, secondsOf } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** Gaps of jobs that run by the clock, as `analysis_schedule_interval` has them by default. */
const RHYTHM = { sameTick: 5_000_000, fewestTicks: 20 };

/** The row of all jobs. */
export const ALL = 'all';

/** Rows of one job each, by server time in repeats, after the row of all jobs. */
export async function readRepeats(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`${withTwins(study)}, days AS (
  SELECT quantile_disc(CAST(make_timestamp(asked_us) AS DATE), 0.5) AS middle FROM twins
), jobs AS (
  SELECT CASE WHEN grouping(name) = 1 THEN '${ALL}' ELSE 'job' END AS kind, coalesce(name, '${ALL}') AS name,
    bool_and(adjustable) AS adjustable, count(*) AS runs, count(DISTINCT name) AS jobs,
    count(*) FILTER (WHERE near) AS near_runs, count(*) FILTER (WHERE far) AS far_runs,
    count(*) FILTER (WHERE near AND NOT far) AS near_only, count(*) FILTER (WHERE far AND NOT near) AS far_only,
    count(*) FILTER (WHERE first) AS first_runs,
    count(*) FILTER (WHERE first AND near AND NOT far) AS first_near_only,
    count(*) FILTER (WHERE first AND far AND NOT near) AS first_far_only,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    coalesce(sum(service_us) FILTER (WHERE near AND service_us >= 0), 0) AS near_service_us
  FROM (SELECT *, CAST(make_timestamp(asked_us) AS DATE) <= middle AS first FROM twins CROSS JOIN days) AS halves
  GROUP BY GROUPING SETS ((), (name))
)
SELECT kind, name, adjustable, runs, jobs, near_runs, far_runs, near_only, far_only, first_runs, first_near_only, first_far_only,
  ${percent('near_runs', 'runs')} AS near_percent, ${percent('far_runs', 'runs')} AS far_percent,
  ${percent('near_service_us', 'service_us')} AS lost_percent, ${['service', 'near_service'].map(secondsOf).join(', ')}
FROM jobs
ORDER BY kind, near_service_us DESC, near_runs DESC, name
LIMIT 1001`);
}

/** The repeats themselves, each with the time since the run that it repeats. */
export async function readRows(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`${withTwins(study)}
SELECT _sh_part, _sh_row_number, name, asked_us - before_us AS after_us
FROM twins WHERE near
ORDER BY service_us DESC NULLS LAST, _sh_part, _sh_row_number
LIMIT 100`);
}

/**
 * Each run looked at with whether another one of the same work was asked for within the time before it (`near`; of two
 * asked for at once the later row repeats the earlier one), or within as long a time before that (`far`).
 */
function withTwins(study: Study): string {
  const { ctx, asked, service, lookedAt, adjustable, sameWork } = study;
  const within = Math.round(Number(ctx.settings['within_s']) * 1e6);
  const work = ['name', ...sameWork.map((_, i) => `work_${i}`)].join(', ');
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, '' AS schedule, ${sameWork.map((column, i) => `${column} AS work_${i}, `).join('')}
    epoch_us(${asked}) AS asked_us, ${service} AS service_us, ${adjustable} AS adjustable, _sh_part, _sh_row_number
  FROM data WHERE ${lookedAt}
), ${rhythmCtes({ runs: 'runs', ...RHYTHM })}, placed AS (
  SELECT *, lag(asked_us) OVER (PARTITION BY ${work} ORDER BY asked_us, _sh_part, _sh_row_number) AS before_us,
    count(*) OVER (PARTITION BY ${work} ORDER BY asked_us
      RANGE BETWEEN ${2 * within} PRECEDING AND ${within + 1} PRECEDING) AS far_runs
  FROM runs
  WHERE name NOT IN (SELECT name FROM regular WHERE regular_gaps * 2 >= ticks - 1)
), twins AS (
  SELECT *, coalesce(asked_us - before_us <= ${within}, false) AS near, far_runs > 0 AS far FROM placed
)`;
}
