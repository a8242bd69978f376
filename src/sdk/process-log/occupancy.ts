import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { deriveAs, groupName, type ProcessLog, readyTime } from './columns.ts';
import { difference, type Intervals, serviceTime } from './intervals.ts';
import type { JobLabels } from './left-out.ts';
import { type Lasting, sweepCtes } from './sweep.ts';

/** When runs take a slot, and when they wait for one: derived columns, as SQL; moments in whole microseconds since 1970. */
export interface Occupancy {
  readonly start: string;
  /** The recorded end; start and duration where the log has no ends. */
  readonly end: string;
  /** Runs that are not left out, and those of watchdog jobs, which take slots too. */
  readonly running: Lasting;
  /** From eligible to started, of runs that wait longer than the threshold and are not left out. */
  readonly waiting: Lasting;
}

/** Derives when runs take a slot and when they wait for one, once. */
export async function deriveOccupancy(
  ctx: Context,
  log: ProcessLog,
  { over }: Pick<Intervals, 'over'>,
  { leftOut }: JobLabels,
): Promise<Occupancy> {
  const start = await deriveAs(ctx, 'start_us', `epoch_us(${log.started})`);
  const end = await deriveAs(ctx, 'end_us', endOf(log));
  const ready = readyTime(log);
  const from = await deriveAs(
    ctx,
    'ready_us',
    ready === undefined ? difference(ready, ready) : `epoch_us(${ready})`,
  );
  return {
    start,
    end,
    running: {
      label: 'running',
      from: start,
      to: end,
      where: `(${leftOut} IS NULL OR ${leftOut} = 'watchdog')`,
    },
    waiting: { label: 'waiting', from, to: start, where: `${over} > 0 AND ${leftOut} IS NULL` },
  };
}

function endOf(log: ProcessLog): string {
  if (log.ended !== undefined) return `epoch_us(${log.ended})`;
  return `CAST(epoch_us(${log.started}) + ${serviceTime(log)} AS BIGINT)`;
}

/** Runs by whether they can be placed in time, and the moments between which anything runs: one row. */
export function readSpan(ctx: Context, { start, end, running }: Occupancy): Promise<QueryHandle> {
  const placed = `${start} < ${end}`;
  return ctx.query(`SELECT count(*) AS runs, count(*) FILTER (WHERE ${placed}) AS placed_runs,
  count(*) FILTER (WHERE ${start} = ${end}) AS zero_runs, count(*) FILTER (WHERE ${start} > ${end}) AS backward_runs,
  count(*) FILTER (WHERE ${start} IS NULL) AS runs_without_start,
  count(*) FILTER (WHERE ${start} IS NOT NULL AND ${end} IS NULL) AS runs_without_end,
  min(${start}) FILTER (WHERE ${placed}) AS first_us, max(${end}) FILTER (WHERE ${placed}) AS last_us,
  make_timestamp(min(${start}) FILTER (WHERE ${placed})) AS first_start,
  make_timestamp(max(${end}) FILTER (WHERE ${placed})) AS last_end
FROM data WHERE ${running.where}`);
}

/** Most servers that are swept: those whose runs were under way for longest, added up. */
export const MOST_SWEPT = 200;

/**
 * How long so many runs of each server were under way at once: a row for each server and number, with the first moment at
 * which it was so.
 */
export function readServerLevels(ctx: Context, { running, start, end }: Occupancy): Promise<QueryHandle> {
  const name = groupName(ctx, 'resource');
  return ctx.query(`WITH counted AS (
  SELECT ${name} AS swept_name, sum(${end} - ${start}) AS ran_us FROM data WHERE ${start} < ${end} AND ${running.where}
  GROUP BY ALL ORDER BY ran_us DESC, swept_name LIMIT ${MOST_SWEPT}
), codes AS (
  SELECT swept_name, CAST(row_number() OVER (ORDER BY swept_name, ran_us) AS INTEGER) AS swept_code FROM counted
), coded AS (
  SELECT data.*, swept_code FROM data JOIN codes ON ${name} = swept_name
), ${sweepCtes({ relation: 'coded', group: 'swept_code' }, [running])}
SELECT swept_name AS name, running, sum(lasting_us) AS lasting_us, make_timestamp(min(at_us)) AS first_at
FROM steps JOIN codes ON sweep_group = swept_code
WHERE lasting_us > 0
GROUP BY ALL
ORDER BY name, running`);
}

/** A level that is passed for more than this share of the time in which it is reached is no limit. */
export const MOST_ABOVE = 0.02;

/** For each moment of the sweep of the whole log, how long a slot had been free until then: fewer than `slots` under way. */
export function freeCte(steps: string, slots: number): string {
  return `free AS (
  SELECT at_us, sum(free_us) OVER (ORDER BY at_us) - free_us AS free_us
  FROM (SELECT at_us, CASE WHEN running < ${slots} THEN coalesce(lasting_us, 0) ELSE 0 END AS free_us FROM ${steps}) AS stretches
)`;
}

/** How many stretches of equal length a chart shows the log in. */
export const SLICES = 200;

/**
 * The same for the whole log, by `part`. `level`: how long so many runs were under way (`running`, `lasting_us`, first
 * at `moment`), and the over-threshold wait meanwhile (`waiting_us`). `slice`: in each of equal stretches of the log the
 * most runs under way and the most waiting at once, and the time that runs were under way for (`running_us`). `slots`: fewer runs
 * under way than that (`running`) leave a slot free. That is the level at which most of all waiting passed, if it is
 * a limit, hardly ever passed; where it is none (a job that waits for itself, say), the lowest level that is one.
 */
export function readWholeLog(
  ctx: Context,
  { running, waiting }: Occupancy,
  [first, last]: readonly [bigint, bigint],
): Promise<QueryHandle> {
  const width = (last - first) / BigInt(SLICES) + 1n;
  return ctx.query(`WITH marks AS (
  SELECT ${first} + place * ${width} AS at_us FROM range(${SLICES}) AS places(place)
), ${sweepCtes({ relation: 'data', marks: 'marks' }, [running, waiting])},
levels AS (
  SELECT running, sum(lasting_us) AS lasting_us, min(at_us) AS first_us, sum(CAST(waiting AS HUGEINT) * lasting_us) AS waiting_us
  FROM steps WHERE lasting_us > 0 GROUP BY running
), slices AS (
  SELECT (at_us - ${first}) // ${width} AS slice, max(running) AS running, max(waiting) AS waiting,
    sum(CAST(running AS HUGEINT) * lasting_us) AS running_us
  FROM steps WHERE lasting_us > 0 AND at_us >= ${first} GROUP BY slice
), passed AS (
  SELECT running, waiting_us, lasting_us, sum(lasting_us) OVER (ORDER BY running DESC) AS at_us, max(waiting_us) OVER () AS most_us FROM levels
), limits AS (
  SELECT running, waiting_us = most_us AS is_most FROM passed WHERE running > 0 AND most_us > 0 AND (at_us - lasting_us) * ${1 / MOST_ABOVE} <= at_us
), slots AS (
  SELECT coalesce(max(running) FILTER (WHERE is_most), min(running)) AS slots FROM limits
)
SELECT 'level' AS part, make_timestamp(first_us) AS moment, running, NULL AS waiting, lasting_us, running * lasting_us AS running_us, waiting_us FROM levels
UNION ALL SELECT 'slice', make_timestamp(${first} + slice * ${width}), running, waiting, ${width}, running_us, NULL FROM slices
UNION ALL SELECT 'slots', NULL, slots, NULL, NULL, NULL, NULL FROM slots
ORDER BY part, moment, running`);
}
