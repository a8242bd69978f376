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
  const { integers, denominator } = inCommonUnits([...matrix.flat(), ...right.flat()]);
  const work = matrix.map((_, row) => [
    ...integers.slice(row * size, (row + 1) * size),
    ...right.map((_, side) => integers[size * size + side * size + row] ?? 0n),
    ...matrix.map((_, column) => (column === row ? 1n : 0n)),
  ]);
  const { kept, dependent, last } = reduce(work, size);
  const at = (row: number, column: number): Rational => rational(work[row]?.[column] ?? 0n, last);
  const scaledBack = ({ numerator, denominator: below }: Rational): Rational =>
    rational(numerator * denominator, below);
  return {
    kept,
    dependent,
    solutions: right.map((_, side) => kept.map((row) => at(row, size + side))),
    inverse: kept.map((row) => kept.map((column) => scaledBack(at(row, size + right.length + column)))),
  };
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
