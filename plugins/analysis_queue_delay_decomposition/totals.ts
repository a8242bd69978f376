import { groupName, NO_NAME, percent, type QueryHandle, withRuns } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';
import { SHOWN, SUMS_OF_SUMS, sums } from './sums.ts';

/** What runs are told apart by. `all` is the whole log. */
export const DIMENSIONS = ['activity', 'module', 'user', 'resource'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The label that leaves nothing out, of a dimension, a close window or a chaining. */
export const ALL = 'all';
/** Groups per dimension; the others wait less. */
const MOST_GROUPS = 1000;

/** Where a number stands: a group of a dimension, in the close window or outside, standalone or chained. */
interface Place {
  readonly dimension: Dimension | typeof ALL;
  readonly name?: string | null;
  readonly window?: string;
  readonly chaining?: string;
}

/** The decomposition of every group of every dimension in every scope: one query, a row for each. */
export interface Totals {
  readonly handle: QueryHandle;
  /** The row of a place; what is left out means all. Undefined where it has no runs. */
  row(place: Place): number | undefined;
  /** Rows of whole groups, the one with most over-threshold wait first. */
  groups(dimension: Dimension): readonly number[];
}

export async function readTotals(study: Study): Promise<Totals> {
  return indexed(await study.ctx.query(totalsSql(study)));
}

/**
 * Runs are summed up once, by everything that tells them apart; each of those cells then counts for the log and for
 * one group of each dimension, and there for all runs, for its window, its chaining, and both.
 */
function totalsSql(study: Study): string {
  const { ctx, clock, runs } = study;
  const bound = DIMENSIONS.filter((dimension) => ctx.role(dimension) !== undefined);
  const names = bound.map((dimension) => `${groupName(ctx, dimension)} AS ${dimension}_name`);
  const sets = ['', ', close_window', ', chaining', ', close_window, chaining'];
  const cells = `cells AS (
  SELECT ${[...names, `${clock.window} AS close_window`, `${runs.chaining} AS chaining`].join(', ')},
    bool_and(${clock.adjustable}) AS adjustable,
    ${sums(clock)}
  FROM ${runs.relation}
  WHERE ${clock.leftOut} IS NULL
  GROUP BY ALL
), named AS (
  SELECT unnest([${[ALL, ...bound].map((dimension) => `'${dimension}'`).join(', ')}]) AS dimension,
    unnest([${[`'${ALL}'`, ...bound.map((dimension) => `${dimension}_name`)].join(', ')}]) AS name, *
  FROM cells
), totals AS (
  SELECT dimension, name, coalesce(close_window, '${ALL}') AS close_window, coalesce(chaining, '${ALL}') AS chaining,
    bool_and(adjustable) AS adjustable, ${SUMS_OF_SUMS}
  FROM named
  GROUP BY GROUPING SETS (${sets.map((set) => `(dimension, name${set})`).join(', ')})
), whole AS (
  SELECT dimension AS of_dimension, name AS of_name,
    rank() OVER (PARTITION BY dimension ORDER BY over_us DESC, wait_us DESC, name) AS place,
    count(*) FILTER (WHERE name <> '${NO_NAME}') OVER (PARTITION BY dimension) AS all_groups
  FROM totals WHERE close_window = '${ALL}' AND chaining = '${ALL}'
), base AS (
  SELECT runs AS all_runs, waited_runs AS all_waited_runs, over_us AS all_over_us
  FROM totals WHERE dimension = '${ALL}' AND close_window = '${ALL}' AND chaining = '${ALL}'
)
SELECT dimension, name, close_window, chaining, adjustable, ${SHOWN},
  ${percent('runs', 'all_runs')} AS runs_percent,
  ${percent('waited_runs', 'all_waited_runs')} AS waited_percent,
  ${percent('over_us', 'all_over_us')} AS over_percent,
  ${percent('over_us', 'wait_us')} AS over_of_wait_percent,
  ${percent('over_runs', 'waited_runs')} AS over_runs_percent,
  all_groups
FROM totals JOIN whole ON dimension = of_dimension AND name = of_name CROSS JOIN base
WHERE place <= ${MOST_GROUPS}
ORDER BY dimension, place, close_window, chaining`;
  return withRuns(runs, cells);
}

function indexed(handle: QueryHandle): Totals {
  const key = ({ dimension, name = ALL, window = ALL, chaining = ALL }: Place) =>
    JSON.stringify([dimension, name, window, chaining]);
  const columns = ['dimension', 'name', 'close_window', 'chaining'];
  const labels = handle.rows.map((_, row) => columns.map((column) => handle.text(row, column)));
  const rows = new Map(labels.map((label, row) => [JSON.stringify(label), row]));
  return {
    handle,
    row: (place) => rows.get(key(place)),
    groups: (dimension) =>
      [...labels.keys()].filter((row) => {
        const [of, , window, chaining] = labels[row] ?? [];
        return of === dimension && window === ALL && chaining === ALL;
      }),
  };
}
