import { betaTails } from './incomplete-gamma-beta.ts';

/** Ranks from 1 between which a quantile lies; null where the values are too few for that end. */
export interface QuantileRanks {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The order statistics of `n` independent values between which the quantile `p` of their distribution lies with at least
 * the probability `level`, whatever the distribution: by the binomial distribution, at most half of the rest on each
 * side (David & Nagaraja, Order Statistics, 2003, section 7.1).
 */
export function quantileRanks(n: number, p: number, level: number): QuantileRanks {
  const side = (1 - level) / 2;
  const low = largest(n, (rank) => below(n, p, rank) <= side);
  const high = n + 1 - largest(n, (fromTop) => below(n, 1 - p, fromTop) <= side);
  return { low: low === 0 ? null : low, high: high === n + 1 ? null : high };
}

/** P(fewer than `rank` of n values lie below the quantile): that the value of this rank lies above it. */
function below(n: number, p: number, rank: number): number {
  return betaTails(p, 1 - p, rank, n - rank + 1).upper;
}

/** The largest rank from 1 to n that fits, where all smaller ones do; 0 where none does. */
function largest(n: number, fits: (rank: number) => boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
