import type { QueryHandle } from '../../src/sdk/index.ts';
import { countOf } from './claims.ts';
import type { Surveyed, Table } from './survey.ts';

/** Whether a column decides another: in all rows that have both, in nearly all, or not so that it says anything. */
export type Holds = 'exact' | 'nearly' | 'no';

/** Two columns counted over all rows. */
export interface Counted {
  readonly a: Surveyed;
  readonly b: Surveyed;
  /** Whether `a` decides `b`, and `b` decides `a`. */
  readonly forward: Holds;
  readonly backward: Holds;
  /** One row: `both_rows`, `a_values`, `b_values`, `forward_exception_rows`, `backward_exception_rows`. */
  readonly counts: QueryHandle;
}

/** Fewer exceptions than these by chance say nothing. */
const TELLING = 20;
/** At most this share of what chance would give may be exceptions, and at most this share of the rows. */
const OF_CHANCE = 0.05;
const OF_ROWS = 0.01;

/**
 * Counts how many rows do not fit "one value of a has one value of b", both ways: the g3 error of Kivinen and Mannila
 * (1995), the smallest number of rows to take away so that the dependency is exact.
 */
export async function countDependency({ ctx }: Table, a: Surveyed, b: Surveyed): Promise<Counted> {
  const counts = await ctx.query(`${pairsOf(a, b)}, of_a AS (
  SELECT count(*) AS a_values, sum(fitting) AS fitting, sum(a_rows * a_rows) AS squares
  FROM (SELECT max(pair_rows) AS fitting, CAST(sum(pair_rows) AS HUGEINT) AS a_rows FROM pairs GROUP BY a)
), of_b AS (
  SELECT count(*) AS b_values, sum(fitting) AS fitting, sum(b_rows * b_rows) AS squares
  FROM (SELECT max(pair_rows) AS fitting, CAST(sum(pair_rows) AS HUGEINT) AS b_rows FROM pairs GROUP BY b)
), whole AS (
  SELECT coalesce(sum(pair_rows), 0) AS both_rows FROM pairs
)
SELECT both_rows, a_values, b_values, both_rows - of_a.fitting AS forward_exception_rows,
  both_rows - of_b.fitting AS backward_exception_rows, of_a.squares AS a_squares, of_b.squares AS b_squares
FROM whole, of_a, of_b`);
  const rows = countOf(counts, 'both_rows');
  const judged = (direction: string, deciding: string, decided: string): Holds => {
    const differ = 1 - countOf(counts, `${decided}_squares`) / (rows * rows);
    const byChance = (rows - countOf(counts, `${deciding}_values`)) * differ;
    return holds(rows, byChance, countOf(counts, `${direction}_exception_rows`));
  };
  return { a, b, counts, forward: judged('forward', 'a', 'b'), backward: judged('backward', 'b', 'a') };
}

/** The pairs of values of two columns with their rows, as the first CTE of a query. */
export function pairsOf(a: Surveyed, b: Surveyed): string {
  return `WITH pairs AS (
  SELECT ${a.sql} AS a, ${b.sql} AS b, count(*) AS pair_rows
  FROM data WHERE ${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL GROUP BY ALL
)`;
}

/**
 * If the columns had nothing to do with each other, every row but the first of each deciding value would differ from
 * that first one with the chance that two rows differ in the decided column: so many exceptions would there be by
 * chance.
 */
function holds(rows: number, byChance: number, exceptions: number): Holds {
  if (!(byChance >= TELLING)) return 'no';
  if (exceptions === 0) return 'exact';
  return exceptions <= OF_CHANCE * byChance && exceptions <= OF_ROWS * rows ? 'nearly' : 'no';
}
