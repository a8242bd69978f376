import type { Json } from '../../base/index.ts';
import type { Cell } from '../../contract/index.ts';
import { readFraction } from './decimal.ts';
import { numberToRational, type Rational } from './rational.ts';

/** What the host computes exactly: over all rows, or those where `where` holds, by the groups of `groupBy`. */
export interface ExactRequest {
  /**
   * What is computed, and the statistics it has. `sum`: `n`, `sum`. `moments`: `n`, `sum`, `mean`, `variance`,
   * `standard_deviation`, `skewness`, `excess_kurtosis`, `lag1_autocorrelation`, `min`, `max`. `products`, of every pair of
   * columns (`a*b`), over the rows that have both: `n`, `sum_of_products`, `covariance`, `correlation`. `squares`, of each
   * column, over its own rows: `n`, `sum`, `sum_of_squares`. `cross_products`, over the rows that have all columns: `n`, `sum`
   * of every term (`a`, `a^2`), `n`, `sum_of_products` of every pair of terms.
   */
  readonly kind: 'sum' | 'moments' | 'products' | 'squares' | 'cross_products';
  /** Columns of numbers, derived ones included. */
  readonly columns: readonly string[];
  /** For `cross_products`: the highest power of each column that is a term; 1 for each, if left out. */
  readonly degrees?: readonly number[];
  /** A boolean SQL expression over the columns. */
  readonly where?: string;
  /** Columns, derived ones included. */
  readonly groupBy?: readonly string[];
}

/** A number as the nearest double, null where undefined; `exact` is its full text where the double isn't it. */
export interface ExactNumber {
  readonly value: number | null;
  readonly exact?: string;
}

/** The name that a power of a column has in results of `cross_products`. */
export function termName(column: string, power: number): string {
  return power === 1 ? column : `${column}^${power}`;
}

/** Higher powers than this are refused. */
export const MAX_DEGREE = 20;

/** Kinds whose numbers carry their full text wherever the double isn't the number, to the last digit. */
export function isInFull(kind: ExactRequest['kind']): boolean {
  return kind === 'squares' || kind === 'cross_products';
}

/** The number itself, of a kind that is given in full; null where it is undefined. */
export function exactFraction({ value, exact }: ExactNumber): Rational | null {
  if (exact !== undefined) return readFraction(exact);
  return value === null ? null : numberToRational(value);
}

/** The numbers of one group. */
export interface ExactGroup {
  /** Cells of the group columns; empty without grouping. */
  readonly key: readonly Cell[];
  /** Column, `a*b` for products, `x^2` for a power, `x^2*y` for products of terms → statistic → number. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, ExactNumber>>>>;
}

/** Groups in order of their cells by code point, missing ones last. */
export interface ExactResult {
  readonly groups: readonly ExactGroup[];
  readonly groupColumns: readonly string[];
  /** What evidence prints: how the numbers come about, and everything that decided them. */
  readonly description: { readonly method: string; readonly parameters: Json };
}
