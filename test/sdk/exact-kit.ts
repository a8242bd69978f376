import { type NumberColumn, parseDecimal } from '../../src/sdk/exact/index.ts';

/** Decimal texts (null: missing) as a column: 64 bits where they fit, else 128. */
export function decimalColumn(texts: readonly (string | null)[]): NumberColumn {
  const decimals = texts.map((text) => (text === null ? null : parseDecimal(text)));
  const scale = Math.max(0, ...decimals.map((decimal) => decimal?.scale ?? 0));
  return integerColumn(
    decimals.map((decimal) => decimal && decimal.unscaled * 10n ** BigInt(scale - decimal.scale)),
    scale,
  );
}

/** Scaled integers (null: missing) as a column. */
export function integerColumn(integers: readonly (bigint | null)[], scale = 0): NumberColumn {
  const valid = validity(integers);
  const fit = integers.every((value) => value === null || BigInt.asIntN(64, value) === value);
  if (fit)
    return { cells: { kind: 'int64', values: BigInt64Array.from(integers, zeroIfNull), valid }, scale };
  const low = BigUint64Array.from(integers, zeroIfNull);
  const high = BigInt64Array.from(integers, (value) => zeroIfNull(value) >> 64n);
  return { cells: { kind: 'int128', low, high, valid }, scale };
}

/** Doubles (null: missing) as a column. */
export function doubleColumn(doubles: readonly (number | null)[]): NumberColumn {
  const values = Float64Array.from(doubles, (value) => value ?? 0);
  return { cells: { kind: 'float64', values, valid: validity(doubles) }, scale: 0 };
}

function zeroIfNull(value: bigint | null): bigint {
  return value ?? 0n;
}

function validity(cells: readonly unknown[]): Uint8Array {
  const valid = new Uint8Array(Math.ceil(cells.length / 8));
  cells.forEach((cell, row) => {
    if (cell !== null) valid[row >> 3] = (valid[row >> 3] ?? 0) | (1 << (row & 7));
  });
  return valid;
}

/** A plain fraction in lowest terms: slow, obvious, and sharing nothing with the code under test. */
export class Fraction {
  readonly n: bigint;
  readonly d: bigint;

  constructor(n: bigint, d = 1n) {
    let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
    while (b !== 0n) [a, b] = [b, a % b];
    const sign = d < 0n ? -1n : 1n;
    this.n = (sign * n) / (a || 1n);
    this.d = (sign * d) / (a || 1n);
  }

  static ofNumber(value: number): Fraction {
    let [rest, twos] = [value, 0];
    while (!Number.isInteger(rest)) [rest, twos] = [rest * 2, twos + 1];
    return new Fraction(BigInt(rest), 1n << BigInt(twos));
  }

  static sum(terms: readonly Fraction[]): Fraction {
    return terms.reduce((total, term) => total.plus(term), new Fraction(0n));
  }

  plus(other: Fraction): Fraction {
    return new Fraction(this.n * other.d + other.n * this.d, this.d * other.d);
  }
  minus(other: Fraction): Fraction {
    return this.plus(new Fraction(-other.n, other.d));
  }
  times(other: Fraction): Fraction {
    return new Fraction(this.n * other.n, this.d * other.d);
  }
  over(other: Fraction): Fraction {
    return new Fraction(this.n * other.d, this.d * other.n);
  }
  power(exponent: number): Fraction {
    return new Fraction(this.n ** BigInt(exponent), this.d ** BigInt(exponent));
  }

  /** True where no double is nearer to this than `value` (both neighbours are tried). */
  isNearest(value: number): boolean {
    const distance = (candidate: number): Fraction => {
      const difference = this.minus(Fraction.ofNumber(candidate));
      return difference.n < 0n ? new Fraction(-difference.n, difference.d) : difference;
    };
    const own = distance(value);
    return [neighbour(value, 1n), neighbour(value, -1n)]
      .filter(Number.isFinite)
      .every((other) => own.minus(distance(other)).n <= 0n);
  }
}

/** True where |value| is the double nearest to the root: what lies half-way to its neighbours is on either side. */
export function isNearestRoot(square: Fraction, value: number): boolean {
  const root = Math.abs(value);
  const middle = (other: number) =>
    Fraction.ofNumber(root).plus(Fraction.ofNumber(other)).over(new Fraction(2n)).power(2).minus(square).n;
  return middle(neighbour(root, 1n)) >= 0n && (root === 0 || middle(neighbour(root, -1n)) <= 0n);
}

/** The double one step away from zero (1n) or towards it (-1n). */
export function neighbour(value: number, step: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  if (value === 0) return step > 0n ? 5e-324 : -5e-324;
  view.setBigInt64(0, bits + step);
  return view.getFloat64(0);
}
