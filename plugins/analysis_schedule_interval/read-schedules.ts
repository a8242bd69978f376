import {
  DAY_US,
  groupName,
  identifier,
  percent,
  type QueryHandle,
  rhythmCtes,
  seconds,
  secondsOf,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** The median gap in whole seconds, for clocks of schedulers jitter; as it is where it is shorter than ten. */
const ROUNDED =
  'CASE WHEN median_us < 10000000 THEN median_us ELSE (median_us + 500000) // 1000000 * 1000000 END';

/** One row for each job and schedule with enough ticks; rows by server time, the most first. */
export interface Schedules {
  readonly handle: QueryHandle;
  /** Rows that run by the clock. */
  readonly byTheClock: readonly number[];
}

/** How regular the gaps between the ticks of each job and schedule are, and what its runs cost. */
export async function readSchedules(study: Study): Promise<Schedules> {
  const handle = await study.ctx.query(schedulesSql(study));
  const byTheClock = [...handle.rows.keys()].filter((row) => handle.text(row, 'by_the_clock') === 'true');
  return { handle, byTheClock };
}

function schedulesSql(study: Study): string {
  const { ctx, asked, over, service, window, leftOut, adjustable } = study;
  const schedule = ctx.role('schedule');
  const smallest = Number(ctx.settings['smallest_regular_percent']);
  const sameTick = Math.round(Number(ctx.settings['same_tick_s']) * 1e6);
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name,
    ${schedule === undefined ? `''` : `coalesce(CAST(${identifier(schedule)} AS VARCHAR), '')`} AS schedule,
    epoch_us(${asked}) AS asked_us, hour(${asked}) AS hour, ${service} AS service_us, ${over} AS over_us,
    ${window} = 'close' AS in_close, ${adjustable} AS adjustable
  FROM data
  WHERE ${leftOut} IS NULL AND ${asked} IS NOT NULL
), ${rhythmCtes({ runs: 'runs', sameTick, fewestTicks: Number(ctx.settings['fewest_ticks']) })},
costs AS (
  SELECT name, schedule, count(*) AS runs, count(DISTINCT asked_us // ${DAY_US}) AS active_days,
    (max(asked_us) // ${DAY_US}) - (min(asked_us) // ${DAY_US}) + 1 AS span_days, min(hour) AS first_hour, max(hour) AS last_hour,
    bool_and(adjustable) AS adjustable,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    coalesce(quantile_disc(service_us, 0.5) FILTER (WHERE service_us >= 0), 0) AS median_service_us,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0 AND in_close), 0) AS close_service_us,
    coalesce(sum(over_us), 0) AS over_us
  FROM runs GROUP BY ALL
), rhythms AS (
  SELECT *, regular_gaps * 1000 >= ${Math.round(10 * smallest)} * (ticks - 1) 
      AND (median_us >= ${DAY_US} OR active_days * 3 >= span_days) AS by_the_clock
  FROM regular JOIN costs USING (name, schedule)
), clocked AS (
  SELECT count(DISTINCT name) AS clock_jobs, coalesce(sum(runs), 0) AS clock_runs FROM rhythms WHERE by_the_clock
), jobs AS (
  SELECT name AS job, sum(runs) AS job_runs FROM costs GROUP BY ALL
), base AS (
  SELECT sum(runs) AS all_runs, sum(service_us) AS all_service_us, sum(close_service_us) AS all_close_service_us,
    count(DISTINCT name) AS all_jobs FROM costs
)
SELECT name, schedule, runs, job_runs, ticks, regular_gaps, ticks - 1 AS gaps,
  ${percent('regular_gaps', 'ticks - 1')} AS regular_percent,
  ${seconds(ROUNDED)} AS interval_s,
  first_hour, last_hour, adjustable, ${['service', 'median_service', 'over'].map(secondsOf).join(', ')},
  ${percent('service_us', 'all_service_us')} AS service_percent,
  ${percent('close_service_us', 'all_close_service_us')} AS close_percent,
  ${percent('runs', 'all_runs')} AS runs_percent, active_days, span_days, all_jobs, all_runs,
  by_the_clock, clock_jobs, clock_runs, ${percent('clock_runs', 'all_runs')} AS clock_percent
FROM rhythms JOIN jobs ON name = job CROSS JOIN base CROSS JOIN clocked
ORDER BY service_us DESC, name, schedule`;
}
