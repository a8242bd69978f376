import type { HalfResult, QueryHandle } from '../../src/sdk/index.ts';
import type { Surveyed } from './survey.ts';

/** Columns of which one and the same rows lack a value; the first speaks for all. */
export interface MissingColumn {
  readonly column: Surveyed;
  readonly together: readonly Surveyed[];
}

/** Rows with and without a value in some part of the table. */
export interface Part {
  readonly rows: number;
  readonly missing: number;
}

/** A column that missing values were tested against, and what came out. */
export interface Driver {
  readonly missing: MissingColumn;
  readonly by: Surveyed;
  readonly sort: 'category' | 'order';
  readonly n: number;
  /** Cramér's V, or the rank-biserial correlation; null where untestable. */
  readonly effect: number | null;
  readonly unit: string;
  readonly smallest: number;
  readonly p_value: number | null;
  /** In the ledger; undefined where nothing was tested. */
  readonly label: string | undefined;
  /** Two parts to compare in words: a level and all others, or the highest and the lowest fifth. */
  readonly part: Part;
  readonly rest: Part;
  /** The level, as a row of `counts` and as SQL. */
  readonly level?: { readonly row: number; readonly sql: string };
  readonly counts: QueryHandle;
  /** Difference of the shares of the two parts, or the effect, in each half. */
  readonly halves: { readonly whole: number; readonly first: HalfResult; readonly second: HalfResult };
}

/** A part without rows. */
export const NONE: Part = { rows: 0, missing: 0 };

export function shareOf({ rows, missing }: Part): number {
  return rows === 0 ? 0 : missing / rows;
}

export function sum(parts: readonly Part[]): Part {
  return parts.reduce(
    (total, part) => ({ rows: total.rows + part.rows, missing: total.missing + part.missing }),
    NONE,
  );
}

export function minus(whole: Part, part: Part): Part {
  return { rows: whole.rows - part.rows, missing: whole.missing - part.missing };
}
