import { isValid } from '../batch.ts';
import { type TaggedBig, tagBig, untagBig } from './big.ts';
import { BLOCK_ROWS, type NumberColumn, readBlock } from './limbs.ts';
import {
  appendPowerSums,
  multiplyPowerSums,
  type PowerSums,
  powerSums,
  shiftPowerSums,
} from './power-sums.ts';

/**
 * Everything that mean, variance, shape and lag-1 autocorrelation of some rows in row order are made of, as exact
 * integers in units of `base^-scale` (to the 2nd, 3rd, 4th power in the higher sums). JSON, mergeable, canonical:
 * integers and decimals keep the scale of their column; for doubles it is the lowest binary digit that any value
 * uses. Equal rows give an equal state, however they were cut into chunks. Integers are tagged as made; they may come
 * back as `bigint` where a chunk state was decoded.
 */
export interface MomentState {
  readonly base: 2 | 10;
  readonly scale: number;
  /** Values that are not missing, NaN and infinities included. */
  readonly count: number;
  readonly nan: number;
  readonly positive_infinity: number;
  readonly negative_infinity: number;
  /** Over the finite values; null where there is none. */
  readonly sums: {
    readonly sum: TaggedBig | bigint;
    readonly squares: TaggedBig | bigint;
    readonly cubes: TaggedBig | bigint;
    readonly fourths: TaggedBig | bigint;
    readonly lag: TaggedBig | bigint;
    readonly first: TaggedBig | bigint;
    readonly last: TaggedBig | bigint;
    readonly min: TaggedBig | bigint;
    readonly max: TaggedBig | bigint;
  } | null;
}

/** A `MomentState` with its integers unpacked. */
export interface Moments {
  readonly base: 2 | 10;
  readonly scale: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  readonly sums: PowerSums | null;
}

/** The moments of no rows at all. */
export function noMoments(base: 2 | 10, scale: number): Moments {
  return { base, scale, nan: 0, positiveInfinity: 0, negativeInfinity: 0, sums: null };
}

/** Moments of a column's cells, or of the `rows` of it, in that order; missing cells are left out. */
export function momentsOf(column: NumberColumn, rows?: Uint32Array): Moments {
  const present = presentRows(column, rows);
  let moments: Moments =
    column.cells.kind === 'float64'
      ? { ...noMoments(2, 0), ...countNonFinite(column.cells.values, present) }
      : noMoments(10, column.scale);
  const finite =
    column.cells.kind === 'float64' ? finiteRows(column.cells.values, present, moments) : present;
  for (let from = 0; from < finite.length; from += BLOCK_ROWS) {
    const block = readBlock(column, finite.subarray(from, from + BLOCK_ROWS));
    moments = appendMoments(moments, {
      ...noMoments(moments.base, block.scale),
      sums: powerSums(block),
    });
  }
  return moments;
}

/** Moments of decimals from the power sums of what they are beyond `centre`, both in units of 10^-scale. */
export function momentsOfSums(offsets: PowerSums, centre: bigint, scale: number): Moments {
  return { ...noMoments(10, scale), sums: shiftPowerSums(offsets, centre) };
}

/** Moments of `a`'s rows followed by `b`'s. Throws TypeError where one is of decimals and the other of doubles. */
export function appendMoments(a: Moments, b: Moments): Moments {
  if (a.base !== b.base) throw new TypeError('decimals and doubles have no common moments');
  const scale = commonScale(a, b);
  return {
    base: a.base,
    scale,
    nan: a.nan + b.nan,
    positiveInfinity: a.positiveInfinity + b.positiveInfinity,
    negativeInfinity: a.negativeInfinity + b.negativeInfinity,
    sums: appendSums(rescale(a, scale), rescale(b, scale)),
  };
}

/** `appendMoments` on states: `a`'s rows come before `b`'s. */
export function mergeMoments(a: MomentState, b: MomentState): MomentState {
  return momentState(appendMoments(unpackMoments(a), unpackMoments(b)));
}

