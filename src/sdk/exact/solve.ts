import { trailingZeroBits } from './big.ts';
import { greatestCommonDivisor } from './decimal.ts';
import { type Rational, rational } from './rational.ts';

/** A column that is an exact combination of columns before it: column = Σ factor × column `position`. */
export interface Dependence {
  readonly position: number;
  readonly on: readonly { readonly position: number; readonly factor: Rational }[];
}

/** What elimination finds out about `matrix × x = right`. */
export interface Elimination {
  /** Positions that depend on none before them, in order; their number is the rank. */
  readonly kept: readonly number[];
  readonly dependent: readonly Dependence[];
  /** For each right-hand side the solution at the kept positions, the others left out. */
  readonly solutions: readonly (readonly Rational[])[];
  /** Inverse of the matrix at the kept positions. */
  readonly inverse: readonly (readonly Rational[])[];
}

/**
 * Solves equations exactly, by fraction-free elimination: every number on the way is a minor of the matrix, so that
 * each division has no remainder and numbers grow no faster than determinants do (Bareiss, "Sylvester's identity and
 * multistep integer-preserving Gaussian elimination", Mathematics of Computation 22 (1968) 565–578; in Jordan's form).
 *
 * The matrix is symmetric and positive semidefinite, as sums of products are: there, and only there, a zero pivot
 * says that its column is a combination of those before it, so the rank is exact too.
 */
export function eliminate(
  matrix: readonly (readonly Rational[])[],
  right: readonly (readonly Rational[])[] = [],
): Elimination {
  const size = matrix.length;
  const units = unitsOf(matrix);
  const { integers, denominator } = inCommonUnits(right.flat());
  const unit = (position: number): bigint => units[position] ?? 1n;
  const work = matrix.map((row, i) => [
    ...row.map((value, j) => whole(value, unit(i) * unit(j))),
    ...right.map((_, side) => (integers[side * size + i] ?? 0n) * unit(i)),
    ...matrix.map((_, j) => (j === i ? 1n : 0n)),
  ]);
  const { kept, dependent, last } = reduce(work, size);
  const at = (row: number, column: number): bigint => work[row]?.[column] ?? 0n;
  return {
    kept,
    dependent: dependent.map(({ position, on }) => ({
      position,
      on: on.map((one) => ({
        position: one.position,
        factor: multiplied(one.factor, unit(one.position), unit(position)),
      })),
    })),
    solutions: right.map((_, side) =>
      kept.map((row) => rational(at(row, size + side) * unit(row), last * denominator)),
    ),
    inverse: kept.map((row) =>
      kept.map((column) => rational(at(row, size + right.length + column) * unit(row) * unit(column), last)),
    ),
  };
}

/** `value × unit`, which is an integer. */
function whole({ numerator, denominator }: Rational, unit: bigint): bigint {
  return (numerator * unit) / denominator;
}

function multiplied({ numerator, denominator }: Rational, by: bigint, over: bigint): Rational {
  return rational(numerator * by, denominator * over);
}

/**
 * A unit for each row and column such that every entry times both of its units is an integer: short ones, since each
 * column of a table has a scale of its own, and digits that one column needs would only burden the others.
 */
function unitsOf(matrix: readonly (readonly Rational[])[]): readonly bigint[] {
  const parts = matrix.map((row) => row.map(({ denominator }) => factorsOf(denominator)));
  if (parts.some((row) => row.some((part) => part === undefined))) {
    const { denominator } = inCommonUnits(matrix.flat());
    return matrix.map(() => denominator);
  }
  const exponents = (which: 0 | 1): readonly number[] => {
    const at = (i: number, j: number): number => parts[i]?.[j]?.[which] ?? 0;
    const own = matrix.map((_, i) => Math.ceil(at(i, i) / 2));
    for (const [i] of matrix.entries()) {
      for (let j = 0; j < i; j += 1) {
        own[i] = Math.max(own[i] ?? 0, Math.max(at(i, j), at(j, i)) - (own[j] ?? 0));
      }
    }
    return own;
  };
  const [twos, fives] = [exponents(0), exponents(1)];
  return matrix.map((_, i) => (1n << BigInt(twos[i] ?? 0)) * 5n ** BigInt(fives[i] ?? 0));
}

/** How often 2 and 5 divide a number that has no other factors; undefined for one that has. */
function factorsOf(value: bigint): readonly [number, number] | undefined {
  const twos = trailingZeroBits(value);
  let rest = value >> BigInt(twos);
  let fives = 0;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  return rest === 1n ? [twos, fives] : undefined;
}

/** Fractions as integers over their least common denominator. */
export function inCommonUnits(values: readonly Rational[]): {
  readonly integers: readonly bigint[];
  readonly denominator: bigint;
} {
  const denominators = new Set(values.map((value) => value.denominator));
  let common = 1n;
  for (const one of denominators) common *= one / greatestCommonDivisor(common, one);
  const factors = new Map([...denominators].map((one) => [one, common / one]));
  return {
    integers: values.map((value) => value.numerator * (factors.get(value.denominator) ?? 1n)),
    denominator: common,
  };
}

/** Turns the first `size` columns into `last` × identity at the kept positions. */
function reduce(work: bigint[][], size: number) {
  const kept: number[] = [];
  const dependent: Dependence[] = [];
  let last = 1n;
  for (let pivot = 0; pivot < size; pivot += 1) {
    const pivotRow = work[pivot] ?? [];
    const value = pivotRow[pivot] ?? 0n;
    if (value === 0n) {
      dependent.push({ position: pivot, on: combination(work, kept, pivot, last) });
      continue;
    }
    for (const [index, row] of work.entries()) {
      if (index !== pivot) clear(row, pivotRow, pivot, value, last);
    }
    kept.push(pivot);
    last = value;
  }
  return { kept, dependent, last };
}

function clear(row: bigint[], pivotRow: readonly bigint[], pivot: number, value: bigint, last: bigint): void {
  const factor = row[pivot] ?? 0n;
  for (let column = 0; column < row.length; column += 1) {
    const before = row[column] ?? 0n;
    const taken = pivotRow[column] ?? 0n;
    if (before === 0n && (factor === 0n || taken === 0n)) continue;
    row[column] = (value * before - factor * taken) / last;
  }
}

function combination(
  work: readonly (readonly bigint[])[],
  kept: readonly number[],
  column: number,
  last: bigint,
): Dependence['on'] {
  return kept
    .map((position) => ({ position, factor: rational(work[position]?.[column] ?? 0n, last) }))
    .filter(({ factor }) => factor.numerator !== 0n);
}
