import {
  BY_THE_CLOCK,
  groupName,
  percent,
  type QueryHandle,
  RHYTHM,
  rhythmCtes,
  secondsOf,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** The row of all jobs. */
export const ALL = 'all';

/** Rows of one job each, by server time in repeats, after the row of all jobs. */
export async function readRepeats(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`${withTwins(study)}, days AS (
  SELECT quantile_disc(CAST(make_timestamp(asked_us) AS DATE), 0.5) AS middle FROM twins
), jobs AS (
  SELECT CASE WHEN grouping(name) = 1 THEN '${ALL}' ELSE 'job' END AS kind, coalesce(name, '${ALL}') AS name,
    bool_and(adjustable) AS adjustable, count(*) AS runs, count(DISTINCT name) AS jobs,
    count(*) FILTER (WHERE repeats) AS repeated_runs,
    count(*) FILTER (WHERE soon) AS soon_runs, count(*) FILTER (WHERE soon AND same) AS soon_same,
    count(*) FILTER (WHERE later) AS later_runs, count(*) FILTER (WHERE later AND same) AS later_same,
    count(*) FILTER (WHERE early AND soon) AS early_soon_runs, count(*) FILTER (WHERE early AND soon AND same) AS early_soon_same,
    count(*) FILTER (WHERE early AND later) AS early_later_runs, count(*) FILTER (WHERE early AND later AND same) AS early_later_same,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    coalesce(sum(service_us) FILTER (WHERE repeats AND service_us >= 0), 0) AS repeated_service_us
  FROM (SELECT *, CAST(make_timestamp(asked_us) AS DATE) <= middle AS early FROM twins CROSS JOIN days) AS halves
  GROUP BY GROUPING SETS ((), (name))
)
SELECT kind, name, adjustable, runs, jobs, repeated_runs, soon_runs, soon_same, later_runs, later_same,
  early_soon_runs, early_soon_same, early_later_runs, early_later_same,
  ${percent('repeated_runs', 'runs')} AS repeated_percent, ${percent('soon_same', 'soon_runs')} AS soon_percent,
  ${percent('later_same', 'later_runs')} AS later_percent,
  ${percent('repeated_service_us', 'service_us')} AS lost_percent, ${['service', 'repeated_service'].map(secondsOf).join(', ')}
FROM jobs
ORDER BY kind, repeated_service_us DESC, repeated_runs DESC, name
LIMIT 1001`);
}

/** The repeats themselves, each with the time since the run that it repeats. */
export async function readRows(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`${withTwins(study)}
SELECT _sh_part, _sh_row_number, name, asked_us - twin_us AS after_us
FROM twins WHERE repeats
ORDER BY service_us DESC NULLS LAST, _sh_part, _sh_row_number
LIMIT 100`);
}

/**
 * Each run looked at with whether it repeats another one of the same work asked for within the time before it (of two
 * asked for at once the later row repeats the earlier one); and beside the run of the same job and user just before it:
 * whether that was within the time (`soon`) or earlier (`later`), and whether it had the same parameters.
 */
function withTwins(study: Study): string {
  const { ctx, asked, service, lookedAt, adjustable, parameters, user } = study;
  const within = Math.round(Number(ctx.settings['within_s']) * 1e6);
  const order = 'ORDER BY asked_us, _sh_part, _sh_row_number';
  return `WITH runs AS (
  SELECT ${groupName(ctx, 'activity')} AS name, '' AS schedule, ${user} AS asker, ${parameters} AS work,
    epoch_us(${asked}) AS asked_us, ${service} AS service_us, ${adjustable} AS adjustable, _sh_part, _sh_row_number
  FROM data WHERE ${lookedAt}
), ${rhythmCtes({ runs: 'runs', ...RHYTHM })}, placed AS (
  SELECT *, lag(asked_us) OVER (PARTITION BY name, asker, work ${order}) AS twin_us,
    lag(asked_us) OVER (PARTITION BY name, asker ${order}) AS before_us,
    lag(work) OVER (PARTITION BY name, asker ${order}) AS before_work
  FROM runs
  WHERE name NOT IN (SELECT name FROM regular WHERE ${BY_THE_CLOCK})
), twins AS (
  SELECT *, coalesce(asked_us - twin_us <= ${within}, false) AS repeats, coalesce(asked_us - before_us <= ${within}, false) AS soon,
    coalesce(asked_us - before_us > ${within}, false) AS later, coalesce(work = before_work, false) AS same
  FROM placed
)`;
}
