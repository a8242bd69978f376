import exp from '@stdlib/math-base-special-exp';
import log1p from '@stdlib/math-base-special-log1p';
import { tTwoSided } from './distributions.ts';
import { type Interval, normalMargin, type TestResult, untestable } from './test-result.ts';

/** A correlation with its test and interval. */
export interface Correlation extends TestResult {
  interval(level: number): Interval;
}

/**
 * Test of no correlation on Pearson's r of n pairs: t = r √((n - 2) / (1 - r²)), exact for normal values. Interval by
 * Fisher's z (Fisher, 1921). Heavy tails: take the p-value from ranks or permutations.
 */
export function correlationTest(r: number, n: number): Correlation {
  return correlation('Pearson r', r, n, 1);
}

/**
 * The same on Spearman's rank correlation, in the limit of t (Kendall & Stuart); interval with the variance of Bonett
 * and Wright (2000).
 */
export function spearmanTest(rho: number, n: number): Correlation {
  return correlation('Spearman rho', rho, n, 1 + (rho * rho) / 2);
}

function correlation(name: string, r: number, n: number, inflation: number): Correlation {
  const interval = (level: number): Interval => {
    const margin = normalMargin(level) * Math.sqrt(inflation / (n - 3));
    const z = arctanh(r);
    return { low: n > 3 ? tanh(z - margin) : -1, high: n > 3 ? tanh(z + margin) : 1, level };
  };
  if (n < 3 || Number.isNaN(r)) return { ...untestable(name, n), interval };
  const rest = (1 - r) * (1 + r);
  const p_value = rest > 0 ? tTwoSided(r * Math.sqrt((n - 2) / rest), n - 2) : 0;
  return { name, statistic: r, p_value, n, degrees_of_freedom: [n - 2], interval };
}

function arctanh(r: number): number {
  return (log1p(r) - log1p(-r)) / 2;
}

function tanh(z: number): number {
  const e = exp(-2 * Math.abs(z));
  return (Math.sign(z) * (1 - e)) / (1 + e);
}
