import { DAY_US, freeCte, groupName, type QueryHandle, sweepCtes } from '../../src/sdk/index.ts';
import type { Study } from './whole-log.ts';

/**
 * How jobs ran that waited beside a free slot for longer than the threshold, in as many runs as the setting asks for. By
 * `part`. `waited`: each of them, with its runs that waited for longer than the threshold (`waited_runs`), and those that did
 * while a slot was free (`starts`). Own cap: the number of the job's runs under way at which most of that waiting passed. `job`:
 * the cap, for how long so many were under way at least (`at_us`) and more
 * (`above_us`), how long a slot was free while its runs waited (`free_us`, of those that did for longer than the threshold),
 * and for how much of that as many as the cap were under way (`cap_us`). `day`: by day of the start how many such runs
 * started (`starts`), how many of them while as many as the cap were still under way (`beside`), and the shares of their
 * waits beside a free slot that passed at the cap, added up (`by_chance_millionths`): were starts regardless of the job's own
 * runs, so many of them would find as many under way.
 */
export function readOwnCaps({
  ctx,
  occupancy: { running, waiting },
  adjustable,
  whole,
}: Study): Promise<QueryHandle> {
  const name = groupName(ctx, 'activity');
  const thresholdUs = Math.round(Number(ctx.settings['threshold_s']) * 1e6);
  const fewest = Number(ctx.settings['fewest_capped_runs']);
  return ctx.query(`WITH ${sweepCtes({ relation: 'data' }, [running, waiting])},
${freeCte('steps', whole.freeBelow)},
waited AS (
  SELECT ${name} AS name, until.free_us - since.free_us AS free_us
  FROM data JOIN free AS since ON since.at_us = ${waiting.from} JOIN free AS until ON until.at_us = ${waiting.to}
  WHERE ${waiting.from} < ${waiting.to} AND ${waiting.where}
), blocked AS (
  SELECT name AS swept_name, count(*) AS waited_runs, count(*) FILTER (WHERE free_us > ${thresholdUs}) AS blocked_runs
  FROM waited GROUP BY ALL HAVING count(*) FILTER (WHERE free_us > ${thresholdUs}) >= ${fewest}
), codes AS (
  SELECT swept_name, waited_runs, blocked_runs, CAST(row_number() OVER (ORDER BY swept_name) AS INTEGER) AS swept_code FROM blocked
), coded AS (
  SELECT data.*, swept_code FROM data JOIN codes ON ${name} = swept_name
), ${sweepCtes({ relation: 'coded', group: 'swept_code', name: 'own_steps' }, [running, waiting])},
own AS (
  SELECT sweep_group, own_steps.at_us, running, waiting, lasting_us, coalesce(until.free_us - since.free_us, 0) AS free_us
  FROM own_steps JOIN free AS since ON since.at_us = own_steps.at_us LEFT JOIN free AS until ON until.at_us = own_steps.at_us + lasting_us
), levels AS (
  SELECT sweep_group, running AS level, sum(lasting_us) AS level_us, sum(CAST(waiting AS HUGEINT) * free_us) AS waiting_us
  FROM own GROUP BY ALL
), most AS (
  SELECT sweep_group AS most_group, max(waiting_us) AS most_us FROM levels GROUP BY ALL
), caps AS (
  SELECT sweep_group AS cap_group, max(level) AS cap
  FROM levels JOIN most ON sweep_group = most_group AND waiting_us = most_us AND most_us > 0 GROUP BY ALL
), lasted AS (
  SELECT sweep_group, cap, sum(level_us) FILTER (WHERE level >= cap) AS at_us,
    coalesce(sum(level_us) FILTER (WHERE level > cap), 0) AS above_us
  FROM levels JOIN caps ON sweep_group = cap_group WHERE cap > 0 GROUP BY ALL
), so_far AS (
  SELECT ${placeOf('sweep_group', 'at_us')} AS place, running,
    sum(free_us) OVER until_here - free_us AS free_us, sum(at_cap_us) OVER until_here - at_cap_us AS cap_us
  FROM (SELECT *, CASE WHEN running >= cap THEN free_us ELSE 0 END AS at_cap_us FROM own JOIN caps ON sweep_group = cap_group) AS capped
  WINDOW until_here AS (PARTITION BY sweep_group ORDER BY at_us)
), waits AS (
  SELECT swept_code, ${adjustable} AS adjustable, ${waiting.to} // ${DAY_US} AS day, until.running AS running, until.free_us - since.free_us AS free_us,
    until.cap_us - since.cap_us AS cap_us
  FROM coded JOIN so_far AS since ON since.place = ${placeOf('swept_code', waiting.from)} JOIN so_far AS until ON until.place = ${placeOf('swept_code', waiting.to)}
  WHERE ${waiting.from} < ${waiting.to} AND ${waiting.where}
), days AS (
  SELECT swept_code, day, bool_and(adjustable) AS adjustable, count(*) AS starts, count(*) FILTER (WHERE waits.running > cap) AS beside, sum(free_us) AS free_us,
    sum(cap_us) AS cap_us, sum(CAST(cap_us AS HUGEINT) * 1000000 // free_us) AS by_chance_millionths
  FROM waits JOIN lasted ON sweep_group = swept_code WHERE free_us > ${thresholdUs} GROUP BY ALL
), jobs AS (
  SELECT swept_code, bool_and(adjustable) AS adjustable, sum(starts) AS starts, sum(beside) AS beside, sum(free_us) AS free_us, sum(cap_us) AS cap_us FROM days GROUP BY ALL
)
SELECT 'job' AS part, swept_name AS name, NULL AS day, adjustable, waited_runs, cap, at_us, above_us, starts, beside, free_us, cap_us, NULL AS by_chance_millionths
FROM jobs JOIN lasted ON sweep_group = jobs.swept_code JOIN codes ON codes.swept_code = jobs.swept_code
UNION ALL
SELECT 'day', swept_name, day, adjustable, NULL, NULL, NULL, NULL, starts, beside, free_us, cap_us, by_chance_millionths
FROM days JOIN codes ON codes.swept_code = days.swept_code
UNION ALL SELECT 'waited', swept_name, NULL, NULL, waited_runs, NULL, NULL, NULL, blocked_runs, NULL, NULL, NULL, NULL FROM codes
ORDER BY part, name, day`);
}

/** A moment of a job as one number: joined by two, DuckDB may pair all moments of the job before it looks at the second. */
function placeOf(code: string, us: string): string {
  return `CAST(${code} AS HUGEINT) * ${2n ** 64n} + ${us}`;
}
