import {
  type Context,
  DAY_US,
  groupName,
  inClose,
  type ProcessLog,
  type QueryHandle,
  readyTime,
  sweepCtes,
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
const HOUR_US = DAY_US / HOURS;
/** How often it is looked which jobs are under way. */
const TICK_US = 30_000_000;

/** Numbers of each hour of each day, day by day. */
export interface Series {
  /** Runs that started. */
  readonly starts: Float64Array;
  /** Sum over them of the logarithm of the service time less its mean over the runs of that job on that server. */
  readonly slowness: Float64Array;
}

/** Of a job: its own starts, and those of all others beside it, x being how many of its runs were under way then. */
export interface JobSeries extends Series {
  /** Sums over the starts of others: of x, of its square, of its product with the slowness, and with the service time in seconds. */
  readonly beside: Float64Array;
  readonly squares: Float64Array;
  readonly products: Float64Array;
  readonly served: Float64Array;
}

/** The days of the close window, hour by hour. */
export interface Hours {
  readonly handle: QueryHandle;
  /** Whether each day is a Saturday or Sunday. */
  readonly weekend: readonly boolean[];
  readonly all: Series;
  /** Runs of all jobs that became ready to start. */
  readonly ready: Float64Array;
  readonly jobs: ReadonlyMap<string, JobSeries>;
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
  const numbers = () => new Float64Array(days.length * HOURS);
  const all = { starts: numbers(), slowness: numbers() };
  const ready = numbers();
  const jobs = new Map<string, JobSeries>();
  const rows = new Map<string, number>();
  for (const row of handle.rows.keys()) {
    const hour = number(row, 'hour');
    const at = (place.get(Math.floor(hour / HOURS)) ?? 0) * HOURS + (hour % HOURS);
    const name = handle.text(row, 'name');
    const own = name === null ? undefined : (jobs.get(name) ?? emptyJob(numbers));
    const series = own ?? all;
    series.starts[at] = number(row, 'starts');
    series.slowness[at] = number(row, 'slowness') / 1e6;
    if (name === null || own === undefined) {
      ready[at] = number(row, 'ready');
      continue;
    }
    jobs.set(name, own);
    rows.set(name, row);
    own.beside[at] = number(row, 'beside');
    own.squares[at] = number(row, 'squares');
    own.products[at] = number(row, 'products') / 1e6;
    own.served[at] = number(row, 'served_us') / 1e6;
  }
  // day 0 is 1970-01-01, a Thursday
  const weekend = days.map((day) => [2, 3].includes(((day % 7) + 7) % 7));
  return { handle, weekend, all, ready, jobs, rows };
}

function emptyJob(numbers: () => Float64Array): JobSeries {
  return {
    ...{ starts: numbers(), slowness: numbers(), beside: numbers() },
    ...{ squares: numbers(), products: numbers(), served: numbers() },
  };
}

/**
 * Per hour since 1970 and job (none: all of them): starts and their slowness; of all, how many runs became ready; of a job,
 * what the others that started did while so many of its runs were under way, seen twice a minute: runs are swept from tick to
 * tick, and none that lies outside of the close. Hours are those whose day of the month is in the close window.
 */
function hoursSql({ ctx, log, service, logService, leftOut, adjustable }: Study): string {
  const [job, server] = [groupName(ctx, 'activity'), groupName(ctx, 'resource')];
  const inside = inClose(ctx, `make_timestamp(hour * ${HOUR_US})`);
  const tickAfter = (us: string) => `(${us} + ${TICK_US / 2 - 1}) // ${TICK_US}`;
  return `WITH runs AS (
  SELECT ${job} AS job, ${server} AS server, epoch_us(${log.started}) AS start_us, epoch_us(${log.started}) + ${service} AS end_us,
    epoch_us(${log.started}) // ${HOUR_US} AS hour, ${service} AS service, ${logService} AS log_service, ${adjustable} AS adjustable
  FROM data WHERE ${leftOut} IS NULL AND ${log.started} IS NOT NULL AND ${service} >= 0
), usual AS (
  SELECT job AS usual_job, server AS usual_server, sum(log_service) // count(*) AS usual_log FROM runs GROUP BY ALL
), most AS (
  SELECT job AS most_job, sum(service) AS all_us FROM runs WHERE ${inside} GROUP BY ALL ORDER BY all_us DESC, most_job LIMIT ${MOST_JOBS}
), codes AS (
  SELECT most_job AS name, CAST(row_number() OVER (ORDER BY most_job, all_us) AS INTEGER) AS code FROM most
), started AS (
  SELECT code, hour, start_us // ${TICK_US} AS tick, count(*) AS starts, sum(log_service - usual_log) AS slowness, sum(service) AS served_us,
    bool_and(adjustable) AS adjustable
  FROM runs JOIN usual ON job = usual_job AND server = usual_server LEFT JOIN codes ON job = name
  WHERE ${inside} GROUP BY ALL
), everyone AS (
  SELECT tick, hour, sum(starts) AS starts, sum(slowness) AS slowness, sum(served_us) AS served_us FROM started GROUP BY ALL
), coded AS (
  SELECT code, ${tickAfter('start_us')} AS first_tick, ${tickAfter('end_us')} AS end_tick FROM runs JOIN codes ON job = name
  WHERE ${inside} OR ${inClose(ctx, 'make_timestamp(end_us)')} OR end_us - start_us >= ${DAY_US}
), ${sweepCtes({ relation: 'coded', group: 'code' }, [{ label: 'running', from: 'first_tick', to: 'end_tick' }])},
seen AS (
  SELECT sweep_group, running, seen_tick FROM steps, range(at_us, at_us + lasting_us) AS ticks(seen_tick) WHERE running > 0
), beside AS (
  SELECT sweep_group AS beside_code, everyone.hour AS beside_hour, running AS x, everyone.starts - coalesce(started.starts, 0) AS others,
    everyone.slowness - coalesce(started.slowness, 0) AS slow, everyone.served_us - coalesce(started.served_us, 0) AS others_us
  FROM seen JOIN everyone ON seen_tick = everyone.tick LEFT JOIN started ON started.code = sweep_group AND started.tick = everyone.tick
), cells AS (
  SELECT code, hour, starts, slowness, 0 AS ready, 0 AS beside, 0 AS squares, 0 AS products, 0 AS served_us, adjustable FROM started WHERE code IS NOT NULL
  UNION ALL SELECT 0, hour, starts, slowness, 0, 0, 0, 0, 0, NULL FROM everyone
  UNION ALL SELECT 0, hour, 0, 0, 1, 0, 0, 0, 0, NULL
  FROM (SELECT epoch_us(${readyTime(log) ?? log.started}) // ${HOUR_US} AS hour FROM data WHERE ${leftOut} IS NULL) AS came
  WHERE hour IS NOT NULL AND ${inside}
  UNION ALL SELECT beside_code, beside_hour, 0, 0, 0, x * others, x * x * others, x * slow, x * others_us, NULL FROM beside
)
SELECT name, hour, CAST(sum(starts) AS BIGINT) AS starts, sum(slowness) AS slowness, CAST(sum(ready) AS BIGINT) AS ready,
  CAST(sum(beside) AS BIGINT) AS beside, CAST(sum(squares) AS BIGINT) AS squares, sum(products) AS products, sum(served_us) AS served_us,
  bool_and(adjustable) AS adjustable
FROM cells LEFT JOIN codes ON cells.code = codes.code GROUP BY ALL ORDER BY name, hour`;
}
