import { type Context, identifier } from '../../src/sdk/index.ts';
import type { Subject } from './subject.ts';

/** Below this many rows nothing is saved. */
const MANY_ROWS = 200_000;
/** One row of so many is looked at. */
const STEP = 10;

/**
 * How many cells there are for each row, at most: rows of one half that are alike in all categories are one cell. 1 for
 * a table of few rows, which is not asked.
 */
export async function readCellsPerRow(
  ctx: Pick<Context, 'query'>,
  { categories, halves, rows }: Pick<Subject, 'categories' | 'halves' | 'rows'>,
): Promise<number> {
  if (rows < MANY_ROWS) return 1;
  const keys = [halves.sql, ...categories.map(({ sqlName }) => identifier(sqlName))];
  const counts = await ctx.query(
    `SELECT count(*) AS cells, CAST(sum(times) AS BIGINT) AS looked_at FROM (
  SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(', ')}, count(*) AS times FROM data
  WHERE _sh_row_number % ${STEP} = 0 GROUP BY ALL) AS cells`,
  );
  const lookedAt = counts.number(0, 'looked_at');
  // of all rows it is no larger a part: the more rows, the fewer of them open a new cell
  return lookedAt === null ? 1 : (counts.number(0, 'cells') ?? 1) / lookedAt;
}

/** Rows with their scores. */
export interface ScoredRows {
  /** CTEs, the last of them `scores`. */
  readonly cte: string;
  /** Cells for each row, at most; it decides how fast sums are made, never what they are. */
  readonly cellsPerRow: number;
}

/** A relation to add up, and what stands in its queries for sums over the rows. */
export interface Summing {
  /** CTEs, the last of them the relation. */
  readonly cte: string;
  readonly relation: string;
  /** SQL of one of the sums over the rows. */
  of(sum: string): string;
}

/** Keys and sums of all cells, for each row, up to which cells take no more room than the rows. */
const MOST_PER_ROW = 8;

/**
 * Sums over `scores` by any of some keys. Where cells are few, the rows are added up by all keys at once, and every other
 * sum is made from that, so that the rows need not be kept for several passes. Both ways give the same sums.
 */
export function summing(scores: ScoredRows, keys: readonly string[], sums: readonly string[]): Summing {
  const distinct = [...new Set(sums)];
  if (scores.cellsPerRow * (keys.length + distinct.length) > MOST_PER_ROW) {
    return { cte: scores.cte, relation: 'scores', of: (sum) => sum };
  }
  const places = new Map(distinct.map((sum, i) => [sum, `s${i}`]));
  const items = [...keys, ...distinct.map((sum) => `${sum} AS ${places.get(sum)}`)];
  return {
    cte: `${scores.cte},\ncells AS (SELECT ${items.join(',\n  ')}\nFROM scores GROUP BY ALL)`,
    relation: 'cells',
    of: (sum) => `sum(${places.get(sum)})`,
  };
}
