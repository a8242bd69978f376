import type { QueryHandle } from '../handles.ts';
import { groupName, NO_NAME, readyTime } from './columns.ts';
import { percent, seconds, secondsOf } from './measures.ts';
import type { WaitStudy } from './wait-study.ts';

/**
 * CTEs up to `periods` (from_us, to_us, runs, over_us): waits in the order of their starts; one that starts after all
 * before it have ended begins a new period.
 */
export function busyPeriodCtes({ log, clock }: WaitStudy): string {
  return `starts AS (
  SELECT epoch_us(${readyTime(log)}) AS from_us, max(epoch_us(${log.started})) AS to_us, count(*) AS runs, sum(${clock.over}) AS over_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.over} > 0
  GROUP BY epoch_us(${readyTime(log)})
), reached AS (
  SELECT from_us, to_us, runs, over_us,
    max(to_us) OVER (ORDER BY from_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_us
  FROM starts
), numbered AS (
  SELECT from_us, to_us, runs, over_us, sum(CASE WHEN before_us >= from_us THEN 0 ELSE 1 END) OVER (ORDER BY from_us) AS period
  FROM reached
), periods AS (
  SELECT min(from_us) AS from_us, max(to_us) AS to_us, sum(runs) AS runs, sum(over_us) AS over_us
  FROM numbered GROUP BY period
)`;
}

/** Server time of each job inside of busy periods and outside; undefined, with a note, where no service time is known. */
export async function readBusyShares(study: WaitStudy): Promise<QueryHandle | undefined> {
  const { ctx } = study;
  const handle =
    await ctx.query(`WITH ${busyPeriodCtes(study)}, ${servedRunsCte(study)}, ${insideCtes('job')}, jobs AS (
  SELECT job, bool_and(adjustable) AS adjustable, count(*) AS runs, sum(end_us - start_us) AS all_us FROM served GROUP BY ALL
), split AS (
  SELECT job, adjustable, runs, coalesce(us, 0) AS inside_us, all_us - coalesce(us, 0) AS outside_us
  FROM jobs LEFT JOIN inside USING (job)
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

/**
 * Server time of jobs by block (an ordinal as SQL, of the run's start), and what of it lies in busy periods: columns
 * `name`, `block`, `all_s`, `inside_s`. All jobs but those with most of it have no name.
 */
export function readBusyBlocks(study: WaitStudy, block: string, mostJobs: number): Promise<QueryHandle> {
  return study.ctx.query(`WITH ${busyPeriodCtes(study)}, ${servedRunsCte(study, block)}, ${insideCtes('job, block')}, cells AS (
  SELECT job, block, sum(end_us - start_us) AS all_us FROM served WHERE block IS NOT NULL GROUP BY ALL
), ranked AS (
  SELECT job AS ranked_job, rank() OVER (ORDER BY sum(all_us) DESC, job) AS place FROM cells GROUP BY job
)
SELECT CASE WHEN place <= ${mostJobs} AND job <> '${NO_NAME}' THEN job END AS name, block, ${seconds('sum(all_us)')} AS all_s, ${seconds('coalesce(sum(us), 0)')} AS inside_s
FROM cells JOIN ranked ON job = ranked_job LEFT JOIN inside USING (job, block)
GROUP BY ALL
ORDER BY name, block`);
}

/**
 * CTEs up to `inside` (the columns `by` of the runs, us): the time of each job's runs that lies in busy periods. These never overlap, so it
 * is how much busy time passes up to the ends of the runs, less how much does up to their starts: one sweep over the
 * moments instead of each run beside each period.
 */
function insideCtes(by: 'job' | 'job, block'): string {
  return `moments AS (
  SELECT 1 AS kind, ${by}, start_us AS at_us, -1 AS amount FROM served
  UNION ALL SELECT 1, ${by}, end_us, 1 FROM served
  UNION ALL SELECT 0, ${by.replaceAll(/\w+/g, 'NULL')}, from_us, to_us - from_us FROM periods
), swept AS (
  SELECT kind, ${by}, at_us, amount, max(CASE WHEN kind = 0 THEN at_us END) OVER so_far AS period_us,
    sum(CASE WHEN kind = 0 THEN amount ELSE 0 END) OVER so_far AS busy_us
  FROM moments WINDOW so_far AS (ORDER BY at_us, kind RANGE UNBOUNDED PRECEDING)
), inside AS (
  SELECT ${by}, sum(amount * (busy_us - greatest(to_us - at_us, 0))) AS us
  FROM swept LEFT JOIN periods ON from_us = period_us WHERE kind = 1 GROUP BY ALL
)`;
}

/** Runs as intervals of whole microseconds, with their block where one is asked for; of excluded jobs none. */
export function servedRunsCte({ ctx, log, clock }: WaitStudy, block?: string): string {
  return `served AS (
  SELECT ${groupName(ctx, 'activity')} AS job, ${clock.adjustable} AS adjustable,${block === undefined ? '' : ` ${block} AS block,`}
    epoch_us(${log.started}) AS start_us, epoch_us(${log.started}) + CAST(${clock.service} AS BIGINT) AS end_us
  FROM data WHERE ${clock.service} > 0 AND ${log.started} IS NOT NULL AND ${clock.leftOut} IS DISTINCT FROM 'excluded'
)`;
}
