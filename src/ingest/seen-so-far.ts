import type { Column } from '../contract/index.ts';
import type { Tallied } from './typing/tallied.ts';
import { type TypedColumns, valuesOf } from './typing/typed-columns.ts';

/** What the reading of a table has seen of it so far: provisional, as later rows may say otherwise. */
export interface SeenSoFar {
  readonly rows: number;
  /** Read so far, and all there are of the table, unpacked. */
  readonly bytes: number;
  readonly ofBytes: number;
  /** With the types that the rows so far would give them. */
  readonly columns: readonly SeenColumn[];
}

/** A column of the rows so far. */
export interface SeenColumn extends Column {
  /** Cells without a value. */
  readonly missing: number;
}

/** The columns of what was tallied so far. */
export function seenColumns(typed: TypedColumns, tallied: Tallied): SeenColumn[] {
  return typed.columns.map((column, i) => {
    const tally = tallied.columns[i];
    return { ...column, missing: tallied.rows - (tally === undefined ? 0 : valuesOf(column, tally)) };
  });
}
