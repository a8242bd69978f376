import {
  type BigBlock,
  BLOCK_ROWS,
  foldColumns,
  integerOf,
  LIMB_BITS,
  type LimbBlock,
  MAX_LIMBS,
} from './limbs.ts';

/** Exact power sums of at least one integer, in row order, in units of a scale that the holder knows. */
export interface PowerSums {
  readonly count: number;
  readonly sum: bigint;
  readonly squares: bigint;
  readonly cubes: bigint;
  readonly fourths: bigint;
  /** Σ x_i × x_(i+1) over neighbours. */
  readonly lag: bigint;
  readonly first: bigint;
  readonly last: bigint;
  readonly min: bigint;
  readonly max: bigint;
}

/** Power sums of a block of at most `BLOCK_ROWS` rows. */
export function powerSums(block: LimbBlock | BigBlock): PowerSums {
  return 'integers' in block ? ofBigIntegers(block.integers) : ofLimbs(block);
}

/** The sums of `a`'s rows followed by `b`'s. */
export function appendPowerSums(a: PowerSums, b: PowerSums): PowerSums {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    cubes: a.cubes + b.cubes,
    fourths: a.fourths + b.fourths,
    lag: a.lag + b.lag + a.last * b.first,
    first: a.first,
    last: b.last,
    min: smaller(a.min, b.min),
    max: smaller(a.max, b.max) === a.max ? b.max : a.max,
  };
}

/** `Math.min` knows no big integers. */
function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/** The sums of the same values in a unit that is `factor` times finer. */
export function multiplyPowerSums(sums: PowerSums, factor: bigint): PowerSums {
  const square = factor * factor;
  return {
    count: sums.count,
    sum: sums.sum * factor,
    squares: sums.squares * square,
    cubes: sums.cubes * square * factor,
    fourths: sums.fourths * square * square,
    lag: sums.lag * square,
    first: sums.first * factor,
    last: sums.last * factor,
    min: sums.min * factor,
    max: sums.max * factor,
  };
}

/** The sums of the values x + c from those of x, by the binomial theorem. */
export function shiftPowerSums(sums: PowerSums, c: bigint): PowerSums {
  if (c === 0n) return sums;
  const n = BigInt(sums.count);
  const { sum: s1, squares: s2, cubes: s3, fourths: s4 } = sums;
  return {
    count: sums.count,
    sum: s1 + n * c,
    squares: s2 + c * (2n * s1 + n * c),
    cubes: s3 + c * (3n * s2 + c * (3n * s1 + n * c)),
    fourths: s4 + c * (4n * s3 + c * (6n * s2 + c * (4n * s1 + n * c))),
    lag: sums.lag + c * (2n * s1 - sums.first - sums.last + (n - 1n) * c),
    first: sums.first + c,
    last: sums.last + c,
    min: sums.min + c,
    max: sums.max + c,
  };
}

function ofBigIntegers(integers: readonly bigint[]): PowerSums {
  let [sum, squares, cubes, fourths, lag] = [0n, 0n, 0n, 0n, 0n];
  const first = integers[0] ?? 0n;
  let [min, max, last] = [first, first, 0n];
  for (const x of integers) {
    const square = x * x;
    sum += x;
    squares += square;
    cubes += square * x;
    fourths += square * square;
    lag += last * x;
    if (x < min) min = x;
    if (x > max) max = x;
    last = x;
  }
  return { count: integers.length, sum, squares, cubes, fourths, lag, first, last, min, max };
}

function ofLimbs(block: LimbBlock): PowerSums {
  const { rows, width, centre } = block;
  const columns = accumulate(block);
  const extremes = extremeRows(block);
  const at = (row: number) => integerOf(block, row) - centre;
  const offsets: PowerSums = {
    count: rows,
    sum: foldColumns(columns.sum, width),
    squares: foldColumns(columns.squares, 2 * width),
    cubes: foldColumns(columns.cubes, 3 * width),
    fourths: foldColumns(columns.fourths, 4 * width),
    lag: foldColumns(columns.lag, 2 * width),
    first: at(0),
    last: at(rows - 1),
    min: at(extremes.min),
    max: at(extremes.max),
  };
  return shiftPowerSums(offsets, centre);
}

