/** How two instants of a row compare, over all rows that have both. */
export interface PairOrder {
  readonly both: number;
  /** Rows in which the first is not after the second. */
  readonly inOrder: number;
  /** Rows in which they are the same. */
  readonly same: number;
}
