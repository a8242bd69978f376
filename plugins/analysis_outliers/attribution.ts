import { chiSquareQuantile, inverse, Matrix } from '../../src/sdk/index.ts';
import { isolationScore } from './isolation-forest.ts';
import type { JointModel } from './joint-model.ts';

/** The columns that make a row unusual, and what would be usual in the first of them beside the rest. */
export interface Blame {
  /** Places among the model's columns; the first explains most. */
  readonly columns: readonly number[];
  /** The column of the rest that the expectation of the first leans on most. */
  readonly beside: number | undefined;
  /** The expected score of the first, given the others. */
  readonly expected: number;
}

/** Columns that may be blamed together. */
const MOST_BLAMED = 3;
/** A row is ordinary in the rest if its squared distance there is below this quantile of the chi-square distribution. */
const ORDINARY = 0.99;

/**
 * The smallest set of columns without which the row is ordinary: replacing the columns S by their conditional means
 * leaves d² - q'(Ω_SS)⁻¹q with q the entries of Ω (z - μ) in S, Ω the inverse of the scatter.
 */
export function blameOf(scores: Float64Array, { scatter, columns }: JointModel): Blame {
  const p = columns.length;
  const precision = inverse(new Matrix(rowsOf(scatter.matrix, p)));
  const off = Array.from(scores, (score, i) => score - (scatter.centre[i] ?? 0));
  const pull = Array.from({ length: p }, (_, i) => sum(off.map((value, j) => precision.get(i, j) * value)));
  const whole = sum(off.map((value, i) => value * (pull[i] ?? 0)));
  const left = (set: readonly number[]) => whole - explained(set, precision, pull);
  let best: number[] = [];
  for (let size = 1; size <= Math.min(MOST_BLAMED, p - 1); size++) {
    best = smallestBy(subsets(p, size), left);
    if (left(best) <= chiSquareQuantile(ORDINARY, p - size)) break;
  }
  const order = [...best].sort((a, b) => left([a]) - left([b]) || a - b);
  const [first = 0] = order;
  // the expectation of one column given all others: z - (Ωz)_j / Ω_jj
  const expected = (scores[first] ?? 0) - (pull[first] ?? 0) / precision.get(first, first);
  const lean = (j: number) => Math.abs(precision.get(first, j) * (off[j] ?? 0));
  const [beside] = [...Array(p).keys()].filter((j) => j !== first).sort((a, b) => lean(b) - lean(a) || a - b);
  return { columns: order, beside, expected };
}

/** The column whose replacement by usual values lowers a row's isolation score most, and the one that does next. */
export function blameOfIsolation(scores: Float64Array, { forest, columns, points }: JointModel): Blame {
  const usual = Array.from({ length: TYPICAL }, (_, i) => Math.floor(((i + 0.5) / TYPICAL) * points.count));
  const drop = columns.map((_, column) => {
    const replaced = usual.map((row) => {
      const point = scores.slice();
      point[column] = points.values[row * points.width + column] ?? 0;
      return isolationScore(forest, point);
    });
    return isolationScore(forest, scores) - sum(replaced) / usual.length;
  });
  const order = [...columns.keys()].sort((a, b) => (drop[b] ?? 0) - (drop[a] ?? 0) || a - b);
  return { columns: order.slice(0, 2), beside: order[1], expected: 0 };
}

/** Landmark rows whose values stand in for usual ones. */
const TYPICAL = 32;

function explained(set: readonly number[], precision: Matrix, pull: readonly number[]): number {
  const q = Matrix.columnVector(set.map((i) => pull[i] ?? 0));
  const block = new Matrix(set.map((i) => set.map((j) => precision.get(i, j))));
  return q.transpose().mmul(inverse(block)).mmul(q).get(0, 0);
}

function smallestBy(sets: readonly number[][], value: (set: readonly number[]) => number): number[] {
  let [best, least]: [number[], number] = [[], Infinity];
  for (const set of sets) {
    const own = value(set);
    if (own < least) [best, least] = [set, own];
  }
  return best;
}

/** Subsets of 0 … n - 1 of a size, in lexicographic order. */
function subsets(n: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: n - from }, (_, i) => from + i).flatMap((first) =>
    subsets(n, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

function rowsOf(matrix: Float64Array, width: number): number[][] {
  return Array.from({ length: width }, (_, i) => [...matrix.subarray(i * width, (i + 1) * width)]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
