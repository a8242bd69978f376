import {
  groupName,
  identifier,
  percent,
  type QueryHandle,
  sameParameters,
  secondsOf,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** One row for each job; the one with most server time in failed tries first. */
export async function readTries(study: Study): Promise<QueryHandle> {
  return study.ctx.query(triesSql(study));
}

/** A row for each job that `readTries` has with enough tries, and each week in which it ran: its tries and those of all others. */
export async function readWeeks(study: Study): Promise<QueryHandle> {
  return study.ctx.query(`WITH tries AS (
  SELECT ${groupName(study.ctx, 'activity')} AS name, ${weekOf(study)} AS week, ${study.failed} AS failed
  FROM data WHERE ${isTry(study)}
), weeks AS (
  SELECT name, week, count(*) AS n, count(*) FILTER (WHERE failed) AS f FROM tries GROUP BY ALL
), whole_weeks AS (
  SELECT week AS of_week, sum(n) AS nn, sum(f) AS ff FROM weeks GROUP BY ALL
), jobs AS (
  SELECT name AS job FROM weeks GROUP BY ALL HAVING sum(n) >= ${Number(study.ctx.settings['fewest_tries'])}
  ORDER BY sum(f) DESC, job LIMIT ${MOST_COMPARED}
)
SELECT name, week, n AS tries, f AS failed, nn - n AS other_tries, ff - f AS other_failed,
  week <= (SELECT quantile_disc(of_week, 0.5) FROM whole_weeks) AS is_early
FROM weeks JOIN jobs ON name = job JOIN whole_weeks ON week = of_week
ORDER BY name, week`);
}

/** Most jobs whose failures are compared: those with most failures. */
const MOST_COMPARED = 300;

/** Monday of the week in which a run was asked for; where that is not known, of that in which it started. */
function weekOf({ log }: Study): string {
  const at = log.queued === undefined ? log.started : `coalesce(${log.queued}, ${log.started})`;
  return `CAST(date_trunc('week', ${at}) AS DATE)`;
}

function isTry({ log, failed, leftOut }: Study): string {
  return `${leftOut} IS NULL AND ${failed} IS NOT NULL AND ${log.started} IS NOT NULL`;
}

/**
 * Tries and failures of each job, and of all others in the weeks in which it ran. A failure repeats where the job's next
 * try of the same user with the same parameters fails too.
 */
function triesSql(study: Study): string {
  const { ctx, log, service, failed, adjustable } = study;
  const attempts = ctx.role('attempts');
  const again = attempts === undefined ? 'false' : `${identifier(attempts)} > 1`;
  const user = ctx.role('user');
  const work = [user === undefined ? [] : identifier(user), sameParameters(ctx) ?? []].flat();
  const sameWork = ['name', ...work.map((_, i) => `work_${i}`)].join(', ');
  return `WITH tries AS (
  SELECT ${groupName(ctx, 'activity')} AS name, ${work.map((column, i) => `${column} AS work_${i}, `).join('')}
    ${weekOf(study)} AS week, ${failed} AS failed, ${again} AS again, ${service} AS service_us,
    ${adjustable} AS adjustable, ${log.started} AS started_at, _sh_part, _sh_row_number
  FROM data WHERE ${isTry(study)}
), followed AS (
  SELECT *, failed AND lag(failed) OVER (
    PARTITION BY ${sameWork} ORDER BY started_at, _sh_part, _sh_row_number) AS repeated
  FROM tries
), weeks AS (
  SELECT name, week, count(*) AS n, count(*) FILTER (WHERE failed) AS f, count(*) FILTER (WHERE repeated) AS r,
    count(*) FILTER (WHERE again) AS again, bool_and(adjustable) AS adjustable,
    coalesce(sum(service_us) FILTER (WHERE service_us >= 0), 0) AS service_us,
    coalesce(sum(service_us) FILTER (WHERE failed AND service_us >= 0), 0) AS failed_service_us
  FROM followed GROUP BY ALL
), whole_weeks AS (
  SELECT week AS of_week, sum(n) AS nn, sum(f) AS ff FROM weeks GROUP BY ALL
), base AS (SELECT sum(nn) AS all_tries, sum(ff) AS all_failed FROM whole_weeks
), jobs AS (
  SELECT name, sum(n) AS tries, sum(f) AS failed, sum(nn - n) AS other_tries, sum(ff - f) AS other_failed, count(*) AS weeks,
    sum(r) AS repeated, sum(again) AS retries, bool_and(adjustable) AS adjustable, sum(service_us) AS service_us,
    sum(failed_service_us) AS failed_service_us
  FROM weeks JOIN whole_weeks ON week = of_week GROUP BY ALL
), totals AS (
  SELECT count(*) AS all_jobs, sum(repeated) AS all_repeated, sum(retries) AS all_retries,
    sum(failed_service_us) AS all_failed_service_us, sum(service_us) AS all_service_us FROM jobs
)
SELECT *,
  ${percent('failed', 'tries')} AS failed_percent,
  ${percent('other_failed', 'other_tries')} AS other_failed_percent,
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
