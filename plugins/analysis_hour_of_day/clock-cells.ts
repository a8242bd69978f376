import {
  deriveAs,
  percent,
  type QueryHandle,
  readyTime,
  secondsOf,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** Runs with a known wait by the hour and the weekday at which they could have started. */
export interface ClockCells {
  readonly handle: QueryHandle;
  /** The derived column with that time, as SQL. */
  readonly ready: string;
  /** Which runs count, as SQL. */
  readonly counted: string;
  /** The row of all runs; undefined where there are none. */
  readonly all: number | undefined;
  /** The row of an hour (0 to 23), or of a weekday (1 is Monday) in it; undefined where it has no runs. */
  row(hour: number, weekday?: number): number | undefined;
}

export async function readClockCells(study: WaitStudy): Promise<ClockCells> {
  const { ctx, log, clock } = study;
  const ready = await deriveAs(ctx, 'ready_at', readyTime(log) ?? 'NULL');
  const counted = `${clock.leftOut} IS NULL AND ${clock.wait} >= 0`;
  const handle = await ctx.query(`WITH cells AS (
  SELECT hour(${ready}) AS hour_of_day, isodow(${ready}) AS weekday, count(*) AS waited_runs,
    count(*) FILTER (WHERE ${clock.over} > 0) AS over_runs, coalesce(sum(${clock.over}), 0) AS over_us
  FROM data WHERE ${counted}
  GROUP BY GROUPING SETS ((), (hour_of_day), (hour_of_day, weekday))
), base AS (
  SELECT waited_runs AS all_runs, over_runs AS all_over_runs, over_us AS all_over_us FROM cells WHERE hour_of_day IS NULL
)
SELECT hour_of_day, weekday, ${HOUR_NAME} AS hour_name, ${WEEKDAY_NAME} AS weekday_name,
  waited_runs, over_runs, ${secondsOf('over')},
  ${percent('waited_runs', 'all_runs')} AS waited_percent,
  ${percent('over_runs', 'waited_runs')} AS over_runs_percent,
  ${percent('over_us', 'all_over_us')} AS over_percent
FROM cells CROSS JOIN base
ORDER BY hour_of_day, weekday`);
  const keyOf = (hour: unknown, weekday: unknown) => JSON.stringify([hour, weekday]);
  const rows = new Map(
    handle.rows.map((_, row) => [
      keyOf(handle.number(row, 'hour_of_day'), handle.number(row, 'weekday')),
      row,
    ]),
  );
  return {
    handle,
    ready,
    counted,
    all: rows.get(keyOf(null, null)),
    row: (hour, weekday) => rows.get(keyOf(hour, weekday ?? null)),
  };
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const WEEKDAY_NAME = `CASE weekday ${DAYS.map((day, i) => `WHEN ${i + 1} THEN '${day}'`).join(' ')} END`;
const HOUR = `lpad(CAST(hour_of_day AS VARCHAR), 2, '0')`;
const HOUR_NAME = `${HOUR} || ':00 to ' || ${HOUR} || ':59'`;
