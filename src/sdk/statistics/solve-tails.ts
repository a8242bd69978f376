import ln from '@stdlib/math-base-special-ln';
import type { Tails } from './incomplete-gamma-beta.ts';

const MOST_STEPS = 400;

/**
 * The s at which the lower tail is p and the upper one q = 1 - p, where `tails(s)` gives both with their slope over
 * s: Newton's method on the logarithm of the smaller tail, kept between bounds that bisection tightens.
 */
export function solveTails(tails: (s: number) => Tails, p: number, q: number, from: number): number {
  const left = p < q;
  const target = ln(left ? p : q);
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  let s = from;
  for (let n = 0; n < MOST_STEPS; n += 1) {
    const { lower, upper, slope } = tails(s);
    const tail = left ? lower : upper;
    const tooHigh = left ? lower > p : upper < q;
    if (tooHigh) high = s;
    else low = s;
    const newton =
      tail > 0 && slope > 0 ? ((ln(tail) - target) * tail) / (left ? slope : -slope) : Number.NaN;
    const next = within(s - newton, low, high) ? s - newton : between(low, high);
    if (Math.abs(next - s) <= 2 ** -52 * Math.abs(s)) return next;
    s = next;
  }
  return s;
}

function within(s: number, low: number, high: number): boolean {
  return s > low && s < high;
}

/** The middle; beyond an open end a step that doubles. */
function between(low: number, high: number): number {
  if (low === Number.NEGATIVE_INFINITY) return high > 0 ? -high - 1 : 2 * high - 1;
  if (high === Number.POSITIVE_INFINITY) return low < 0 ? -low + 1 : 2 * low + 1;
  return low + (high - low) / 2;
}
