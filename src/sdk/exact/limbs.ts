import type { BatchColumn } from '../batch.ts';
import { bitLength } from './big.ts';
import { decompose, powerOfTwo } from './rational.ts';

/**
 * Exact integers of some rows, ready for float arithmetic that rounds nothing: row r is
 * `(centre + Σ_k limbs[r × width + k] × 2^(18k)) × base^-scale`, all limbs of a row with one sign.
 */
export interface LimbBlock {
  readonly rows: number;
  readonly width: number;
  readonly limbs: Float64Array;
  readonly centre: bigint;
  readonly scale: number;
}

/** Rows whose integers don't fit in limbs (or are too few to be worth it), as big integers. */
export interface BigBlock {
  readonly integers: readonly bigint[];
  readonly scale: number;
}

/** A column of numbers: the cells, and for integers and decimals the digits after the point. */
export interface NumberColumn {
  readonly cells: Extract<BatchColumn, { kind: 'int64' | 'int128' | 'float64' }>;
  /** Decimal scale of `int64` and `int128`; 0 for `float64`. */
  readonly scale: number;
}

export const LIMB_BITS = 18;
/** Sums of limb products stay below 2^53: 2 × 8 × 2 products of 2^36 a row, 2^12 rows. */
export const MAX_LIMBS = 8;
export const BLOCK_ROWS = 4096;
/** Below this, setting up limbs costs more than big integers do. */
const FEW_ROWS = 16;
const WORD = 2 ** 32;
const EXACT = 2 ** 53;

/** The named rows of a column as exact integers: limbs where they fit. `float64` cells must be finite. */
export function readBlock(column: NumberColumn, rows: Uint32Array): LimbBlock | BigBlock {
  const { cells, scale } = column;
  if (cells.kind === 'float64') return doubleBlock(cells.values, rows);
  const integerAt = integerReader(cells);
  if (rows.length > FEW_ROWS) {
    const centre = integerAt(rows[0] ?? 0);
    const offsets = cells.kind === 'int64' ? offsets64(cells.values, rows) : offsets128(cells, rows);
    const width = limbsFor(offsets);
    if (width > 0) return { rows: rows.length, width, limbs: split(offsets, width), centre, scale };
  }
  return { integers: Array.from(rows, integerAt), scale };
}

/** How to read one row of an integer column as a big integer. */
function integerReader(cells: Extract<BatchColumn, { kind: 'int64' | 'int128' }>): (row: number) => bigint {
  if (cells.kind === 'int64') return (row) => cells.values[row] ?? 0n;
  return (row) => ((cells.high[row] ?? 0n) << 64n) + (cells.low[row] ?? 0n);
}

/** Differences to the first row. One that isn't exact is at least 2^53, which `limbsFor` refuses. */
function offsets64(values: BigInt64Array, rows: Uint32Array): Float64Array {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const origin = rows[0] ?? 0;
  const high = words[2 * origin + 1] ?? 0;
  const low = (words[2 * origin] ?? 0) >>> 0;
  const offsets = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const at = 2 * (rows[index] ?? 0);
    offsets[index] = ((words[at + 1] ?? 0) - high) * WORD + (((words[at] ?? 0) >>> 0) - low);
  }
  return offsets;
}

function offsets128(cells: Extract<BatchColumn, { kind: 'int128' }>, rows: Uint32Array): Float64Array {
  const lows = new Uint32Array(cells.low.buffer, cells.low.byteOffset, cells.low.length * 2);
  const highs = new Uint32Array(cells.high.buffer, cells.high.byteOffset, cells.high.length * 2);
  const origin = 2 * (rows[0] ?? 0);
  const offsets = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const at = 2 * (rows[index] ?? 0);
    let offset = ((highs[at + 1] ?? 0) | 0) - ((highs[origin + 1] ?? 0) | 0);
    offset = offset * WORD + ((highs[at] ?? 0) - (highs[origin] ?? 0));
    offset = offset * WORD + ((lows[at + 1] ?? 0) - (lows[origin + 1] ?? 0));
    offsets[index] = offset * WORD + ((lows[at] ?? 0) - (lows[origin] ?? 0));
  }
  return offsets;
}

