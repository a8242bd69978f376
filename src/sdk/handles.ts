import type { Cell, FieldSource } from '../contract/index.ts';
import type { Rational } from './exact/index.ts';

/** The result of a query: exact cells to read, and references to cells for findings. Rows count from 0. */
export interface QueryHandle {
  /** `q1`, `q2` …, as the host names it in evidence. */
  readonly id: string;
  /** The columns of the result, with their types in SQL. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Every row, each cell as its exact text, or null; `rows.length` says how many. */
  readonly rows: readonly (readonly Cell[])[];
  /** A reference to a cell, for a finding's field or a metric. Throws a RangeError where there is no such cell. */
  cell(row: number, column: string): FieldSource;
  /** The exact text of a cell, or null. */
  text(row: number, column: string): string | null;
  /** A cell as the nearest double, or null. Throws a TypeError if the text is no number. */
  number(row: number, column: string): number | null;
  /** A cell as an exact integer, or null. Throws a TypeError if the text is no integer. */
  bigint(row: number, column: string): bigint | null;
}

/** Exact aggregates by group; groups count from 0, in the order of their keys. */
export interface ExactHandle {
  /** `e1`, `e2` … */
  readonly id: string;
  /** How many; 1 without `groupBy`. */
  readonly groups: number;
  /** As `groupBy` has them. */
  readonly groupColumns: readonly string[];
  /** The cells of a group's key, in the order of `groupColumns`. */
  key(group: number): readonly Cell[];
  /**
   * A reference to a number: `column` is a column's name (`a*b` for products, `a^2` for a power), `statistic` one of the
   * kind: see `kind` of `ExactRequest`.
   * Throws a RangeError where there is no such number.
   */
  value(group: number, column: string, statistic: string): FieldSource;
  /** The number itself, correctly rounded; null where it is undefined. */
  number(group: number, column: string, statistic: string): number | null;
  /** The number in full; null where it is undefined. For `squares` and `cross_products`; else throws a RangeError. */
  fraction(group: number, column: string, statistic: string): Rational | null;
}

/** Numbers that the plugin computed from evidence, by name. */
export interface DerivationHandle {
  /** `d1`, `d2` … */
  readonly id: string;
  /** A reference to a value. Throws a RangeError where there is no such value. */
  value(name: string): FieldSource;
}

/** Anything that can be the input of a derivation. */
export type EvidenceHandle = QueryHandle | ExactHandle | DerivationHandle;