const LIMB = 2 ** LIMB_BITS;
// reused by each call: nothing here outlives `accumulate` and the folding that follows it
const scratch = {
  square: new Float64Array(2 * MAX_LIMBS),
  sum: new Float64Array(MAX_LIMBS),
  squares: new Float64Array(2 * MAX_LIMBS),
  cubes: new Float64Array(3 * MAX_LIMBS),
  fourths: new Float64Array(4 * MAX_LIMBS),
  lag: new Float64Array(2 * MAX_LIMBS),
};

/**
 * School multiplication in limbs of 18 bits: column k of a power collects all products of limbs whose indices add
 * up to k. A column stays below 2^53 for a whole block, so no addition rounds.
 */
function accumulate({ rows, width, limbs }: LimbBlock): typeof scratch {
  if (rows > BLOCK_ROWS) throw new RangeError(`a block has at most ${BLOCK_ROWS} rows`);
  for (const columns of Object.values(scratch)) columns.fill(0);
  const { square, sum, squares, cubes, fourths, lag } = scratch;
  const wide = 2 * width;
  for (let row = 0; row < rows; row += 1) {
    const at = row * width;
    squareOf(limbs, at, width, square);
    for (let i = 0; i < width; i += 1) {
      const digit = limbs[at + i] ?? 0;
      sum[i] = (sum[i] ?? 0) + digit;
      for (let j = 0; j < wide; j += 1) cubes[i + j] = (cubes[i + j] ?? 0) + digit * (square[j] ?? 0);
    }
    for (let i = 0; i < wide; i += 1) {
      const digit = square[i] ?? 0;
      squares[i] = (squares[i] ?? 0) + digit;
      fourths[2 * i] = (fourths[2 * i] ?? 0) + digit * digit;
      const twice = 2 * digit;
      for (let j = i + 1; j < wide; j += 1) {
        fourths[i + j] = (fourths[i + j] ?? 0) + twice * (square[j] ?? 0);
      }
    }
    if (row > 0) multiplyInto(lag, limbs, at - width, at, width);
  }
  return scratch;
}

/** The square of one row, its columns carried back to limbs. */
function squareOf(limbs: Float64Array, at: number, width: number, square: Float64Array): void {
  square.fill(0, 0, 2 * width);
  multiplyInto(square, limbs, at, at, width);
  let over = 0;
  for (let k = 0; k < 2 * width; k += 1) {
    const value = (square[k] ?? 0) + over;
    over = Math.floor(value / LIMB);
    square[k] = value - over * LIMB;
  }
}

function multiplyInto(columns: Float64Array, limbs: Float64Array, a: number, b: number, width: number): void {
  for (let i = 0; i < width; i += 1) {
    const digit = limbs[a + i] ?? 0;
    for (let j = 0; j < width; j += 1) {
      columns[i + j] = (columns[i + j] ?? 0) + digit * (limbs[b + j] ?? 0);
    }
  }
}

/** Rows of the smallest and the largest integer: limbs compare from the top, since a row's limbs share a sign. */
function extremeRows({ rows, width, limbs }: LimbBlock): { min: number; max: number } {
  const compare = (a: number, b: number): number => {
    for (let limb = width - 1; limb >= 0; limb -= 1) {
      const difference = (limbs[a * width + limb] ?? 0) - (limbs[b * width + limb] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  let [min, max] = [0, 0];
  for (let row = 1; row < rows; row += 1) {
    if (compare(row, min) < 0) min = row;
    if (compare(row, max) > 0) max = row;
  }
  return { min, max };
}
