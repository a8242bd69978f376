import {
  add,
  multiply,
  negate,
  type Rational,
  rational,
  rationalToNumber,
  sqrtToNumber,
} from './rational.ts';
import { inCommonUnits } from './solve.ts';

/** The values of one group, by their exact sums. */
export interface GroupSums {
  readonly n: number;
  readonly sum: Rational;
  readonly squares: Rational;
}

/** One-way analysis of variance, each number rounded once; null where it is undefined. */
export interface AnalysisOfVariance {
  readonly n: number;
  readonly degrees_of_freedom: readonly [number, number];
  readonly between_sum_of_squares: number;
  readonly within_sum_of_squares: number;
  /** Null where no group varies, or each has one value. */
  readonly f: number | null;
  /** Share of the sum of squares between groups; null where all values are equal. */
  readonly eta_squared: number | null;
  readonly residual_standard_deviation: number | null;
  /**
   * The groups in units of the residual standard deviation, means as distances from the mean of all, whatever the size
   * of the values: for tests that need no scale. Empty where there is no residual deviation.
   */
  readonly standardized: readonly { readonly n: number; readonly mean: number; readonly variance: number }[];
}

/**
 * One-way analysis of variance from exact sums, as Fisher has it: F = (SSB / (k - 1)) / (SSW / (N - k)). Groups
 * without values count for nothing. Nothing is rounded before the end.
 */
export function analysisOfVariance(all: readonly GroupSums[]): AnalysisOfVariance {
  const groups = all.filter(({ n }) => n > 0);
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  const sums = inCommonUnits(groups.map(({ sum }) => sum));
  const squares = inCommonUnits(groups.map(({ squares }) => squares));
  const inUnits = (value: Rational) =>
    rational(value.numerator, value.denominator * sums.denominator * sums.denominator);
  const ofGroups = inUnits(sumOfQuotients(groups, sums.integers));
  const total = sums.integers.reduce((sum, value) => sum + value, 0n);
  const ofAll = inUnits(rational(total * total, BigInt(Math.max(1, n))));
  const square = rational(
    squares.integers.reduce((sum, value) => sum + value, 0n),
    squares.denominator,
  );
  const within = minus(square, ofGroups);
  const mean = rational(total, BigInt(Math.max(1, n)) * sums.denominator);
  return {
    ...statisticsOf(n, groups.length, minus(ofGroups, ofAll), within),
    standardized: standardized(groups, mean, within, n - groups.length),
  };
}

function standardized(
  groups: readonly GroupSums[],
  mean: Rational,
  within: Rational,
  freedom: number,
): AnalysisOfVariance['standardized'] {
  if (within.numerator === 0n || freedom < 1) return [];
  const square = multiply(within, rational(1n, BigInt(freedom)));
  return groups.map(({ n, sum, squares }) => {
    const own = multiply(sum, rational(1n, BigInt(n)));
    const distance = minus(own, mean);
    const size = sqrtToNumber(quotient(multiply(distance, distance), square, 1n));
    const about = minus(squares, multiply(sum, own));
    return {
      n,
      mean: distance.numerator < 0n ? -size : size,
      variance: n > 1 ? rationalToNumber(quotient(about, square, BigInt(n - 1))) : 0,
    };
  });
}

function statisticsOf(n: number, groups: number, between: Rational, within: Rational) {
  const [above, below] = [Math.max(0, groups - 1), n - groups];
  const total = add(between, within);
  const hasSpread = within.numerator !== 0n && below > 0;
  const variance = hasSpread ? multiply(within, rational(1n, BigInt(below))) : null;
  return {
    n,
    degrees_of_freedom: [above, below] as const,
    between_sum_of_squares: rationalToNumber(between),
    within_sum_of_squares: rationalToNumber(within),
    f: variance && above > 0 ? rationalToNumber(quotient(between, variance, BigInt(above))) : null,
    eta_squared: total.numerator === 0n ? null : rationalToNumber(quotient(between, total, 1n)),
    residual_standard_deviation: variance && sqrtToNumber(variance),
  };
}

/** Σ S² / n: groups of one size are added before they are divided, so that denominators stay short. */
function sumOfQuotients(groups: readonly GroupSums[], sums: readonly bigint[]): Rational {
  const bySize = new Map<number, bigint>();
  for (const [index, { n }] of groups.entries()) {
    const sum = sums[index] ?? 0n;
    bySize.set(n, (bySize.get(n) ?? 0n) + sum * sum);
  }
  return [...bySize].reduce((total, [n, value]) => add(total, rational(value, BigInt(n))), rational(0n));
}

function minus(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

/** a / (b × c) */
function quotient(a: Rational, b: Rational, c: bigint): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator * c);
}
