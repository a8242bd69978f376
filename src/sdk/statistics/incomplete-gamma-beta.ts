import exp from '@stdlib/math-base-special-exp';
import gammaln from '@stdlib/math-base-special-gammaln';
import ln from '@stdlib/math-base-special-ln';

/*
 * Incomplete gamma and beta functions, with a relative error of at most 1e-12 far into both tails. They are our own
 * because those of the library are off by up to 3 % for large arguments: see docs/decisions/0007.
 */

/** Both tails of a distribution at one point, each computed without subtraction from 1 where it is the smaller. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
  /** Density times the point (and its complement, for the beta distribution): the tails' slope over ln x or logit x. */
  readonly slope: number;
}

const EPSILON = 2 ** -53;
const TINY = 1e-300;
const MOST_TERMS = 100_000;

/** P(a, x) and Q(a, x), regularised, for a > 0 and x ≥ 0: series (DLMF 8.7.1) or continued fraction (8.9.2). */
export function gammaTails(a: number, x: number): Tails {
  if (!(x > 0)) return { lower: 0, upper: 1, slope: 0 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0, slope: 0 };
  const slope = Math.sqrt(a / (2 * Math.PI)) * exp(-a * excess((x - a) / a, x / a) - stirlingError(a));
  if (x < a + 1) return fromLower(slope * gammaSeries(a, x), slope);
  return fromUpper(slope * gammaFraction(a, x), slope);
}

/**
 * I_x(a, b) and its complement, for a, b > 0; y = 1 - x is passed beside x, so that neither loses digits. A continued
 * fraction, on the side where it converges fast.
 */
export function betaTails(x: number, y: number, a: number, b: number): Tails {
  if (!(x > 0)) return { lower: 0, upper: 1, slope: 0 };
  if (!(y > 0)) return { lower: 1, upper: 0, slope: 0 };
  const gap = b * x - a * y;
  const exponent = a * excess(gap / a, ((a + b) * x) / a) + b * excess(-gap / b, ((a + b) * y) / b);
  const errors = stirlingError(a) + stirlingError(b) - stirlingError(a + b);
  const slope = Math.sqrt((a / (a + b)) * (b / (2 * Math.PI))) * exp(-exponent - errors);
  if (x <= (a + 1) / (a + b + 2)) return fromLower(slope * betaFraction(x, y, a, b, -gap), slope);
  return fromUpper(slope * betaFraction(y, x, b, a, gap), slope);
}

function fromLower(lower: number, slope: number): Tails {
  return { lower: Math.min(lower, 1), upper: Math.max(1 - lower, 0), slope };
}

function fromUpper(upper: number, slope: number): Tails {
  return { lower: Math.max(1 - upper, 0), upper: Math.min(upper, 1), slope };
}

/** u - ln(1 + u), with `ratio` = 1 + u, without cancellation near 0 (Loader, 2000, "bd0"). */
function excess(u: number, ratio: number): number {
  if (u < -0.5 || u > 1) return u - ln(ratio);
  const s = u / (2 + u);
  const square = s * s;
  let sum = s * u;
  let power = 2 * s * square;
  for (let odd = 3; odd < 80; odd += 2) {
    const next = sum - power / odd;
    if (next === sum) break;
    sum = next;
    power *= square;
  }
  return sum;
}

/** ln Γ(a) - (a - 1/2) ln a + a - ln(2π)/2: what Stirling's formula leaves (DLMF 5.11.1). */
function stirlingError(a: number): number {
  if (a < 16) return gammaln(a) - (a - 0.5) * ln(a) + a - HALF_LN_TWO_PI;
  const square = a * a;
  let sum = 0;
  for (const coefficient of STIRLING) sum = sum / square + coefficient;
  return sum / a;
}

const HALF_LN_TWO_PI = 0.9189385332046728;
/** B(2k) / (2k (2k - 1)), the last first. */
const STIRLING = [1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];

/** Σ xⁿ / (a (a+1) … (a+n)). */
function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MOST_TERMS && term > sum * EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** 1/(x+1-a- 1(1-a)/(x+3-a- 2(2-a)/(x+5-a- …))), by Lentz's method as modified by Thompson and Barnett (1986). */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let d = 1 / b;
  let c = 1 / TINY;
  let f = d;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    const step = c * d;
    f *= step;
    if (Math.abs(step - 1) <= EPSILON) break;
  }
  return f;
}

/**
 * The fraction of DiDonato and Morris (1992, equation 9), all of whose terms are positive up to the b-th; `ahead` is
 * a y - b x.
 */
function betaFraction(x: number, y: number, a: number, b: number, ahead: number): number {
  let f = (a * (ahead + 1)) / (a + 1);
  let c = f;
  let d = 0;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const whole = a + 2 * n - 1;
    const numerator = ((((a + n - 1) / whole) * (a + b + n - 1)) / whole) * n * (b - n) * x * x;
    const term = n + (n * (b - n) * x) / whole + ((a + n) / (whole + 2)) * (ahead + 1 + n * (1 + y));
    d = 1 / nonZero(term + numerator * d);
    c = nonZero(term + numerator / c);
    const step = c * d;
    f *= step;
    if (Math.abs(step - 1) <= EPSILON) break;
  }
  return 1 / f;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
