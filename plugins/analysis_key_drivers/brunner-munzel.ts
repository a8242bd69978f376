import { tTwoSided } from '../../src/sdk/index.ts';

/** How two groups of ordered values compare. */
export interface Superiority {
  /** P(a > b) + P(a = b) / 2 for a row of each, in [0, 1]. */
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly statistic: number;
  readonly p_value: number;
}

/**
 * The test of Brunner and Munzel ("The nonparametric Behrens–Fisher problem", Biometrical Journal 42, 2000) on counts
 * by ordered class: whether a row of one group tends to be larger than one of the other, where spreads may differ and
 * values may be equal. Undefined where a group has fewer than two rows. Where the groups don't overlap, its variance
 * is 0; then that of Mann and Whitney stands in.
 */
export function brunnerMunzel(a: ArrayLike<number>, b: ArrayLike<number>): Superiority | undefined {
  const [first, second] = [placements(a, b), placements(b, a)];
  if (first === undefined || second === undefined) return undefined;
  const [x, y] = [first.variance / first.n, second.variance / second.n];
  const square = x + y > 0 ? x + y : (first.n + second.n + 1) / (12 * first.n * second.n);
  const degreesOfFreedom =
    x + y > 0 ? (x + y) ** 2 / (x ** 2 / (first.n - 1) + y ** 2 / (second.n - 1)) : first.n + second.n - 2;
  const statistic = (first.mean - 0.5) / Math.sqrt(square);
  const p_value = tTwoSided(statistic, degreesOfFreedom);
  return { value: first.mean, standardError: Math.sqrt(square), degreesOfFreedom, statistic, p_value };
}

/** Mean and variance over the rows of `own` of the share of `other` that lies below, equal values counting half. */
function placements(own: ArrayLike<number>, other: ArrayLike<number>) {
  const [n, others] = [sum(own), sum(other)];
  if (n < 2 || others < 2) return undefined;
  let [below, total, squares] = [0, 0, 0];
  for (let at = 0; at < own.length; at += 1) {
    const [mine, theirs] = [own[at] ?? 0, other[at] ?? 0];
    const place = (below + theirs / 2) / others;
    total += mine * place;
    squares += mine * place * place;
    below += theirs;
  }
  const mean = total / n;
  return { n, mean, variance: Math.max(0, (squares - n * mean * mean) / (n - 1)) };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at += 1) total += values[at] ?? 0;
  return total;
}
