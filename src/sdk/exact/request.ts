import type { Json } from '../../base/index.ts';
import type { Cell } from '../../contract/index.ts';

/** What the host computes exactly: over all rows, or those where `where` holds, by the groups of `groupBy`. */
export interface ExactRequest {
  readonly kind: 'sum' | 'moments' | 'products';
  /** Columns of numbers, derived ones included. For `products`, every pair of them. */
  readonly columns: readonly string[];
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

export interface ExactGroup {
  /** Cells of the group columns; empty without grouping. */
  readonly key: readonly Cell[];
  /** Column, or `a*b` for products → statistic → number. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, ExactNumber>>>>;
}

/** Groups in order of their cells by code point, missing ones last. */
export interface ExactResult {
  readonly groups: readonly ExactGroup[];
  readonly groupColumns: readonly string[];
  /** What evidence prints: how the numbers come about, and everything that decided them. */
  readonly description: { readonly method: string; readonly parameters: Json };
}
