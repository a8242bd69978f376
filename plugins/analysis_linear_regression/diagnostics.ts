import {
  chiSquareTail,
  fTail,
  type LeastSquares,
  Matrix,
  rational,
  rationalToNumber,
  solve,
  tQuantile,
} from '../../src/sdk/index.ts';
import { type Model, sizeOf } from './fit.ts';
import { orderStatistics } from './order-statistics.ts';
import type { InfluentialRow, ResidualSums } from './residuals.ts';
import { LEVEL } from './settings.ts';
import type { Sums } from './sums.ts';

/** Standard error and interval of a coefficient that hold with unequal spread, too. */
export interface Robust {
  readonly standard_error: number;
  readonly low: number;
  readonly high: number;
}

/** What the residuals say about a model. */
export interface Diagnostics {
  /** By coefficient, the constant first; undefined where a row alone decides a coefficient, or doubles do not suffice. */
  readonly robust: readonly Robust[] | undefined;
  /** Of the hypothesis that all slopes are 0, with the robust covariance: F on (slopes, n - coefficients). */
  readonly wald_p: number | undefined;
  /** Breusch–Pagan in Koenker's form. */
  readonly spread: { readonly statistic: number; readonly p_value: number } | undefined;
  readonly durbinWatson: number | undefined;
  /** All, in the order of the rows; undefined where they are too many to keep. */
  readonly residuals: Float64Array | undefined;
  /** By slope: 1 / (1 - R²) of the term on the others; undefined without a constant. */
  readonly inflation: readonly number[] | undefined;
  readonly influential: readonly InfluentialRow[];
  /** Fitted values of rows at equal distances, sorted. */
  readonly fitted: Float64Array;
  /** Whether double arithmetic was good enough to compute residuals in. */
  readonly sufficient: boolean;
}

/** How far sums over residuals may be from the exact ones. */
const TOLERANCE = 1e-6;

/** Turns the sums over residuals into diagnostics, after checking them against what is known exactly. */
export function diagnose(
  model: Model,
  fit: LeastSquares,
  sums: Sums,
  residuals: ResidualSums,
  order: Uint32Array | undefined,
): Diagnostics {
  const inflation = model.intercept ? inflationOf(model, fit, sums) : undefined;
  const isNear = (found: number, exact: number) => Math.abs(found - exact) <= TOLERANCE * Math.abs(exact);
  const sufficient =
    isNear(residuals.squares, fit.residual_sum_of_squares) && isNear(residuals.trace, sizeOf(model));
  const { fitted } = residuals;
  if (!sufficient) return { ...NOTHING, inflation, fitted, sufficient };
  return {
    ...robustOf(model, fit, sums, residuals),
    spread: spreadOf(model, fit, residuals),
    durbinWatson: durbinWatsonOf(residuals, order),
    residuals: residuals.residuals,
    inflation,
    influential: residuals.influential,
    fitted,
    sufficient,
  };
}

const NOTHING = {
  robust: undefined,
  wald_p: undefined,
  spread: undefined,
  durbinWatson: undefined,
  residuals: undefined,
  influential: [],
} as const;

/** The inverse's block of the slopes; about the means, where there is a constant. */
function slopesBlock({ predictors, intercept }: Model, fit: LeastSquares): Matrix {
  const skip = Number(intercept);
  const positions = predictors.map((_, i) => i + skip);
  return new Matrix(positions.map((i) => positions.map((j) => fit.inverse[i]?.[j] ?? 0)));
}

/** Leverage from which a row as good as alone decides a coefficient. */
const ALONE = 1 - 1e-9;

/**
 * HC3 of MacKinnon and White (1985): (X'X)⁻¹ Σ (e / (1 - h))² x x' (X'X)⁻¹, with t on n - coefficients for intervals; the
 * Wald test of all slopes with F on the same degrees of freedom.
 */
function robustOf(
  model: Model,
  fit: LeastSquares,
  sums: Sums,
  residuals: ResidualSums,
): Pick<Diagnostics, 'robust' | 'wald_p'> {
  const freedom = sums.n - sizeOf(model);
  if (residuals.highestLeverage >= ALONE || freedom < 1 || model.predictors.length === 0) {
    return { robust: undefined, wald_p: undefined };
  }
  const inverse = slopesBlock(model, fit);
  const meat = new Matrix(residuals.meat.map((row) => [...row]));
  const covariance = inverse.mmul(meat).mmul(inverse);
  const skip = Number(model.intercept);
  const margin = tQuantile((1 + LEVEL) / 2, freedom);
  const variances = [
    ...(model.intercept ? [varianceOfConstant(model, inverse, meat, residuals, sums)] : []),
    ...model.predictors.map((_, i) => covariance.get(i, i)),
  ];
  const robust = variances.map((variance, i): Robust => {
    const error = Math.sqrt(Math.max(0, variance));
    const estimate = fit.coefficients[i]?.estimate ?? 0;
    return { standard_error: error, low: estimate - margin * error, high: estimate + margin * error };
  });
  const slopes = model.predictors.map((_, i) => fit.coefficients[i + skip]?.estimate ?? 0);
  return { robust, wald_p: waldOf(slopes, covariance, freedom) };
}

