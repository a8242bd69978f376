import {
  type BigBlock,
  foldColumns,
  integerOf,
  type LimbBlock,
  MAX_LIMBS,
  type NumberColumn,
  readBlock,
} from './limbs.ts';
import { type Rational, rational, scaled } from './rational.ts';

/** Values are integers in units of `base^-scale`. */
export interface Unit {
  readonly base: 2 | 10;
  readonly scale: number;
}

/** The rows of a block seen from one column, with the sums that need no other. */
export interface Side {
  readonly block: LimbBlock | BigBlock;
  readonly unit: Unit;
  readonly sum: bigint;
  readonly squares: bigint;
}

/** The unit of a column's integers; that of doubles is known block by block. */
export function unitOf({ cells, scale }: NumberColumn): Unit {
  return cells.kind === 'float64' ? { base: 2, scale: Number.NEGATIVE_INFINITY } : { base: 10, scale };
}

/** Reads some rows of a column, all present and finite. */
export function sideOf(column: NumberColumn, rows: Uint32Array): Side {
  const block = readBlock(column, rows);
  const unit = { base: unitOf(column).base, scale: block.scale };
  if ('integers' in block) return sideOfIntegers(block.integers, unit);
  const [n, offsets, c] = [BigInt(block.rows), limbTotal(block), block.centre];
  const squares = dotProduct(block, block) + c * (2n * offsets + n * c);
  return { block, unit, sum: offsets + n * c, squares };
}

/** The power of a side's values, in the power of its unit. */
export function powerOf({ block, unit }: Side, power: number): Side {
  const integers = bigIntegers(block).map((value) => value ** BigInt(power));
  return sideOfIntegers(integers, { base: unit.base, scale: unit.scale * power });
}

/** Σxy from the offsets to the centres: Σ(a + c)(b + k) = Σab + kΣ(a + c) + cΣ(b + k) - nck. */
export function dotOf(x: Side, y: Side): bigint {
  const [a, b] = [x.block, y.block];
  if ('integers' in a || 'integers' in b) return dotOfIntegers(bigIntegers(a), bigIntegers(b));
  return dotProduct(a, b) + b.centre * x.sum + a.centre * y.sum - BigInt(a.rows) * a.centre * b.centre;
}

/** An integer in the product of two units. */
export function inUnits(integer: bigint, x: Unit, y: Unit): Rational {
  const inX = scaled(integer, x.base, -x.scale);
  const inXY = scaled(inX.numerator, y.base, -y.scale);
  return rational(inXY.numerator, inX.denominator * inXY.denominator);
}

function sideOfIntegers(integers: readonly bigint[], unit: Unit): Side {
  const sum = integers.reduce((total, value) => total + value, 0n);
  return {
    block: { integers, scale: unit.scale },
    unit,
    sum,
    squares: dotOfIntegers(integers, integers),
  };
}

function bigIntegers(block: LimbBlock | BigBlock): readonly bigint[] {
  if ('integers' in block) return block.integers;
  return Array.from({ length: block.rows }, (_, row) => integerOf(block, row));
}

function dotOfIntegers(xs: readonly bigint[], ys: readonly bigint[]): bigint {
  return xs.reduce((sum, x, row) => sum + x * (ys[row] ?? 0n), 0n);
}

function limbTotal({ rows, width, limbs }: LimbBlock): bigint {
  const columns = new Float64Array(width);
  for (let row = 0; row < rows; row += 1) {
    for (let limb = 0; limb < width; limb += 1) {
      columns[limb] = (columns[limb] ?? 0) + (limbs[row * width + limb] ?? 0);
    }
  }
  return foldColumns(columns, width);
}

function dotProduct(a: LimbBlock, b: LimbBlock): bigint {
  const columns = new Float64Array(2 * MAX_LIMBS);
  for (let row = 0; row < a.rows; row += 1) {
    for (let i = 0; i < a.width; i += 1) {
      const digit = a.limbs[row * a.width + i] ?? 0;
      for (let j = 0; j < b.width; j += 1) {
        columns[i + j] = (columns[i + j] ?? 0) + digit * (b.limbs[row * b.width + j] ?? 0);
      }
    }
  }
  return foldColumns(columns, a.width + b.width);
}
