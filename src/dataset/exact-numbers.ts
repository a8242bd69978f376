import {
  type ExactNumber,
  fraction,
  isHeld,
  type MomentStatistics,
  type ProductStatistics,
  roundSum,
  type SumState,
  sumText,
} from '../sdk/index.ts';

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

const NO_PAIRS: ProductStatistics = { n: 0, sum_of_products: null, covariance: null, correlation: null };
