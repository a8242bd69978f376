import type { ColumnType } from '../../contract/index.ts';

/** A column of a synthetic table; `role` is what role inference should make of it. */
export interface SyntheticColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: 'measure' | 'category' | 'boolean' | 'timestamp' | 'identifier' | 'text';
  /** The role of a process log that it has besides: `queued_at`. */
  readonly logRole?: string;
}

/** A cell as a source has it; null is missing. */
export type SyntheticCell = string | null;

/** Where a row stands. */
export interface RowPlace {
  /** In the table as it is written, from 1. */
  readonly row: number;
  /** Without the rows that repeat an earlier one, from 1. */
  readonly ordinal: number;
  readonly rows: number;
  /** (row − ½) / rows. */
  readonly position: number;
  /** Milliseconds on the table's own clock. */
  readonly time: number;
  /** The time as a share of the whole span, in [0, 1). */
  readonly timeShare: number;
}

/** Columns that are made together, row by row from the first. */
export interface ColumnSource {
  readonly columns: readonly SyntheticColumn[];
  cells(place: RowPlace): readonly SyntheticCell[];
}

export const decimal = (name: string, scale: number): SyntheticColumn => ({
  name,
  type: { kind: 'decimal', precision: 18, scale },
  role: 'measure',
});
export const integer = (name: string): SyntheticColumn => ({
  name,
  type: { kind: 'integer' },
  role: 'measure',
});
export const category = (name: string): SyntheticColumn => ({
  name,
  type: { kind: 'text' },
  role: 'category',
});
export const text = (name: string): SyntheticColumn => ({ name, type: { kind: 'text' }, role: 'text' });
export const identifier = (name: string, kind: 'integer' | 'text'): SyntheticColumn => ({
  name,
  type: { kind },
  role: 'identifier',
});

/** A number with a fixed count of decimals, and never `-0.00`. */
export function fixed(value: number, digits: number): string {
  const written = value.toFixed(digits);
  return Number(written) === 0 ? (0).toFixed(digits) : written;
}