/** Moments → their JSON form. */
export function momentState(moments: Moments): MomentState {
  const { base, nan, positiveInfinity, negativeInfinity, sums } = moments;
  const special = { nan, positive_infinity: positiveInfinity, negative_infinity: negativeInfinity };
  const count = (sums?.count ?? 0) + nan + positiveInfinity + negativeInfinity;
  if (sums === null) return { base, scale: moments.scale, count, ...special, sums };
  return {
    base,
    scale: moments.scale,
    count,
    ...special,
    sums: {
      sum: tagBig(sums.sum),
      squares: tagBig(sums.squares),
      cubes: tagBig(sums.cubes),
      fourths: tagBig(sums.fourths),
      lag: tagBig(sums.lag),
      first: tagBig(sums.first),
      last: tagBig(sums.last),
      min: tagBig(sums.min),
      max: tagBig(sums.max),
    },
  };
}

/** JSON form → moments. */
export function unpackMoments(state: MomentState): Moments {
  const { base, scale, nan, positive_infinity, negative_infinity, sums } = state;
  const special = { nan, positiveInfinity: positive_infinity, negativeInfinity: negative_infinity };
  if (sums === null) return { base, scale, ...special, sums };
  return {
    base,
    scale,
    ...special,
    sums: {
      count: state.count - nan - positive_infinity - negative_infinity,
      sum: untagBig(sums.sum),
      squares: untagBig(sums.squares),
      cubes: untagBig(sums.cubes),
      fourths: untagBig(sums.fourths),
      lag: untagBig(sums.lag),
      first: untagBig(sums.first),
      last: untagBig(sums.last),
      min: untagBig(sums.min),
      max: untagBig(sums.max),
    },
  };
}

/** The rows among `rows` (all, if left out) whose cell is present, as positions. */
export function presentRows(column: NumberColumn, rows?: Uint32Array): Uint32Array {
  const { valid, kind } = column.cells;
  const total = kind === 'int128' ? column.cells.low.length : column.cells.values.length;
  const present = new Uint32Array(rows?.length ?? total);
  let count = 0;
  for (let index = 0; index < present.length; index += 1) {
    const row = rows === undefined ? index : (rows[index] ?? 0);
    if (isValid(valid, row)) present[count++] = row;
  }
  return present.subarray(0, count);
}

function countNonFinite(values: Float64Array, rows: Uint32Array) {
  const counts = { nan: 0, positiveInfinity: 0, negativeInfinity: 0 };
  for (const row of rows) {
    const value = values[row] ?? 0;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) counts.nan += 1;
    else if (value > 0) counts.positiveInfinity += 1;
    else counts.negativeInfinity += 1;
  }
  return counts;
}

function finiteRows(values: Float64Array, rows: Uint32Array, counted: Moments): Uint32Array {
  if (counted.nan + counted.positiveInfinity + counted.negativeInfinity === 0) return rows;
  return rows.filter((row) => Number.isFinite(values[row]));
}

/** Decimals keep the finer scale; doubles too, but zeros alone (scale 0) ask for nothing. */
function commonScale(a: Moments, b: Moments): number {
  if (a.base === 10) return Math.max(a.scale, b.scale);
  if (isAllZero(a)) return isAllZero(b) ? 0 : b.scale;
  return isAllZero(b) ? a.scale : Math.max(a.scale, b.scale);
}

function isAllZero({ sums }: Moments): boolean {
  return sums === null || sums.squares === 0n;
}

function rescale(moments: Moments, scale: number): PowerSums | null {
  const { sums, base } = moments;
  if (sums === null || scale === moments.scale || sums.squares === 0n) return sums;
  return multiplyPowerSums(sums, BigInt(base) ** BigInt(scale - moments.scale));
}

function appendSums(a: PowerSums | null, b: PowerSums | null): PowerSums | null {
  if (a === null || b === null) return a ?? b;
  return appendPowerSums(a, b);
}
