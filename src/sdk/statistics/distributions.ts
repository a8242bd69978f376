import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import exp from '@stdlib/math-base-special-exp';
import gammaln from '@stdlib/math-base-special-gammaln';
import ln from '@stdlib/math-base-special-ln';
import { betaTails, gammaTails } from './incomplete-gamma-beta.ts';
import { solveTails } from './solve-tails.ts';

/*
 * Tails and quantiles. Tails are computed as such, never as 1 - the other side, so that a p-value of 1e-200 is as
 * exact as one of 0.5: relative error at most 1e-12 against 50 digits (fixtures/reference/statistics). All arithmetic
 * is plain JavaScript without the machine's mathematics library: the same bits everywhere. NaN in gives NaN out.
 */

/** P(Z > z) for a standard normal Z. */
export function normalTail(z: number): number {
  return 0.5 * erfc(z * Math.SQRT1_2);
}

/** The z with P(Z ≤ z) = p. */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** P(T > t) for Student's t with `df` > 0 degrees of freedom (any real number). */
export function tTail(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  const half = tTwoSided(t, df) / 2;
  return t < 0 ? 1 - half : half;
}

/** P(|T| > |t|). */
export function tTwoSided(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return 2 * normalTail(Math.abs(t));
  const square = t * t;
  if (square === Number.POSITIVE_INFINITY) return 0;
  return betaTails(df / (df + square), square / (df + square), df / 2, 0.5).lower;
}

/** The t with P(T ≤ t) = p. */
export function tQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p);
  if (p === 0.5) return 0;
  const outside = 2 * Math.min(p, 1 - p);
  if (outside === 0) return p < 0.5 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const logit = solveBeta(outside, 2 * Math.abs(p - 0.5), df / 2, 0.5);
  const size = Math.sqrt(df) * exp(-logit / 2);
  return p < 0.5 ? -size : size;
}

/** P(F > f) for Fisher's F with `df1` and `df2` degrees of freedom. */
export function fTail(f: number, df1: number, df2: number): number {
  if (Number.isNaN(f) || !(df1 > 0 && df2 > 0)) return Number.NaN;
  if (f === Number.POSITIVE_INFINITY) return 0;
  const whole = df2 + df1 * f;
  return f > 0 ? betaTails(df2 / whole, (df1 * f) / whole, df2 / 2, df1 / 2).lower : 1;
}

/** P(X > x) for chi-square with `df` > 0 degrees of freedom. */
export function chiSquareTail(x: number, df: number): number {
  if (Number.isNaN(x) || !(df > 0)) return Number.NaN;
  return gammaTails(df / 2, x / 2).upper;
}

/** The x with P(X ≤ x) = p. */
export function chiSquareQuantile(p: number, df: number): number {
  if (!(p >= 0 && p <= 1 && df > 0)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? 0 : Number.POSITIVE_INFINITY;
  const a = df / 2;
  const start = ln(a);
  return 2 * exp(solveTails((s) => gammaTails(a, exp(s)), p, 1 - p, start));
}

/** The x with I_x(a, b) = p: the quantile of the beta distribution. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1 && a > 0 && b > 0)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  return share(solveBeta(p, 1 - p, a, b));
}

/** P(√n D > λ) for the two-sided statistic of Kolmogorov and Smirnov, in the limit of large n (DLMF 20.7.33 both ways). */
export function kolmogorovTail(lambda: number): number {
  if (Number.isNaN(lambda)) return Number.NaN;
  if (lambda < 0.04) return 1;
  return lambda < 1 ? 1 - kolmogorovBelow(lambda) : kolmogorovAbove(lambda);
}

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  return gammaln(x);
}

function kolmogorovBelow(lambda: number): number {
  let sum = 0;
  for (let k = 7; k >= 1; k -= 1) {
    const ratio = ((2 * k - 1) * Math.PI) / lambda;
    sum += exp((-ratio * ratio) / 8);
  }
  return (Math.sqrt(2 * Math.PI) / lambda) * sum;
}

function kolmogorovAbove(lambda: number): number {
  let sum = 0;
  for (let k = 7; k >= 1; k -= 1) sum += (k % 2 === 1 ? 2 : -2) * exp(-2 * k * k * lambda * lambda);
  return sum;
}

/** The logit of the x with I_x(a, b) = p = 1 - q. */
function solveBeta(p: number, q: number, a: number, b: number): number {
  const start = ln(a / b);
  return solveTails((s) => betaTails(share(s), share(-s), a, b), p, q, start);
}

/** The share whose logit is s. */
function share(s: number): number {
  return 1 / (1 + exp(-s));
}
