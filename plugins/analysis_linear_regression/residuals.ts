import type { LeastSquares } from '../../src/sdk/index.ts';
import { type Model, sizeOf } from './fit.ts';
import type { Row } from './rows.ts';

/** A row whose residual weighs much. */
export interface InfluentialRow {
  readonly part: number;
  readonly rowNumber: number;
  /** Cook's distance. */
  readonly distance: number;
}

/** Sums over the residuals of one model, in the order of the rows. */
export interface ResidualSums {
  readonly n: number;
  readonly squares: number;
  /** Of leverages: the number of coefficients, if doubles suffice. */
  readonly trace: number;
  readonly highestLeverage: number;
  /** Σ w, Σ w z, Σ w z z' with w = (e / (1 - h))²: the middle of the HC3 estimate. */
  readonly weights: number;
  readonly weighted: Float64Array;
  readonly meat: readonly Float64Array[];
  /** Σ e⁴ and Σ e² z, for Breusch and Pagan. */
  readonly fourths: number;
  readonly squaresTimes: Float64Array;
  /** Σ (e_t - e_(t-1))², rows in the order of the source. */
  readonly differences: number;
  readonly influential: readonly InfluentialRow[];
  /** All residuals in that order; undefined where they are too many to keep. */
  readonly residuals: Float64Array | undefined;
}

/** Takes rows one by one. */
export interface ResidualPass {
  take(row: Row): void;
  finish(): ResidualSums;
}

const MOST_INFLUENTIAL = 5;

/**
 * Residuals from coefficients that are correctly rounded, about the means: e = (y - ȳ) - Σ b (x - x̄). Terms are centred
 * so that little is lost even where they are nearly collinear.
 */
export function residualPass(
  model: Model,
  fit: LeastSquares,
  meanOf: (moment: number) => number,
  n: number,
  keep: boolean,
): ResidualPass {
  const { predictors, outcome, intercept } = model;
  const p = predictors.length;
  const skip = Number(intercept);
  const slopes = Float64Array.from({ length: p }, (_, j) => fit.coefficients[j + skip]?.estimate ?? 0);
  const means = Float64Array.from({ length: p }, (_, j) => (intercept ? meanOf(predictors[j] ?? 0) : 0));
  const middle = intercept ? meanOf(outcome) : 0;
  const inverse = Array.from({ length: p }, (_, i) =>
    Float64Array.from({ length: p }, (__, j) => fit.inverse[i + skip]?.[j + skip] ?? 0),
  );
  const base = intercept ? 1 / n : 0;
  const perCoefficient = 1 / (sizeOf(model) * (fit.residual_standard_deviation ?? 1) ** 2);
  const z = new Float64Array(p);
  const weighted = new Float64Array(p);
  const squaresTimes = new Float64Array(p);
  const meat = Array.from({ length: p }, () => new Float64Array(p));
  const residuals = keep ? new Float64Array(n) : undefined;
  let influential: InfluentialRow[] = [];
  const sums = { n: 0, squares: 0, trace: 0, weights: 0, fourths: 0, differences: 0, highestLeverage: 0 };
  let before = 0;

  function leverage(): number {
    let sum = base;
    for (let i = 0; i < p; i += 1) {
      const row = inverse[i];
      const zi = z[i] ?? 0;
      if (row === undefined || zi === 0) continue;
      let inner = 0;
      for (let j = 0; j < p; j += 1) inner += (row[j] ?? 0) * (z[j] ?? 0);
      sum += zi * inner;
    }
    return sum;
  }

  function addMeat(weight: number, square: number): void {
    for (let i = 0; i < p; i += 1) {
      const zi = z[i] ?? 0;
      const row = meat[i];
      if (row === undefined || zi === 0) continue;
      const scaled = weight * zi;
      weighted[i] = (weighted[i] ?? 0) + scaled;
      squaresTimes[i] = (squaresTimes[i] ?? 0) + square * zi;
      for (let j = 0; j <= i; j += 1) row[j] = (row[j] ?? 0) + scaled * (z[j] ?? 0);
    }
  }

  function noteInfluence({ part, rowNumber }: Row, distance: number): void {
    if (influential.length === MOST_INFLUENTIAL && !(distance > (influential.at(-1)?.distance ?? 0))) return;
    influential.push({ part, rowNumber, distance });
    influential.sort((a, b) => b.distance - a.distance || a.part - b.part || a.rowNumber - b.rowNumber);
    influential = influential.slice(0, MOST_INFLUENTIAL);
  }

  return {
    take(row) {
      let residual = (row.values[outcome] ?? 0) - middle;
      for (let j = 0; j < p; j += 1) {
        const value = (row.values[predictors[j] ?? 0] ?? 0) - (means[j] ?? 0);
        z[j] = value;
        residual -= (slopes[j] ?? 0) * value;
      }
      const h = leverage();
      const rest = 1 - h;
      const square = residual * residual;
      const weight = square / (rest * rest);
      addMeat(weight, square);
      noteInfluence(row, Math.min(Number.MAX_VALUE, weight * h * perCoefficient || 0));
      if (residuals) residuals[sums.n] = residual;
      if (sums.n > 0) sums.differences += (residual - before) ** 2;
      before = residual;
      sums.n += 1;
      sums.squares += square;
      sums.fourths += square * square;
      sums.trace += h;
      sums.weights += weight;
      sums.highestLeverage = Math.max(sums.highestLeverage, h);
    },
    finish() {
      for (let i = 0; i < p; i += 1) {
        for (let j = 0; j < i; j += 1) {
          const [lower, upper] = [meat[i], meat[j]];
          if (lower && upper) upper[i] = lower[j] ?? 0;
        }
      }
      return { ...sums, weighted, meat, squaresTimes, influential, residuals };
    },
  };
}
