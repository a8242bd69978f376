import {
  type CrossProductStatistics,
  type ExactNumber,
  fraction,
  fractionText,
  isHeld,
  type MomentStatistics,
  type ProductStatistics,
  type Rational,
  rationalToNumber,
  roundSum,
  type SumState,
  sumText,
  trianglePairs,
} from '../sdk/exact/index.ts';

/** A number as results carry it: with its full text where the double isn't the number itself. */
export function exactNumber(value: number | null, text: string | null): ExactNumber {
  if (text === null || (value !== null && isSame(value, text))) return { value };
  return { value, exact: text };
}

const PLAIN = /^-?[0-9.]+$/;

function isSame(value: number, text: string): boolean {
  if (String(value) === text) return true;
  return PLAIN.test(text) && isHeld(fraction(text), value);
}

/** n and sum of doubles; no sum of no values, as in SQL. */
export function ofSum(state: SumState): { readonly n: ExactNumber; readonly sum: ExactNumber } {
  const n = { value: state.count };
  if (state.count === 0) return { n, sum: { value: null } };
  const sum = roundSum(state);
  return { n, sum: exactNumber(Number.isFinite(sum) ? sum : null, sumText(state)) };
}

/** All statistics of a column by name. */
export function ofMoments(statistics: MomentStatistics) {
  const { n, sum, min, max, sum_exact, min_exact, max_exact, ...rounded } = statistics;
  const others = Object.entries(rounded).map(([name, value]): [string, ExactNumber] => [name, { value }]);
  return {
    n: { value: n },
    sum: exactNumber(sum, sum_exact),
    ...Object.fromEntries(others),
    min: exactNumber(min, min_exact),
    max: exactNumber(max, max_exact),
  };
}

/** All statistics of a pair by name; those of no rows if there is nothing. */
export function ofProducts(statistics: ProductStatistics | undefined): Readonly<Record<string, ExactNumber>> {
  const { n, sum_of_products, covariance, correlation } = statistics ?? NO_PAIRS;
  return {
    n: { value: n },
    sum_of_products: sum_of_products ?? { value: null },
    covariance: { value: covariance },
    correlation: { value: correlation },
  };
}

/** A number in full: its text beside the double wherever the double isn't it, to the last digit. */
export function numberInFull(value: Rational | null): ExactNumber {
  if (value === null) return { value: null };
  const nearest = rationalToNumber(value);
  if (isHeld(value, nearest)) return { value: nearest };
  return { value: Number.isFinite(nearest) ? nearest : null, exact: fractionText(value) };
}

/** n, sum and sum of squares of one column. */
export function ofSquares({ n, sums, products }: CrossProductStatistics): Statistics {
  return {
    n: { value: n },
    sum: numberInFull(sums[0] ?? null),
    sum_of_squares: numberInFull(products[0] ?? null),
  };
}

/** Sums by term and products by pair of terms, under names such as `x`, `x^2` and `x*y`. */
export function ofCrossProducts(
  { n, sums, products }: CrossProductStatistics,
  terms: readonly string[],
): Readonly<Record<string, Statistics>> {
  const ofTerms = terms.map((term, at): [string, Statistics] => [
    term,
    { n: { value: n }, sum: numberInFull(sums[at] ?? null) },
  ]);
  const ofPairs = trianglePairs(terms.length).map(([a, b], pair): [string, Statistics] => [
    `${terms[a]}*${terms[b]}`,
    { n: { value: n }, sum_of_products: numberInFull(products[pair] ?? null) },
  ]);
  return Object.fromEntries([...ofTerms, ...ofPairs]);
}

type Statistics = Readonly<Record<string, ExactNumber>>;

const NO_PAIRS: ProductStatistics = { n: 0, sum_of_products: null, covariance: null, correlation: null };
