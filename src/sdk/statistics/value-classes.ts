import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier } from '../sql-text.ts';
import { UPPER_BITS, upperBits } from './upper-bits.ts';

/**
 * The values of a numeric column in ordered classes of about equal frequency that never part equal values: each
 * distinct value is a class of its own where there are no more than asked for. A rank test on the classes is the test
 * on the values where `exact`, and a valid one in any case, for the cuts depend on all rows together.
 */
export interface ValueClasses {
  /** The largest value of each class, ascending, each one of the column's values. */
  readonly cuts: Float64Array;
  readonly counts: Float64Array;
  /** Finite values in the column. */
  readonly n: number;
  readonly exact: boolean;
  readonly handle: QueryHandle;
}

/** SQL for a column's value as a double; missing where it is not finite. */
export function finiteDouble(sqlName: string): string {
  const value = `CAST(${identifier(sqlName)} AS DOUBLE)`;
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}

/** Cuts a column into at most `most` classes with one query, which all plugins share. */
export async function valueClasses(ctx: Context, sqlName: string, most: number): Promise<ValueClasses> {
  const handle = await ctx.query(
    `WITH v AS (SELECT ${finiteDouble(sqlName)} AS x, count(*) AS n FROM data GROUP BY ALL),
c AS (SELECT x, n, CAST(sum(n) OVER (ORDER BY x) AS BIGINT) - n AS below FROM v WHERE x IS NOT NULL),
whole AS (SELECT CAST(sum(n) AS BIGINT) AS total, count(*) AS different FROM c)
SELECT max(x) AS cut, sum(n) AS n, count(*) AS kinds FROM c CROSS JOIN whole
GROUP BY CASE WHEN different <= ${most} THEN below ELSE below * ${most} // total END ORDER BY cut`,
  );
  const rows = handle.rows.map((_, row) => row);
  const counts = Float64Array.from(rows, (row) => handle.number(row, 'n') ?? 0);
  return {
    cuts: Float64Array.from(rows, (row) => handle.number(row, 'cut') ?? Number.NaN),
    counts,
    n: counts.reduce((sum, count) => sum + count, 0),
    exact: rows.every((row) => handle.number(row, 'kinds') === 1),
    handle,
  };
}

/**
 * The class of each value: the first one whose largest value is not below it (the last one for any above all); -1 where
 * it is NaN.
 */
export function classesOf({ cuts }: Pick<ValueClasses, 'cuts'>, values: Float64Array): Int32Array {
  const first = firstClasses(cuts);
  const bits = upperBits(values);
  const found = new Int32Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    const upper = bits[row] ?? 0;
    let low = first[upper] ?? 0;
    let high = first[upper + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (cuts[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    found[row] = Number.isNaN(value) ? -1 : low;
  }
  return found;
}

/** By upper bits of a value: the first class that it can be in; that of the next bits is the last one that it can be in. */
function firstClasses(cuts: Float64Array): Uint16Array {
  // -0 is equal to 0, but its bits are lower
  const bits = upperBits(cuts.map((cut) => cut + 0));
  const first = new Uint16Array(UPPER_BITS + 1).fill(Math.max(0, cuts.length - 1));
  let from = 0;
  for (let at = 0; at < bits.length; at += 1) {
    const upTo = (bits[at] ?? 0) + 1;
    if (upTo > from) first.fill(at, from, upTo);
    from = Math.max(from, upTo);
  }
  return first;
}

/** Mean rank of each class as a share of the rows: (rows below + half of its own) / rows. */
export function midShares(counts: ArrayLike<number>): Float64Array {
  const total = totalOf(counts);
  const shares = new Float64Array(counts.length);
  let below = 0;
  for (let at = 0; at < counts.length; at += 1) {
    const own = counts[at] ?? 0;
    shares[at] = (below + own / 2) / total;
    below += own;
  }
  return shares;
}

/**
 * The smallest class cut with at least a share `p` of the rows at or below it: type 1 of Hyndman and Fan (1996). It is
 * the exact quantile where the classes are, or where `p` is a whole number of classes of equal frequency.
 */
export function quantileOfClasses(
  { cuts }: Pick<ValueClasses, 'cuts'>,
  counts: ArrayLike<number>,
  p: number,
): number {
  const wanted = p * totalOf(counts);
  let below = 0;
  for (let at = 0; at < counts.length; at += 1) {
    below += counts[at] ?? 0;
    if (below > 0 && below >= wanted) return cuts[at] ?? Number.NaN;
  }
  return Number.NaN;
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < counts.length; at += 1) total += counts[at] ?? 0;
  return total;
}
