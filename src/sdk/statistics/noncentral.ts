import exp from '@stdlib/math-base-special-exp';
import gammaln from '@stdlib/math-base-special-gammaln';
import ln from '@stdlib/math-base-special-ln';
import { chiSquareTail, fTail } from './distributions.ts';
import type { Interval } from './test-result.ts';

/**
 * Interval of the share of variance that `df1` terms explain (η², R², ε² on ranks), from F with `df1` and `df2` degrees
 * of freedom: the shares λ / (λ + n), n = df1 + df2 + 1, of the noncentralities λ under which F is at either end of its
 * distribution (Steiger and Fouladi, "Noncentrality interval estimation", 1997). Low is 0 where even λ = 0 is too high.
 */
export function explainedShareInterval(f: number, df1: number, df2: number, level: number): Interval {
  const n = df1 + df2 + 1;
  const upper = noncentrality((lambda) => noncentralFBelow(f, df1, df2, lambda), level, f * df1);
  return { low: upper.low / (upper.low + n), high: upper.high / (upper.high + n), level };
}

/** Interval of Cramér's V from X² with `df` degrees of freedom: √(λ / (n × shortest side less 1)), Smithson (2003). */
export function cramersVInterval(
  chiSquare: number,
  df: number,
  n: number,
  shortestLessOne: number,
  level: number,
): Interval {
  const { low, high } = noncentrality(
    (lambda) => noncentralChiSquareBelow(chiSquare, df, lambda),
    level,
    chiSquare,
  );
  const v = (lambda: number) => Math.min(1, Math.sqrt(lambda / (n * shortestLessOne)));
  return { low: v(low), high: v(high), level };
}

/** P(F' ≤ f) for the noncentral F: a Poisson mixture of beta distributions. */
export function noncentralFBelow(f: number, df1: number, df2: number, lambda: number): number {
  const [x, y] = [(df1 * f) / (df1 * f + df2), df2 / (df1 * f + df2)];
  const b = df2 / 2;
  return poissonMixture(lambda / 2, {
    below: (j) => 1 - fTail((f * df1) / (df1 + 2 * j), df1 + 2 * j, df2),
    step(j) {
      const a = df1 / 2 + j;
      return exp(a * ln(x) + b * ln(y) - ln(a) - gammaln(a) - gammaln(b) + gammaln(a + b));
    },
    growth: (j) => (x * (df1 / 2 + j + b)) / (df1 / 2 + j + 1),
  });
}

/** P(X' ≤ x) for the noncentral chi-square: a Poisson mixture of chi-squares. */
export function noncentralChiSquareBelow(x: number, df: number, lambda: number): number {
  return poissonMixture(lambda / 2, {
    below: (j) => 1 - chiSquareTail(x, df + 2 * j),
    step(j) {
      const a = df / 2 + j;
      return exp(a * ln(x / 2) - x / 2 - gammaln(a + 1));
    },
    growth: (j) => x / 2 / (df / 2 + j + 1),
  });
}

/** A family of distributions B(0), B(1) …: `step(j)` = B(j) - B(j + 1) ≥ 0, and `growth(j)` = step(j + 1) / step(j). */
interface Ladder {
  below(j: number): number;
  step(j: number): number;
  growth(j: number): number;
}

/** Weights of less than this share of the largest are left out, on either side. */
const NEGLIGIBLE = 1e-17;

/** Σ Poisson(j; mean) B(j), from the most likely j outwards; one value of B and its steps give all others. */
function poissonMixture(mean: number, ladder: Ladder): number {
  const centre = Math.floor(mean);
  const start = ladder.below(centre);
  const step = ladder.step(centre);
  let [sum, weights] = [start, 1];
  for (let [j, weight, value, next] = [centre, 1, start, step]; ; ) {
    weight *= mean / (j + 1);
    if (weight < NEGLIGIBLE) break;
    value = Math.max(0, value - next);
    next *= ladder.growth(j);
    j += 1;
    sum += weight * value;
    weights += weight;
  }
  for (let [j, weight, value, last] = [centre, 1, start, step]; j > 0; ) {
    weight *= j / mean;
    if (weight < NEGLIGIBLE) break;
    j -= 1;
    last /= ladder.growth(j);
    value = Math.min(1, value + last);
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

/** The noncentralities at which a distribution function, falling in λ, has the values of the level's two ends. */
function noncentrality(below: (lambda: number) => number, level: number, statistic: number) {
  const outside = (1 - level) / 2;
  return { low: solve(below, 1 - outside, statistic), high: solve(below, outside, statistic) };
}

const BISECTIONS = 60;

function solve(below: (lambda: number) => number, target: number, statistic: number): number {
  if (below(0) <= target) return 0;
  let [low, high] = [0, Math.max(1, statistic)];
  while (below(high) > target) [low, high] = [high, 2 * high];
  for (let i = 0; i < BISECTIONS && high - low > 1e-9 * high; i += 1) {
    const middle = (low + high) / 2;
    if (below(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
