import { binaryText, formatDecimal } from './decimal.ts';
import { type MomentState, type Moments, unpackMoments } from './moments.ts';
import type { PowerSums } from './power-sums.ts';
import {
  type Rational,
  rational,
  rationalToNumber,
  scaled,
  signedSqrtToNumber,
  sqrtToNumber,
} from './rational.ts';

/** Each number is the double nearest to the exact result; null where the statistic is undefined. */
export interface MomentStatistics {
  /** Values that are not missing. */
  readonly n: number;
  /** Null where n = 0, as in SQL. */
  readonly sum: number | null;
  readonly mean: number | null;
  /** Divisor n - 1; null where n < 2. */
  readonly variance: number | null;
  readonly standard_deviation: number | null;
  /** Adjusted Fisher–Pearson coefficient G1; null where n < 3 or all values are equal. */
  readonly skewness: number | null;
  /** Sample excess kurtosis G2; null where n < 4 or all values are equal. */
  readonly excess_kurtosis: number | null;
  /** NIST's definition; null where n < 2 or all values are equal. */
  readonly lag1_autocorrelation: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /**
   * The sum in full: at the column's scale for integers and decimals; for doubles the shortest text of the double
   * where it is one, else all its digits, or `integer*2^-k` where that is shorter to say.
   */
  readonly sum_exact: string | null;
  readonly min_exact: string | null;
  readonly max_exact: string | null;
}

const UNDEFINED: Omit<MomentStatistics, 'n'> = {
  sum: null,
  mean: null,
  variance: null,
  standard_deviation: null,
  skewness: null,
  excess_kurtosis: null,
  lag1_autocorrelation: null,
  min: null,
  max: null,
  sum_exact: null,
  min_exact: null,
  max_exact: null,
};

/**
 * Statistics of a moment state, each rounded once from an exact fraction (or from the root of one).
 *
 * Variance = A2 / (n (n-1)); skewness G1 = √(n(n-1)) / (n-2) × m3 / m2^1.5 and kurtosis
 * G2 = (n-1) / ((n-2)(n-3)) × ((n+1) (m4/m2² - 3) + 6), after Joanes and Gill, "Comparing measures of sample
 * skewness and kurtosis", The Statistician 47 (1998) 183–189 (the same as in SAS, Excel and DuckDB);
 * autocorrelation = Σ (x_i - m)(x_(i+1) - m) / Σ (x_i - m)², NIST/SEMATECH e-Handbook 1.3.5.12.
 * G1 is a signed square root of a fraction, so it needs no power 1.5.
 *
 * With a NaN or an infinity among the values, only `n`, `sum_exact`, `min_exact` and `max_exact` say something.
 */
export function finishMoments(state: MomentState): MomentStatistics {
  const moments = unpackMoments(state);
  const special = nonFiniteText(moments);
  if (special !== null) return { ...UNDEFINED, n: state.count, ...special };
  if (moments.sums === null) return { ...UNDEFINED, n: 0 };
  return { n: state.count, ...location(moments, moments.sums), ...spread(moments, moments.sums) };
}

type Location = Pick<
  MomentStatistics,
  'sum' | 'mean' | 'min' | 'max' | 'sum_exact' | 'min_exact' | 'max_exact'
>;
type Spread = Omit<MomentStatistics, 'n' | keyof Location>;

function location(moments: Moments, sums: PowerSums): Location {
  const inUnits = (integer: bigint): Rational => scaled(integer, moments.base, -moments.scale);
  const toText = moments.base === 10 ? formatDecimal : binaryText;
  const text = (integer: bigint): string => toText(integer, moments.scale);
  const total = inUnits(sums.sum);
  return {
    sum: finite(rationalToNumber(total)),
    mean: rationalToNumber(rational(total.numerator, total.denominator * BigInt(sums.count))),
    min: rationalToNumber(inUnits(sums.min)),
    max: rationalToNumber(inUnits(sums.max)),
    sum_exact: text(sums.sum),
    min_exact: text(sums.min),
    max_exact: text(sums.max),
  };
}

function spread(moments: Moments, sums: PowerSums): Spread {
  const n = BigInt(sums.count);
  const { variance, standard_deviation, skewness, excess_kurtosis, lag1_autocorrelation } = UNDEFINED;
  const result = { variance, standard_deviation, skewness, excess_kurtosis, lag1_autocorrelation };
  if (n < 2n) return result;
  const { a2, a3, a4 } = centralSums(sums);
  const unit = scaled(1n, moments.base, -2 * moments.scale);
  const exactVariance = rational(a2 * unit.numerator, n * (n - 1n) * unit.denominator);
  const known = {
    ...result,
    variance: finite(rationalToNumber(exactVariance)),
    standard_deviation: finite(sqrtToNumber(exactVariance)),
  };
  if (a2 === 0n) return known;
  return {
    ...known,
    skewness: n < 3n ? null : sampleSkewness(n, a2, a3),
    excess_kurtosis: n < 4n ? null : sampleKurtosis(n, a2, a4),
    lag1_autocorrelation: rationalToNumber(autocorrelation(sums, a2)),
  };
}

/** The 2nd to 4th central moments, times n^k so that they are integers: n² m2 = nΣx² - (Σx)² and so on. */
function centralSums({ count, sum: s1, squares: s2, cubes: s3, fourths: s4 }: PowerSums) {
  const n = BigInt(count);
  return {
    a2: n * s2 - s1 * s1,
    a3: n ** 2n * s3 - 3n * n * s1 * s2 + 2n * s1 ** 3n,
    a4: n ** 3n * s4 - 4n * n ** 2n * s1 * s3 + 6n * n * s1 ** 2n * s2 - 3n * s1 ** 4n,
  };
}

function sampleSkewness(n: bigint, a2: bigint, a3: bigint): number {
  return signedSqrtToNumber(a3, rational(n * (n - 1n) * a3 * a3, (n - 2n) ** 2n * a2 ** 3n));
}

function sampleKurtosis(n: bigint, a2: bigint, a4: bigint): number {
  const square = a2 * a2;
  const numerator = (n - 1n) * ((n + 1n) * a4 - 3n * (n - 1n) * square);
  return rationalToNumber(rational(numerator, (n - 2n) * (n - 3n) * square));
}

function autocorrelation({ count, sum, lag, first, last }: PowerSums, a2: bigint): Rational {
  const n = BigInt(count);
  return rational(n * n * lag - n * sum * (2n * sum - first - last) + (n - 1n) * sum * sum, n * a2);
}

function nonFiniteText(
  moments: Moments,
): Pick<MomentStatistics, 'sum_exact' | 'min_exact' | 'max_exact'> | null {
  const { nan, positiveInfinity: up, negativeInfinity: down } = moments;
  if (nan + up + down === 0) return null;
  if (nan > 0) return { sum_exact: 'NaN', min_exact: 'NaN', max_exact: 'NaN' };
  const finiteOnes = moments.sums === null ? null : location(moments, moments.sums);
  return {
    sum_exact: up > 0 && down > 0 ? 'NaN' : up > 0 ? 'Infinity' : '-Infinity',
    min_exact: down > 0 ? '-Infinity' : (finiteOnes?.min_exact ?? 'Infinity'),
    max_exact: up > 0 ? 'Infinity' : (finiteOnes?.max_exact ?? '-Infinity'),
  };
}

/** JSON carries no infinity: a result beyond the largest double is null, its exact text remains. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