/** b0 = ȳ - Σ x̄ b: its influence in each row is 1 / n - x̄' (X'X)⁻¹ z. */
function varianceOfConstant(
  { predictors }: Model,
  inverse: Matrix,
  meat: Matrix,
  { weights, weighted }: ResidualSums,
  sums: Sums,
): number {
  const means = Matrix.columnVector(predictors.map((at) => meanOf(sums, at)));
  const direction = inverse.mmul(means);
  const linear = direction
    .transpose()
    .mmul(Matrix.columnVector([...weighted]))
    .get(0, 0);
  const square = direction.transpose().mmul(meat).mmul(direction).get(0, 0);
  return weights / sums.n ** 2 - (2 / sums.n) * linear + square;
}

function waldOf(slopes: readonly number[], covariance: Matrix, freedom: number): number | undefined {
  const scale = slopes.map((_, i) => Math.sqrt(covariance.get(i, i)));
  if (scale.some((one) => !(one > 0) || !Number.isFinite(one))) return undefined;
  const correlation = new Matrix(scale.map((a, i) => scale.map((b, j) => covariance.get(i, j) / (a * b))));
  const b = Matrix.columnVector(slopes.map((slope, i) => slope / (scale[i] ?? 1)));
  try {
    const f = b.transpose().mmul(solve(correlation, b)).get(0, 0) / slopes.length;
    return f >= 0 && Number.isFinite(f) ? fTail(f, slopes.length, freedom) : undefined;
  } catch {
    return undefined; // a singular covariance: fewer distinct rows than slopes
  }
}

/** n R² of the squared residuals on the terms (Koenker, 1981): chi-square where the spread is the same everywhere. */
function spreadOf(
  model: Model,
  fit: LeastSquares,
  { n, squares, fourths, squaresTimes }: ResidualSums,
): Diagnostics['spread'] {
  const p = model.predictors.length;
  const about = fourths - (squares * squares) / n;
  if (!model.intercept || p === 0 || !(about > 0)) return undefined;
  const v = Matrix.columnVector([...squaresTimes]);
  const explained = v.transpose().mmul(slopesBlock(model, fit)).mmul(v).get(0, 0);
  const statistic = n * Math.max(0, Math.min(1, explained / about));
  return { statistic, p_value: chiSquareTail(statistic, p) };
}

/** Σ (e_t - e_(t-1))² / Σ e² (Durbin and Watson, 1950): about 2 where neighbours are unrelated. */
function durbinWatsonOf(
  { residuals, differences, squares }: ResidualSums,
  order: Uint32Array | undefined,
): number | undefined {
  if (!(squares > 0)) return undefined;
  if (order === undefined) return differences / squares;
  if (residuals === undefined) return undefined;
  let sum = 0;
  for (let i = 1; i < order.length; i += 1) {
    sum += ((residuals[order[i] ?? 0] ?? 0) - (residuals[order[i - 1] ?? 0] ?? 0)) ** 2;
  }
  return sum / squares;
}

/** Smallest, quartiles and largest, by nearest rank. */
export function quartilesOf(residuals: Float64Array): readonly number[] {
  const place = (share: number) => Math.max(0, Math.ceil(share * residuals.length) - 1);
  return orderStatistics(residuals, [0, 0.25, 0.5, 0.75, 1].map(place));
}

function inflationOf({ predictors }: Model, fit: LeastSquares, sums: Sums): readonly number[] {
  return predictors.map((at, i) => (fit.inverse[i + 1]?.[i + 1] ?? 0) * centredSquares(sums, at));
}

/** Σ (x - x̄)² of a moment. */
export function centredSquares(sums: Sums, at: number): number {
  const [sum, square] = [sums.sums[at] ?? rational(0n), sums.product(at, at)];
  const n = BigInt(sums.n);
  return rationalToNumber(
    rational(
      n * square.numerator * sum.denominator ** 2n - sum.numerator ** 2n * square.denominator,
      n * square.denominator * sum.denominator ** 2n,
    ),
  );
}

/** The mean of a moment, rounded once. */
export function meanOf(sums: Sums, at: number): number {
  const sum = sums.sums[at] ?? rational(0n);
  return rationalToNumber(rational(sum.numerator, sum.denominator * BigInt(Math.max(1, sums.n))));
}
