import {
  groupName,
  NO_NAME,
  type QueryHandle,
  type Runs,
  type WaitStudy,
  withRuns,
} from '../../src/sdk/index.ts';

export const DIMENSIONS = ['activity', 'module', 'user', 'resource'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type MeasureName = 'wait' | 'service';

/** The roles of the log that groups are made by. */
export function boundDimensions({ ctx }: WaitStudy): Dimension[] {
  return DIMENSIONS.filter((dimension) => ctx.role(dimension) !== undefined);
}

/** Fewest runs of a group with percentiles. */
export const FEWEST_RUNS = 30;
/** Groups of a dimension, those with most runs. */
const MOST_GROUPS = 50;

/**
 * How many runs with a known wait, and with a known service time, the log and its groups have: a row for each and each
 * side of it (`all`; of the log and of jobs also `close`, `open`, `standalone`, `chained`).
 */
export function countGroups(study: WaitStudy, runs: Runs): Promise<QueryHandle> {
  const { ctx, clock } = study;
  const bound = boundDimensions(study);
  const names = bound.map((dimension) => `${groupName(ctx, dimension)} AS ${dimension}_name`);
  return ctx.query(
    `${withRuns(
      runs,
      `cells AS (
  SELECT ${[...names, `${clock.window} AS close_window`, `${runs.chaining} AS chaining`].join(', ')},
    count(*) FILTER (WHERE ${clock.wait} >= 0) AS wait_runs, count(*) FILTER (WHERE ${clock.service} >= 0) AS service_runs
  FROM ${runs.relation} WHERE ${clock.leftOut} IS NULL GROUP BY ALL
), named AS (
  SELECT unnest([${['all', ...bound].map((dimension) => `'${dimension}'`).join(', ')}]) AS dimension,
    unnest([${["'all'", ...bound.map((dimension) => `${dimension}_name`)].join(', ')}]) AS name, close_window, chaining, wait_runs, service_runs
  FROM cells
), sided AS (
  SELECT dimension, name, unnest(['all', close_window, chaining]) AS side, wait_runs, service_runs FROM named
), totals AS (
  SELECT dimension, name, side, sum(wait_runs) AS wait_runs, sum(service_runs) AS service_runs
  FROM sided WHERE side <> 'unknown' AND (side = 'all' OR dimension IN ('all', 'activity')) AND (name <> '${NO_NAME}' OR dimension = 'all')
  GROUP BY ALL
), sizes AS (
  SELECT dimension AS of_dimension, name AS of_name, rank() OVER (PARTITION BY dimension ORDER BY wait_runs DESC, name) AS place
  FROM totals WHERE side = 'all'
)`,
    )}
SELECT dimension, name, side, wait_runs, service_runs
FROM totals JOIN sizes ON dimension = of_dimension AND name = of_name
WHERE place <= ${MOST_GROUPS} AND greatest(wait_runs, service_runs) >= ${FEWEST_RUNS}
ORDER BY dimension, name, side`,
  );
}
