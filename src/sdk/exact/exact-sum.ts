import { type TaggedBig, tagBig, trailingZeroBits, untagBig } from './big.ts';
import { binaryText } from './decimal.ts';
import { rationalToNumber, scaled } from './rational.ts';

/**
 * The exact sum of some doubles: `sum × 2^exponent` over the finite ones, the rest counted. Canonical: `sum` is odd
 * (or 0, with exponent 0), so equal values in any order and any chunking give an equal state.
 */
export interface SumState {
  readonly count: number;
  readonly nan: number;
  readonly positive_infinity: number;
  readonly negative_infinity: number;
  readonly sum: TaggedBig | bigint;
  readonly exponent: number;
}

/** Collects doubles without losing a bit. */
export interface ExactSum {
  add(value: number): void;
  /** Adds all values, or those at the positions `rows`. */
  addAll(values: Float64Array, rows?: Uint32Array): void;
  state(): SumState;
}

const LIMB = 2 ** 32;
/** 2098 bits from 2^-1074 to 2^1023, three limbs for one double at the top, and room for 2^64 carries. */
const LIMBS = 70;
/** Each addition is below 2^32 a limb: after this many, carries must move on before 53 bits are full. */
const ADDITIONS = 2 ** 20;
const LOWEST = -1074;

/**
 * A superaccumulator: a fixed-point number of 32-bit limbs wide enough for every double (Kulisch; Neal, "Fast exact
 * summation using small and large superaccumulators", 2015). It rounds nothing until the end.
 */
export function createExactSum(): ExactSum {
  const limbs = new Float64Array(LIMBS);
  const word = new Float64Array(1);
  let room = ADDITIONS;
  const counts = { finite: 0, nan: 0, positive: 0, negative: 0 };

  function countSpecial(value: number): void {
    if (Number.isNaN(value)) counts.nan += 1;
    else if (value > 0) counts.positive += 1;
    else counts.negative += 1;
  }

  function addRange(values: Float64Array, rows: Uint32Array | undefined, from: number, to: number): void {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let index = from; index < to; index += 1) {
      const row = rows === undefined ? index : (rows[index] ?? 0);
      const high = words[2 * row + 1] ?? 0;
      const field = (high >>> 20) & 0x7ff;
      if (field === 0x7ff) countSpecial(values[row] ?? 0);
      else {
        addFinite(limbs, words[2 * row] ?? 0, high, field);
        counts.finite += 1;
      }
    }
  }

  function addAll(values: Float64Array, rows?: Uint32Array): void {
    const total = rows?.length ?? values.length;
    for (let from = 0; from < total; ) {
      const to = Math.min(total, from + room);
      addRange(values, rows, from, to);
      room -= to - from;
      from = to;
      if (room > 0) continue;
      carry(limbs);
      room = ADDITIONS;
    }
  }

  function add(value: number): void {
    word[0] = value;
    addAll(word);
  }

  function state(): SumState {
    return { ...special(counts), ...canonical(total(limbs)) };
  }

  return { add, addAll, state };
}

/** The sum of the values of both. */
export function mergeSums(a: SumState, b: SumState): SumState {
  const low = Math.min(a.exponent, b.exponent);
  const sum = (untagBig(a.sum) << BigInt(a.exponent - low)) + (untagBig(b.sum) << BigInt(b.exponent - low));
  return {
    count: a.count + b.count,
    nan: a.nan + b.nan,
    positive_infinity: a.positive_infinity + b.positive_infinity,
    negative_infinity: a.negative_infinity + b.negative_infinity,
    ...canonical(sum, low),
  };
}

/** The double nearest to the sum, ties to even; NaN and ±Infinity as IEEE 754 addition gives them. */
export function roundSum(state: SumState): number {
  const { nan, positive_infinity, negative_infinity } = state;
  if (nan > 0 || (positive_infinity > 0 && negative_infinity > 0)) return Number.NaN;
  if (positive_infinity > 0) return Number.POSITIVE_INFINITY;
  if (negative_infinity > 0) return Number.NEGATIVE_INFINITY;
  return rationalToNumber(scaled(untagBig(state.sum), 2, state.exponent));
}

/** The sum in full: digits, `integer*2^-k`, `NaN` or an infinity. */
export function sumText(state: SumState): string {
  if (state.nan + state.positive_infinity + state.negative_infinity > 0) return String(roundSum(state));
  return binaryText(untagBig(state.sum), -state.exponent);
}

/** Adds one finite double, given as its words, to the limbs that its 53 bits fall on. */
function addFinite(limbs: Float64Array, low: number, high: number, field: number): void {
  const position = field > 0 ? field - 1 : 0;
  const top = field > 0 ? (high & 0xfffff) | 0x100000 : high & 0xfffff;
  const limb = position >> 5;
  const shift = position & 31;
  // `>>> 1 >>> 31 - shift`, since a shift by 32 is a shift by 0
  const first = (low << shift) >>> 0;
  const second = (((low >>> 1) >>> (31 - shift)) | (top << shift)) >>> 0;
  const third = (top >>> 1) >>> (31 - shift);
  const sign = high >>> 31 === 0 ? 1 : -1;
  limbs[limb] = (limbs[limb] ?? 0) + sign * first;
  limbs[limb + 1] = (limbs[limb + 1] ?? 0) + sign * second;
  limbs[limb + 2] = (limbs[limb + 2] ?? 0) + sign * third;
}

/** Brings every limb but the last into 0 … 2^32 - 1. */
function carry(limbs: Float64Array): void {
  let over = 0;
  for (let limb = 0; limb < LIMBS - 1; limb += 1) {
    const value = (limbs[limb] ?? 0) + over;
    over = Math.floor(value / LIMB);
    limbs[limb] = value - over * LIMB;
  }
  limbs[LIMBS - 1] = (limbs[LIMBS - 1] ?? 0) + over;
}

function total(limbs: Float64Array): bigint {
  let sum = 0n;
  for (let limb = LIMBS - 1; limb >= 0; limb -= 1) sum = (sum << 32n) + BigInt(limbs[limb] ?? 0);
  return sum;
}

function canonical(sum: bigint, exponent = LOWEST): Pick<SumState, 'sum' | 'exponent'> {
  if (sum === 0n) return { sum: tagBig(0n), exponent: 0 };
  const zeros = trailingZeroBits(sum);
  return { sum: tagBig(sum >> BigInt(zeros)), exponent: exponent + zeros };
}

function special(counts: { finite: number; nan: number; positive: number; negative: number }) {
  return {
    count: counts.finite + counts.nan + counts.positive + counts.negative,
    nan: counts.nan,
    positive_infinity: counts.positive,
    negative_infinity: counts.negative,
  };
}
