import {
  deriveAs,
  groupName,
  NO_NAME,
  type QueryHandle,
  readyTime,
  secondsOf,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** What a combination is made of, in the order in which it is named. */
export const DIMENSIONS = ['activity', 'resource', 'hour', 'close_window'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Runs with a known wait by everything that makes a combination: each run in one row. */
export interface Cells {
  /** Columns: the dimensions (missing for what is not told apart), waited_runs, over_runs, over_s. */
  readonly handle: QueryHandle;
  /** One row: all of them together. */
  readonly total: QueryHandle;
  readonly counted: string;
  /** The level of a run by dimension, as SQL text. */
  readonly sql: Readonly<Record<Dimension, string>>;
}

/** Levels told apart, those with most over-threshold wait. */
const MOST: Readonly<Record<'activity' | 'resource', number>> = { activity: 50, resource: 20 };

export async function readCells(study: WaitStudy): Promise<Cells> {
  const { ctx, log, clock } = study;
  const counted = `${clock.leftOut} IS NULL AND ${clock.wait} >= 0`;
  const hour = `lpad(CAST(hour(${readyTime(log)}) AS VARCHAR), 2, '0')`;
  const sql = {
    activity: await deriveAs(ctx, 'activity_name', groupName(ctx, 'activity')),
    resource: await deriveAs(ctx, 'resource_name', groupName(ctx, 'resource')),
    hour: await deriveAs(ctx, 'hour_name', `${hour} || ':00 to ' || ${hour} || ':59'`),
    close_window: clock.window,
  };
  const top = (dimension: 'activity' | 'resource') =>
    `top_${dimension} AS (
  SELECT ${sql[dimension]} AS top_name FROM data WHERE ${counted} AND ${sql[dimension]} <> '${NO_NAME}'
  GROUP BY ALL ORDER BY sum(${clock.over}) DESC, top_name LIMIT ${MOST[dimension]}
)`;
  const told = (dimension: 'activity' | 'resource') =>
    `CASE WHEN ${sql[dimension]} IN (SELECT top_name FROM top_${dimension}) THEN ${sql[dimension]} END AS ${dimension}`;
  const handle = await ctx.query(`WITH ${top('activity')}, ${top('resource')}, placed AS (
  SELECT ${told('activity')}, ${told('resource')}, ${sql.hour} AS hour, nullif(${sql.close_window}, 'unknown') AS close_window,
    ${clock.over} AS over_us FROM data WHERE ${counted}
), cells AS (
  SELECT activity, resource, hour, close_window, count(*) AS waited_runs, count(*) FILTER (WHERE over_us > 0) AS over_runs, sum(over_us) AS over_us
  FROM placed GROUP BY ALL
)
SELECT activity, resource, hour, close_window, waited_runs, over_runs, ${secondsOf('over')}
FROM cells
ORDER BY over_s DESC, activity, resource, hour, close_window`);
  const total = await ctx.query(`WITH total AS (
  SELECT count(*) AS waited_runs, count(*) FILTER (WHERE ${clock.over} > 0) AS over_runs, coalesce(sum(${clock.over}), 0) AS over_us
  FROM data WHERE ${counted}
)
SELECT waited_runs, over_runs, ${secondsOf('over')} FROM total`);
  return { handle, total, counted, sql };
}
