import {
  type Context,
  DAY_US,
  groupName,
  type HalfResult,
  type Jackknifed,
  jackknife,
  type ProcessLog,
  type QueryHandle,
  type Replication,
  replicates,
} from '../../src/sdk/index.ts';

export interface Study {
  readonly ctx: Context;
  readonly log: ProcessLog;
  /** Whole microseconds, as SQL. */
  readonly service: string;
  /** Its logarithm in millionths. */
  readonly logService: string;
  readonly leftOut: string;
}

/** One server's service times against those of the others, like with like. */
export interface ComparedServer {
  readonly name: string;
  /** Difference of mean logarithms of the service time. */
  readonly shift: Jackknifed;
  readonly first: HalfResult;
  readonly second: HalfResult;
  readonly replication: Replication;
  /** Runs there that have another run of the job on another server on the same day. */
  readonly n: number;
  /** Their service time, in microseconds. */
  readonly serviceUs: bigint;
  readonly test: string;
}

export interface Compared {
  readonly handle: QueryHandle;
  readonly servers: readonly ComparedServer[];
}

/** Servers that are compared: those with most runs; the others are among "the others". */
const MOST_SERVERS = 50;
const WEEK_US = 7 * DAY_US;

interface Week {
  readonly half: number;
  readonly weighted: number;
  readonly weight: number;
}

/**
 * Each server against all others, within the runs of one job on one day: the difference of mean logarithms, weighted
 * by n₁n₀ / (n₁ + n₀) (Cochran, 1954). Weeks are the blocks that the error is taken from, since what makes a server
 * slow today mostly does so tomorrow.
 */
export async function compareServers(study: Study): Promise<Compared> {
  const { ctx } = study;
  const handle = await ctx.query(weeksSql(study));
  const rows = Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'name') ?? '');
  const servers = [...rows].map(([name, of]) => compare(study, handle, name, of));
  return { handle, servers };
}

function compare({ ctx }: Study, handle: QueryHandle, name: string, rows: readonly number[]): ComparedServer {
  const number = (row: number, column: string) => handle.number(row, column) ?? 0;
  const weeks = rows.map(
    (row): Week => ({
      half: number(row, 'half'),
      weighted: number(row, 'weighted') / 1e6,
      weight: number(row, 'weight'),
    }),
  );
  const shift = jackknife(weeks, shiftOf);
  const [first, second] = [1, 2].map((half) => halfOf(weeks.filter((week) => week.half === half)));
  const n = rows.reduce((sum, row) => sum + number(row, 'matched_runs'), 0);
  const halves = { first: first ?? NO_HALF, second: second ?? NO_HALF };
  return {
    name,
    shift,
    ...halves,
    replication: replicates(shift.estimate, halves.first, halves.second),
    n,
    serviceUs: rows.reduce((sum, row) => sum + (handle.bigint(row, 'service_us') ?? 0n), 0n),
    test: ctx.test({
      family: 'servers compared',
      hypothesis: `${name} takes as long as the other servers for the same job on the same day`,
      statistic: {
        name: 'difference of mean logarithms',
        value: Number.isFinite(shift.estimate) ? shift.estimate : 0,
      },
      p_value: shift.p_value,
      n,
      dependent: true,
    }),
  };
}

const NO_HALF: HalfResult = { estimate: null, p_value: null };

function halfOf(weeks: readonly Week[]): HalfResult {
  const { estimate, p_value } = jackknife(weeks, shiftOf);
  return Number.isFinite(estimate) ? { estimate, p_value } : NO_HALF;
}

function shiftOf(weeks: readonly Week[]): number {
  const weight = weeks.reduce((sum, week) => sum + week.weight, 0);
  return weeks.reduce((sum, week) => sum + week.weighted, 0) / weight;
}

/** Per server and week, whole numbers; halves of the time between the first start and the last. */
function weeksSql({ ctx, log, service, logService, leftOut }: Study): string {
  const [job, server] = [groupName(ctx, 'activity'), groupName(ctx, 'resource')];
  return `WITH counted AS (
  SELECT ${job} AS job, ${server} AS name, epoch_us(${log.started}) // ${WEEK_US} AS week, epoch_us(${log.started}) // ${DAY_US} AS day,
    ${logService} AS log_service, ${service} AS service
  FROM data WHERE ${leftOut} IS NULL AND ${log.started} IS NOT NULL AND ${logService} IS NOT NULL
), most AS (
  SELECT name, count(*) AS runs FROM counted GROUP BY name ORDER BY runs DESC, name LIMIT ${MOST_SERVERS}
), cells AS (
  SELECT job, day, week, name, count(*) AS n1, sum(log_service) AS s1, sum(service) AS service_us FROM counted GROUP BY job, day, week, name
), matched AS (
  SELECT name, week, n1, s1, service_us, sum(n1) OVER (PARTITION BY job, day) - n1 AS n0, sum(s1) OVER (PARTITION BY job, day) - s1 AS s0 FROM cells
), span AS (SELECT (min(week) + max(week) + 1) // 2 AS middle FROM cells)
SELECT name, week, CASE WHEN week < min(middle) THEN 1 ELSE 2 END AS half,
  sum(n1) FILTER (WHERE n0 > 0) AS matched_runs, coalesce(sum(service_us) FILTER (WHERE n0 > 0), 0) AS service_us,
  coalesce(sum((n0 * s1 - n1 * s0) // (n1 + n0)) FILTER (WHERE n0 > 0), 0) AS weighted,
  CAST(coalesce(sum((1000000 * n1 * n0) // (n1 + n0)) FILTER (WHERE n0 > 0), 0) AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS weight
FROM matched JOIN most USING (name) CROSS JOIN span
GROUP BY name, week ORDER BY name, week`;
}
