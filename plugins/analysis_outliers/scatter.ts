import { ln } from '../../src/sdk/index.ts';

/** Rows of numbers, one after the other: `values[row * width + column]`. */
export interface Points {
  readonly values: Float64Array;
  readonly width: number;
  readonly count: number;
}

/** A centre and a symmetric positive definite scatter matrix (row by row), with what distances need. */
export interface Scatter {
  readonly centre: Float64Array;
  readonly matrix: Float64Array;
  /** Lower triangle L of the Cholesky factor, matrix = L Lᵀ. */
  readonly factor: Float64Array;
  readonly logDeterminant: number;
}

/** Mean and covariance (divisor count - 1) of some rows; undefined where the covariance is singular. */
export function scatterOf(points: Points, rows: Int32Array, ridge = 0): Scatter | undefined {
  const { width } = points;
  const centre = meanOf(points, rows);
  const matrix = new Float64Array(width * width);
  const off = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) off[i] = (points.values[row * width + i] ?? 0) - (centre[i] ?? 0);
    for (let i = 0; i < width; i++) {
      const x = off[i] ?? 0;
      for (let j = 0; j <= i; j++) matrix[i * width + j] = (matrix[i * width + j] ?? 0) + x * (off[j] ?? 0);
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (matrix[i * width + j] ?? 0) / (rows.length - 1) + (i === j ? ridge : 0);
      matrix[i * width + j] = value;
      matrix[j * width + i] = value;
    }
  }
  return withFactor(centre, matrix);
}

/** The same scatter with its matrix multiplied. */
export function scaled({ centre, matrix }: Scatter, factor: number): Scatter | undefined {
  return withFactor(
    centre,
    matrix.map((value) => value * factor),
  );
}

/** Squared Mahalanobis distances of some points from a scatter's centre. */
export function squaredDistances(points: Points, scatter: Scatter): Float64Array {
  const distances = new Float64Array(points.count);
  const solved = new Float64Array(points.width);
  for (let row = 0; row < points.count; row++) {
    distances[row] = squaredDistance(points.values, row * points.width, scatter, solved);
  }
  return distances;
}

/** The squared distance of the point that begins at `from`; `solved` is room for as many numbers as it has. */
export function squaredDistance(
  values: Float64Array,
  from: number,
  { centre, factor }: Scatter,
  solved: Float64Array,
): number {
  const width = centre.length;
  let sum = 0;
  for (let i = 0; i < width; i++) {
    let rest = (values[from + i] ?? 0) - (centre[i] ?? 0);
    for (let j = 0; j < i; j++) rest -= (factor[i * width + j] ?? 0) * (solved[j] ?? 0);
    const entry = rest / (factor[i * width + i] ?? 1);
    solved[i] = entry;
    sum += entry * entry;
  }
  return sum;
}

/** The smallest pivot, as a share of the variance it belongs to, with which a matrix counts as regular. */
const SMALLEST_PIVOT = 1e-10;

/** Cholesky's factor of a symmetric matrix; undefined where it is not positive definite. */
export function choleskyFactor(matrix: Float64Array, width: number): Float64Array | undefined {
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * width + j] ?? 0;
      for (let k = 0; k < j; k++) rest -= (factor[i * width + k] ?? 0) * (factor[j * width + k] ?? 0);
      if (i !== j) factor[i * width + j] = rest / (factor[j * width + j] ?? 1);
      else if (rest > SMALLEST_PIVOT * (matrix[i * width + i] ?? 0)) factor[i * width + i] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return factor;
}

function withFactor(centre: Float64Array, matrix: Float64Array): Scatter | undefined {
  const width = centre.length;
  const factor = choleskyFactor(matrix, width);
  if (factor === undefined) return undefined;
  let logDeterminant = 0;
  for (let i = 0; i < width; i++) logDeterminant += 2 * ln(factor[i * width + i] ?? 1);
  return { centre, matrix, factor, logDeterminant };
}

function meanOf({ values, width }: Points, rows: Int32Array): Float64Array {
  const centre = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) centre[i] = (centre[i] ?? 0) + (values[row * width + i] ?? 0);
  }
  return centre.map((sum) => sum / rows.length);
}
