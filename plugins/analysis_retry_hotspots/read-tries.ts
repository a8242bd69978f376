import { groupName, identifier, percent, type QueryHandle, secondsOf } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** One row for each job; the one with most server time in failed tries first. */
export async function readTries(study: Study): Promise<QueryHandle> {
  return study.ctx.query(triesSql(study));
}

/**
 * Tries and failures of each job in all, in each half of the days, and their products summed over days, from which the
 * variance of a difference of shares follows that allows for days on which many fail together. A failure repeats where
 * the job's next try of the same user with the same parameters fails too.
 */
function triesSql(study: Study): string {
  const { ctx, log, service, failed, leftOut, adjustable } = study;
  const attempts = ctx.role('attempts');
  const again = attempts === undefined ? 'false' : `${identifier(attempts)} > 1`;
  const work = (['user', 'parameters'] as const).flatMap((role) => ctx.role(role) ?? []).map(identifier);
  const sameWork = ['name', ...work.map((_, i) => `work_${i}`)].join(', ');
  return `WITH tries AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${work.map((column, i) => `${column} AS work_${i}, `).join('')}
    CAST(${log.queued ?? log.started} AS DATE) AS day, ${failed} AS failed, ${again} AS again, ${service} AS service_us,
    ${adjustable} AS adjustable, ${log.started} AS started_at, _sh_part, _sh_row_number
  FROM data WHERE ${leftOut} IS NULL AND ${failed} IS NOT NULL AND ${log.started} IS NOT NULL
), followed AS (
  SELECT *, failed AND lag(failed) OVER (
    PARTITION BY ${sameWork} ORDER BY started_at, _sh_part, _sh_row_number) AS repeated
  FROM tries
), days AS (
  SELECT name, day, count(*) AS n, count(*) FILTER (WHERE failed) AS f, count(*) FILTER (WHERE repeated) AS r,
    count(*) FILTER (WHERE again) AS again, bool_and(adjustable) AS adjustable,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    coalesce(sum(service_us) FILTER (WHERE failed AND service_us >= 0), 0) AS failed_service_us
  FROM followed GROUP BY ALL
), whole_days AS (
  SELECT day AS of_day, sum(n) AS nn, sum(f) AS ff FROM days GROUP BY ALL
), middle AS (SELECT quantile_disc(of_day, 0.5) AS mid FROM whole_days
), base AS (
  SELECT count(*) AS days, sum(nn) AS all_tries, sum(ff) AS all_failed, sum(nn * nn) AS sum_nn, sum(nn * ff) AS sum_nf,
    sum(ff * ff) AS sum_ff, coalesce(sum(nn) FILTER (WHERE of_day <= mid), 0) AS first_all_tries,
    coalesce(sum(ff) FILTER (WHERE of_day <= mid), 0) AS first_all_failed
  FROM whole_days CROSS JOIN middle
), jobs AS (
  SELECT name, sum(n) AS tries, sum(f) AS failed, sum(r) AS repeated, sum(again) AS retries,
    bool_and(adjustable) AS adjustable, sum(service_us) AS service_us, sum(failed_service_us) AS failed_service_us,
    coalesce(sum(n) FILTER (WHERE day <= mid), 0) AS first_tries,
    coalesce(sum(f) FILTER (WHERE day <= mid), 0) AS first_failed,
    sum(n * n) AS job_nn, sum(n * f) AS job_nf, sum(f * f) AS job_ff, sum(n * nn) AS cross_nn, sum(n * ff) AS cross_nf,
    sum(f * nn) AS cross_fn, sum(f * ff) AS cross_ff
  FROM days JOIN whole_days ON day = of_day CROSS JOIN middle GROUP BY ALL
), totals AS (
  SELECT count(*) AS all_jobs, sum(repeated) AS all_repeated, sum(retries) AS all_retries,
    sum(failed_service_us) AS all_failed_service_us, sum(service_us) AS all_service_us FROM jobs
)
SELECT *, all_tries - tries AS other_tries, all_failed - failed AS other_failed,
  ${percent('failed', 'tries')} AS failed_percent,
  ${percent('all_failed - failed', 'all_tries - tries')} AS other_failed_percent,
  ${percent('repeated', 'failed')} AS repeated_percent,
  ${percent('all_failed', 'all_tries')} AS all_failed_percent,
  ${percent('all_failed_service_us', 'all_service_us')} AS all_lost_percent,
  ${percent('failed_service_us', 'all_failed_service_us')} AS lost_percent,
  ${percent('failed', 'all_failed')} AS share_percent,
  ${['service', 'failed_service', 'all_failed_service'].map(secondsOf).join(', ')}
FROM jobs CROSS JOIN base CROSS JOIN totals
ORDER BY failed_service_us DESC, failed DESC, name
LIMIT 1000`;
}
