import type { DesignEffect, HalfResult, QueryHandle, SmallestEffect } from '../../src/sdk/index.ts';
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

/** A test that takes rows as independent. */
export interface IndependentTest {
  readonly hypothesis: string;
  readonly name: string;
  readonly statistic: number;
  readonly p_value: number;
  /** Of the variance of what is missing, what the other column explains, with its degrees of freedom. */
  readonly share: number;
  readonly df: number;
}

/** A column that missing values may depend on, and what came out. */
export interface Driver {
  readonly missing: MissingColumn;
  readonly by: Surveyed;
  readonly sort: 'category' | 'order';
  readonly n: number;
  /** Cramér's V, or the rank-biserial correlation; null where untestable. */
  readonly effect: number | null;
  readonly smallest: SmallestEffect;
  /** Undefined where too few rows are in all but one level. */
  readonly test: IndependentTest | undefined;
  /** Two parts to compare in words: a level and all others, or the highest and the lowest fifth. */
  readonly part: Part;
  readonly rest: Part;
  /** The level, as a row of `counts` and as SQL. */
  readonly level?: { readonly row: number; readonly sql: string };
  readonly counts: QueryHandle;
  /** Difference of the shares of the two parts, or the effect, in each half. */
  readonly halves: { readonly whole: number; readonly first: HalfResult; readonly second: HalfResult };
}

/** A driver with what the ledger has of it. */
export interface TestedDriver extends Driver {
  /** Allows for rows that are like the rows before. */
  readonly p_value: number | null;
  /** Of rows that follow each other being alike. */
  readonly designEffect: DesignEffect;
  /** In the ledger; undefined where nothing was tested. */
  readonly label: string | undefined;
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
