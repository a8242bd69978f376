import { equals, numberToRational, type Rational, rational, rationalToNumber, scaled } from './rational.ts';

/** An exact decimal: `unscaled × 10^-scale`. */
export interface Decimal {
  readonly unscaled: bigint;
  /** Digits after the point, ≥ 0. */
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * Reads decimal text exactly: `parseDecimal('12.30')` is `{ unscaled: 1230n, scale: 2 }`. An exponent is applied.
 * Throws TypeError on anything else, NaN and Infinity included.
 */
export function parseDecimal(text: string): Decimal {
  const match = DECIMAL.exec(text);
  const [, sign, whole = '', fraction = '', exponent] = match ?? [];
  if (match === null || whole.length + fraction.length === 0)
    throw new TypeError(`not a decimal number: ${text}`);
  const digits = BigInt(whole + fraction);
  const unscaled = sign === '-' ? -digits : digits;
  const scale = fraction.length - Number(exponent ?? 0);
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
}

/** Decimal text with exactly `scale` digits after the point. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return sign + digits.slice(0, point) + (scale > 0 ? `.${digits.slice(point)}` : '');
}

/** A decimal as a fraction. */
export function decimalToRational(value: Decimal): Rational {
  return scaled(value.unscaled, 10, -value.scale);
}

/** The double nearest to a decimal, ties to even. */
export function decimalToNumber(value: Decimal): number {
  return rationalToNumber(decimalToRational(value));
}

/** Decimal text such as `0.25` as a fraction. */
export function fraction(text: string): Rational {
  return decimalToRational(parseDecimal(text));
}

/** Past this many digits after the point, no exact text is given. */
const LONGEST_FRACTION = 100;

/**
 * A fraction as complete decimal text, without zeros at the end of the fraction; undefined where it has no end
 * (1/3), or has one only after more than 100 digits.
 */
export function rationalToText(value: Rational): string | undefined {
  const common = greatestCommonDivisor(value.numerator, value.denominator);
  let rest = value.denominator / common;
  const twos = countFactor(rest, 2n);
  rest >>= BigInt(twos);
  const fives = countFactor(rest, 5n);
  const scale = Math.max(twos, fives);
  if (rest !== 5n ** BigInt(fives) || scale > LONGEST_FRACTION) return undefined;
  return formatDecimal((value.numerator * 10n ** BigInt(scale)) / value.denominator, scale);
}

/** `integer × 2^-scale` in full: the shortest text of a double where it is one, all its digits, or `integer*2^-k`. */
export function binaryText(integer: bigint, scale: number): string {
  const value = scaled(integer, 2, -scale);
  const nearest = rationalToNumber(value);
  if (isHeld(value, nearest)) return String(nearest);
  return rationalToText(value) ?? `${integer}*2^${-scale}`;
}

/** A fraction in full: as decimal text, or as `numerator/denominator` in lowest terms where that has no short end. */
export function fractionText(value: Rational): string {
  const text = rationalToText(value);
  if (text !== undefined) return text;
  const common = greatestCommonDivisor(value.numerator, value.denominator);
  return `${value.numerator / common}/${value.denominator / common}`;
}

const PARTS = /^(-?\d+)(?:\/(\d+)|\*2\^(-?\d+))$/;

/**
 * Reads any text that stands for an exact number in a result: decimals, `numerator/denominator`, `integer*2^-k`.
 * Throws TypeError on anything else, NaN and Infinity included.
 */
export function readFraction(text: string): Rational {
  const [, integer, denominator, exponent] = PARTS.exec(text) ?? [];
  if (integer === undefined) return fraction(text);
  if (denominator !== undefined) return rational(BigInt(integer), BigInt(denominator));
  return scaled(BigInt(integer), 2, Number(exponent));
}

/** True where a double is exactly that number. */
export function isHeld(value: Rational, nearest: number): boolean {
  return Number.isFinite(nearest) && equals(value, numberToRational(nearest));
}

function countFactor(value: bigint, factor: bigint): number {
  let count = 0;
  for (let rest = value; rest % factor === 0n; rest /= factor) count += 1;
  return count;
}

/** Largest integer that divides both; `b` is positive. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
