import { absolute, bitLength, integerSqrt } from './big.ts';

/** An exact fraction; the denominator is positive. Not necessarily in lowest terms. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** `numerator / denominator` with a positive denominator. Throws RangeError on denominator 0. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError('a fraction needs a denominator other than 0');
  return denominator < 0n ? { numerator: -numerator, denominator: -denominator } : { numerator, denominator };
}

export function add(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function multiply(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** True where both are the same number. */
export function equals(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

/** Bits that a truncated quotient or root keeps: 53, one to decide halves, one to spare. */
const KEPT_BITS = 55;

/**
 * The double nearest to a fraction, ties to even; subnormals are rounded once, beyond the largest double comes
 * ±Infinity. Zero is +0.
 */
export function rationalToNumber(value: Rational): number {
  if (value.numerator === 0n) return 0;
  const numerator = absolute(value.numerator);
  const shift = KEPT_BITS - (bitLength(numerator) - bitLength(value.denominator));
  const dividend = shift > 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift < 0 ? value.denominator << BigInt(-shift) : value.denominator;
  const quotient = dividend / divisor;
  const magnitude = roundScaled(quotient, -shift, quotient * divisor !== dividend);
  return value.numerator < 0n && magnitude !== 0 ? -magnitude : magnitude;
}

/**
 * The double nearest to the square root of a fraction ≥ 0, ties to even. The root is taken of an integer with
 * enough bits, and what is cut off is kept as one sticky bit, so the result is correctly rounded.
 */
export function sqrtToNumber(value: Rational): number {
  if (value.numerator < 0n) throw new RangeError('no square root of a negative number');
  if (value.numerator === 0n) return 0;
  const bits = bitLength(value.numerator) - bitLength(value.denominator);
  const shift = KEPT_BITS - Math.floor(bits / 2);
  const dividend = shift > 0 ? value.numerator << BigInt(2 * shift) : value.numerator;
  const divisor = shift < 0 ? value.denominator << BigInt(-2 * shift) : value.denominator;
  const root = integerSqrt(dividend / divisor);
  return roundScaled(root, -shift, root * root * divisor !== dividend);
}

/** The square root of `|square|` with the sign of `sign`: for ratios such as m3 / m2^1.5, whose square is rational. */
export function signedSqrtToNumber(sign: bigint, square: Rational): number {
  const magnitude = sqrtToNumber(square);
  return sign < 0n && magnitude !== 0 ? -magnitude : magnitude;
}

/** A finite double as integer × 2^exponent, the integer odd; 0 is 0 × 2^0. Throws RangeError on NaN and ±Infinity. */
export function decompose(value: number): { readonly integer: bigint; readonly exponent: number } {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`);
  if (value === 0) return { integer: 0n, exponent: 0 };
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const field = Number((raw >> 52n) & 0x7ffn);
  let mantissa = raw & 0xfffffffffffffn;
  if (field > 0) mantissa |= 0x10000000000000n;
  const zeros = bitLength(mantissa & -mantissa) - 1;
  const integer = mantissa >> BigInt(zeros);
  return { integer: value < 0 ? -integer : integer, exponent: Math.max(field, 1) - 1075 + zeros };
}

/** A finite double as an exact fraction. */
export function numberToRational(value: number): Rational {
  const { integer, exponent } = decompose(value);
  return scaled(integer, 2, exponent);
}

/** `integer × base^exponent` as a fraction. */
export function scaled(integer: bigint, base: 2 | 10, exponent: number): Rational {
  const power = base === 2 ? 1n << BigInt(Math.abs(exponent)) : 10n ** BigInt(Math.abs(exponent));
  return exponent < 0
    ? { numerator: integer, denominator: power }
    : { numerator: integer * power, denominator: 1n };
}

/** 2^exponent as a double, exact for -1074 … 1023. */
export function powerOfTwo(exponent: number): number {
  const normal = exponent >= -1022;
  bits.setBigUint64(0, normal ? BigInt(exponent + 1023) << 52n : 1n << BigInt(exponent + 1074));
  return bits.getFloat64(0);
}

const bits = new DataView(new ArrayBuffer(8));

/** `(integer + ε) × 2^exponent` rounded to the nearest double, where `sticky` says that 0 < ε < 1 and else ε = 0. */
function roundScaled(integer: bigint, exponent: number, sticky: boolean): number {
  const unit = Math.max(bitLength(integer) - 53 + exponent, -1074);
  if (unit > 971) return Number.POSITIVE_INFINITY;
  const dropped = BigInt(unit - exponent);
  const kept = integer >> dropped;
  const rest = integer - (kept << dropped);
  const half = 1n << (dropped - 1n);
  const up = rest > half || (rest === half && (sticky || (kept & 1n) === 1n));
  return Number(up ? kept + 1n : kept) * powerOfTwo(unit);
}
