/** Which rows of a column hold a value: bit `i % 8` of byte `i >> 3` is 1 where row `i` is not missing. */
export type Validity = Uint8Array;

/**
 * The cells of one column in a batch, little-endian. `int64` holds integers, decimals of up to 18 digits (scaled),
 * times and timestamps in microseconds, dates in days since 1970; `int128` wider decimals as high and low words.
 */
export type BatchColumn =
  | { readonly kind: 'int64'; readonly values: BigInt64Array; readonly valid: Validity }
  | {
      readonly kind: 'int128';
      readonly low: BigUint64Array;
      readonly high: BigInt64Array;
      readonly valid: Validity;
    }
  | { readonly kind: 'float64'; readonly values: Float64Array; readonly valid: Validity }
  | { readonly kind: 'boolean'; readonly values: Uint8Array; readonly valid: Validity }
  | {
      readonly kind: 'text';
      /** `rows + 1` positions in `bytes`, which is UTF-8. */
      readonly offsets: Uint32Array;
      readonly bytes: Uint8Array;
      readonly valid: Validity;
    };

/** Consecutive rows of one part, in source order, by column. */
export interface Batch {
  /** `_sh_part`, that of all these rows. */
  readonly part: number;
  /** How many. */
  readonly rows: number;
  /** `_sh_row_number` of each row. */
  readonly rowNumbers: BigInt64Array;
  /** The cells of the columns asked for, by `sql_name`. */
  readonly columns: Readonly<Record<string, BatchColumn>>;
}

/** True where row `row` of a column is not missing. */
export function isValid(valid: Validity, row: number): boolean {
  return (((valid[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}
