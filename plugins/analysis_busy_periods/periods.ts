import {
  busyPeriodCtes,
  percent,
  type QueryHandle,
  readyTime,
  secondsOf,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** The busy periods of a log. */
export interface Periods {
  /** One row: how many, how long together, what part of the log's span, and how many runs wait in them. */
  readonly summary: QueryHandle;
  /** A row for each, the longest first. */
  readonly longest: QueryHandle;
}

/** Periods that are listed. */
const MOST_LISTED = 10_000;
/** From this length on a period is called long, in microseconds: an hour. */
const LONG_US = 3_600_000_000;

export async function readPeriods(study: WaitStudy): Promise<Periods> {
  const { ctx, log, clock } = study;
  const ctes = busyPeriodCtes(study);
  const summary = await ctx.query(`WITH ${ctes}, span AS (
  SELECT min(epoch_us(${readyTime(log)})) AS first_us, max(epoch_us(${log.started})) AS last_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.wait} >= 0
), summed AS (
  SELECT count(*) AS periods, coalesce(sum(to_us - from_us), 0) AS busy_us, coalesce(max(to_us - from_us), 0) AS longest_us,
    coalesce(sum(runs), 0) AS over_runs, coalesce(sum(over_us), 0) AS over_us,
    count(*) FILTER (WHERE to_us - from_us >= ${LONG_US}) AS long_periods,
    coalesce(sum(over_us) FILTER (WHERE to_us - from_us >= ${LONG_US}), 0) AS long_over_us,
    (SELECT last_us - first_us FROM span) AS span_us
  FROM periods
)
SELECT periods, over_runs, long_periods, ${['busy', 'longest', 'over', 'long_over', 'span'].map(secondsOf).join(', ')},
  ${percent('busy_us', 'span_us')} AS busy_percent, ${percent('long_over_us', 'over_us')} AS long_over_percent
FROM summed`);
  const longest = await ctx.query(`WITH ${ctes}, listed AS (
  SELECT from_us, to_us, to_us - from_us AS length_us, runs, over_us FROM periods
  ORDER BY length_us DESC, from_us LIMIT ${MOST_LISTED}
)
SELECT ${timeOf('from_us')} AS from_time, ${timeOf('to_us')} AS to_time, ${secondsOf('length')}, runs AS over_runs, ${secondsOf('over')}, from_us
FROM listed
ORDER BY length_s DESC, from_us`);
  return { summary, longest };
}

/** Whole microseconds since 1970, as SQL, as a time. */
export function timeOf(microseconds: string): string {
  return `make_timestamp(CAST(${microseconds} AS BIGINT))`;
}
