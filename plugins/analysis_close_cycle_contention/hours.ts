import {
  type Context,
  groupName,
  type ProcessLog,
  type QueryHandle,
  readyTime,
} from '../../src/sdk/index.ts';

/** SQL of what the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  readonly service: string;
  /** Millionths of the logarithm of the service time. */
  readonly logService: string;
  readonly leftOut: string;
  readonly adjustable: string;
}

export const HOURS = 24;
/** Jobs whose doing is looked at: those with most service time in the close. */
const MOST_JOBS = 40;
const HOUR_US = 3_600_000_000;

/** Numbers of each hour of each day, day by day. */
export interface Series {
  /** Runs that started. */
  readonly starts: Float64Array;
  /** Sum over them of the logarithm of the service time less its mean over the runs of that job on that server. */
  readonly slowness: Float64Array;
  /** Sum of their service times, in seconds. */
  readonly served: Float64Array;
  /** Runs at once on average. */
  readonly running: Float64Array;
  /** Runs of all jobs that became ready to start. */
  readonly ready: Float64Array;
}

/** The days of the close window, hour by hour. */
export interface Hours {
  readonly handle: QueryHandle;
  /** Whether each day is a Saturday or Sunday. */
  readonly weekend: readonly boolean[];
  readonly all: Series;
  readonly jobs: ReadonlyMap<string, Series>;
  /** Job → a row of it. */
  readonly rows: ReadonlyMap<string, number>;
}

export async function readHours(study: Study): Promise<Hours> {
  const handle = await study.ctx.query(hoursSql(study));
  const number = (row: number, column: string) => handle.number(row, column) ?? 0;
  const days = [...new Set(handle.rows.map((_, row) => Math.floor(number(row, 'hour') / HOURS)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(days.map((day, i) => [day, i]));
  const empty = (): Series => {
    const size = days.length * HOURS;
    return {
      starts: new Float64Array(size),
      slowness: new Float64Array(size),
      served: new Float64Array(size),
      running: new Float64Array(size),
      ready: new Float64Array(size),
    };
  };
  const all = empty();
  const jobs = new Map<string, Series>();
  const rows = new Map<string, number>();
  for (const row of handle.rows.keys()) {
    const hour = number(row, 'hour');
    const at = (place.get(Math.floor(hour / HOURS)) ?? 0) * HOURS + (hour % HOURS);
    const name = handle.text(row, 'name');
    const own = name === null ? undefined : (jobs.get(name) ?? empty());
    if (name !== null && own !== undefined) {
      jobs.set(name, own);
      rows.set(name, row);
    }
    for (const series of own === undefined ? [all] : [all, own]) {
      series.starts[at] = (series.starts[at] ?? 0) + number(row, 'starts');
      series.slowness[at] = (series.slowness[at] ?? 0) + number(row, 'slowness') / 1e6;
      series.served[at] = (series.served[at] ?? 0) + number(row, 'served_us') / 1e6;
      series.running[at] = (series.running[at] ?? 0) + number(row, 'running_us') / HOUR_US;
      series.ready[at] = (series.ready[at] ?? 0) + number(row, 'ready');
    }
  }
  // day 0 is 1970-01-01, a Thursday
  const weekend = days.map((day) => [2, 3].includes(((day % 7) + 7) % 7));
  return { handle, weekend, all, jobs, rows };
}

/**
 * Per hour since 1970 and job (none: all others together): starts, their slowness, and time under way; and how many runs of any job became ready. A run counts for
 * a day at most. Hours are those whose day of the month is in the close window.
 */
function hoursSql({ ctx, log, service, logService, leftOut, adjustable }: Study): string {
  const [job, server] = [groupName(ctx, 'activity'), groupName(ctx, 'resource')];
  const [first, last] = [Number(ctx.settings['close_start_day']), Number(ctx.settings['close_end_day'])];
  const day = `day(make_timestamp(hour * ${HOUR_US}))`;
  const inside = `${day} >= ${first} ${first <= last ? 'AND' : 'OR'} ${day} <= ${last}`;
  const offsets = Array.from({ length: HOURS - 1 }, (_, k) => `(${k + 1})`).join(', ');
  return `WITH runs AS (
  SELECT ${job} AS job, ${server} AS server, epoch_us(${log.started}) AS start_us, epoch_us(${log.started}) + ${service} AS end_us,
    epoch_us(${log.started}) // ${HOUR_US} AS hour, ${service} AS service, ${logService} AS log_service, ${adjustable} AS adjustable
  FROM data WHERE ${leftOut} IS NULL AND ${log.started} IS NOT NULL AND ${logService} IS NOT NULL
), usual AS (
  SELECT job AS usual_job, server AS usual_server, sum(log_service) // count(*) AS usual_log FROM runs GROUP BY ALL
), most AS (
  SELECT job AS most_job, sum(service) AS all_us FROM runs WHERE ${inside} GROUP BY ALL ORDER BY all_us DESC, most_job LIMIT ${MOST_JOBS}
), starts AS (
  SELECT most_job AS name, hour, count(*) AS starts, sum(log_service - usual_log) AS slowness, sum(service) AS served_us,
    bool_and(adjustable) AS adjustable
  FROM runs JOIN usual ON job = usual_job AND server = usual_server LEFT JOIN most ON job = most_job
  WHERE ${inside} GROUP BY ALL
), timed AS (
  SELECT job, hour, start_us, end_us FROM runs JOIN most ON job = most_job
), parts AS (
  SELECT job AS name, hour, least(end_us, (hour + 1) * ${HOUR_US}) - start_us AS part_us FROM timed
  UNION ALL
  SELECT job, hour + later, least(end_us, (hour + later + 1) * ${HOUR_US}) - (hour + later) * ${HOUR_US}
  FROM timed JOIN (VALUES ${offsets}) AS hours_later(later) ON (hour + later) * ${HOUR_US} < end_us
  WHERE end_us > (hour + 1) * ${HOUR_US}
), under_way AS (
  SELECT name, hour, sum(part_us) AS running_us FROM parts WHERE ${inside} GROUP BY ALL
), came AS (
  SELECT epoch_us(${readyTime(log) ?? log.started}) // ${HOUR_US} AS hour, count(*) AS ready FROM data WHERE ${leftOut} IS NULL GROUP BY ALL
), cells AS (
  SELECT name, hour, starts, slowness, served_us, 0 AS running_us, 0 AS ready, adjustable FROM starts
  UNION ALL SELECT name, hour, 0, 0, 0, running_us, 0, NULL FROM under_way
  UNION ALL SELECT NULL, hour, 0, 0, 0, 0, ready, NULL FROM came WHERE hour IS NOT NULL AND ${inside}
)
SELECT name, hour, CAST(sum(starts) AS BIGINT) AS starts, sum(slowness) AS slowness, sum(served_us) AS served_us, sum(running_us) AS running_us,
  CAST(sum(ready) AS BIGINT) AS ready, bool_and(adjustable) AS adjustable
FROM cells GROUP BY ALL ORDER BY name, hour`;
}
