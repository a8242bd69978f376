import type { ColumnTally } from './column-tally.ts';

/** A cell that a forced type could not take. */
export interface RejectedCell {
  readonly row_number: number;
  readonly text: string;
}

/** The cells of a column that a forced type could not take: the first of them, and how many. */
export interface RejectedCells {
  readonly cells: RejectedCell[];
  count: number;
}

/** What one pass over all cells of a table found. */
export interface Tallied {
  readonly rows: number;
  readonly columns: readonly ColumnTally[];
  readonly rejected: readonly RejectedCells[];
}

const REJECTED_KEPT = 1000;

/** Counts a cell that a forced type could not take, and keeps the first ones. */
export function keepRejected(rejected: RejectedCells | undefined, row: number, text: string): void {
  if (rejected === undefined) return;
  rejected.count++;
  if (rejected.cells.length < REJECTED_KEPT) rejected.cells.push({ row_number: row, text });
}