/** Limbs that hold the largest of some integers; 0 where one is too large to be known exactly. */
function limbsFor(offsets: Float64Array): number {
  let largest = 0;
  for (const offset of offsets) largest = Math.max(largest, Math.abs(offset));
  if (largest >= EXACT) return 0;
  return Math.max(1, Math.ceil(bitLength(BigInt(largest)) / LIMB_BITS));
}

/** Integers held by doubles → limbs, from the top down; each step only takes leading bits away. */
function split(integers: Float64Array, width: number): Float64Array {
  if (width === 1) return integers;
  const limbs = new Float64Array(integers.length * width);
  for (let row = 0; row < integers.length; row += 1) {
    let rest = integers[row] ?? 0;
    for (let limb = width - 1; limb > 0; limb -= 1) {
      const digit = Math.trunc(rest * (SHRINK[limb] ?? 0));
      limbs[row * width + limb] = digit;
      rest -= digit * (GROW[limb] ?? 0);
    }
    limbs[row * width] = rest;
  }
  return limbs;
}

const GROW = Array.from({ length: MAX_LIMBS }, (_, limb) => 2 ** (LIMB_BITS * limb));
const SHRINK = GROW.map((factor) => 1 / factor);

/** Doubles as integers in units of the lowest bit that any of them uses. */
function doubleBlock(values: Float64Array, rows: Uint32Array): LimbBlock | BigBlock {
  const span = binarySpan(values, rows);
  const width = Math.max(1, Math.ceil((span.top - span.bottom) / LIMB_BITS));
  const scale = -span.bottom;
  if (width > MAX_LIMBS || rows.length <= FEW_ROWS) {
    return { integers: Array.from(rows, (row) => doubleAsInteger(values[row] ?? 0, scale)), scale };
  }
  // in two steps, since 2^1074 isn't a double; both are exact
  const half = powerOfTwo(Math.trunc(scale / 2));
  const otherHalf = powerOfTwo(scale - Math.trunc(scale / 2));
  const integers = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    integers[index] = (values[rows[index] ?? 0] ?? 0) * half * otherHalf;
  }
  return { rows: rows.length, width, limbs: split(integers, width), centre: 0n, scale };
}

function doubleAsInteger(value: number, scale: number): bigint {
  const { integer, exponent } = decompose(value);
  return value === 0 ? 0n : integer << BigInt(exponent + scale);
}

/**
 * The exponents between which all bits of some finite doubles lie: every value is a multiple of 2^bottom and
 * smaller than 2^top. Zeros alone give 0 and 0.
 */
function binarySpan(values: Float64Array, rows: Uint32Array): { bottom: number; top: number } {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let bottom = Number.POSITIVE_INFINITY;
  let top = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const low = words[2 * row] ?? 0;
    const high = (words[2 * row + 1] ?? 0) & 0x7fffffff;
    if ((low | high) === 0) continue;
    const exponent = Math.max(high >>> 20, 1) - 1075;
    const fraction = high >>> 20 === 0 ? high : (high & 0xfffff) | 0x100000;
    const zeros = low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(fraction & -fraction);
    bottom = Math.min(bottom, exponent + zeros);
    top = Math.max(top, exponent + 53);
  }
  return bottom > top ? { bottom: 0, top: 0 } : { bottom, top };
}

/** The integer that row `row` of a block stands for, centre included. */
export function integerOf(block: LimbBlock, row: number): bigint {
  let integer = 0n;
  for (let limb = block.width - 1; limb >= 0; limb -= 1) {
    integer = (integer << BigInt(LIMB_BITS)) + BigInt(block.limbs[row * block.width + limb] ?? 0);
  }
  return block.centre + integer;
}

/** Limb columns, each a float that holds an integer below 2^53, as one big integer. */
export function foldColumns(columns: Float64Array, length: number): bigint {
  let total = 0n;
  for (let index = length - 1; index >= 0; index -= 1) {
    total = (total << BigInt(LIMB_BITS)) + BigInt(columns[index] ?? 0);
  }
  return total;
}
