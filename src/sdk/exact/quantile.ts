import { fraction, isHeld, rationalToText } from './decimal.ts';
import {
  add,
  multiply,
  negate,
  numberToRational,
  type Rational,
  rational,
  rationalToNumber,
} from './rational.ts';

/** Between which order statistics a quantile lies: `low` and `high` count from 0, `weight` is that of `high`. */
export interface QuantilePosition {
  readonly low: number;
  readonly high: number;
  readonly weight: Rational;
}

/** A number as the nearest double, and as text where the double isn't the number itself. */
export interface ExactValue {
  readonly value: number;
  readonly exact?: string;
}

/**
 * Where the quantile of `n` ≥ 1 sorted values lies, type 7 of Hyndman and Fan, "Sample quantiles in statistical
 * packages", The American Statistician 50 (1996) 361–365: at h = (n - 1) p from 0, between its neighbours.
 * `probability` is decimal text from 0 to 1, e.g. `'0.95'`, so that h is exact.
 */
export function quantilePosition(n: number, probability: string): QuantilePosition {
  const p = fraction(probability);
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError('a quantile needs at least one value');
  if (p.numerator < 0n || p.numerator > p.denominator) throw new RangeError('a probability lies in 0 … 1');
  const scaledPosition = BigInt(n - 1) * p.numerator;
  const low = scaledPosition / p.denominator;
  const rest = scaledPosition - low * p.denominator;
  return {
    low: Number(low),
    high: Number(low) + (rest === 0n ? 0 : 1),
    weight: rational(rest, p.denominator),
  };
}

/**
 * The quantile between two order statistics, interpolated exactly and rounded once. `low` and `high` are exact
 * cells: of integers and decimals as they are written, of doubles (`kind` double) as the doubles they name.
 * Throws TypeError on text that is no number, RangeError on infinities.
 */
export function interpolate(
  low: string,
  high: string,
  weight: Rational,
  kind: 'decimal' | 'double' = 'decimal',
): ExactValue {
  const read = kind === 'double' ? (text: string) => numberToRational(Number(text)) : fraction;
  const from = read(low);
  return exactValue(add(from, multiply(weight, add(read(high), negate(from)))));
}

/** A fraction as the nearest double, with text beside it where that isn't the whole truth. */
export function exactValue(value: Rational): ExactValue {
  const nearest = rationalToNumber(value);
  const exact = isHeld(value, nearest) ? undefined : rationalToText(value);
  return exact === undefined ? { value: nearest } : { value: nearest, exact };
}
