import type { LeastSquares } from '../../src/sdk/index.ts';
import { type Model, sizeOf } from './fit.ts';
import { fittedRow } from './fitted-row.ts';
import { cellsOf, type Places } from './places.ts';
import type { Rows } from './rows.ts';
import { type FinishedWeights, weightSums } from './weight-sums.ts';

/** A row whose residual weighs much. */
export interface InfluentialRow {
  readonly part: number;
  readonly rowNumber: number;
  /** Cook's distance. */
  readonly distance: number;
}

/** Sums over the residuals of one model, in the order of the rows; weights are (e / (1 - h))², for the HC3 estimate. */
export interface ResidualSums extends FinishedWeights {
  readonly n: number;
  readonly squares: number;
  /** Of leverages: the number of coefficients, if doubles suffice. */
  readonly trace: number;
  readonly highestLeverage: number;
  /** Σ e⁴, for Breusch and Pagan. */
  readonly fourths: number;
  /** Σ (e_t - e_(t-1))², rows in the order of the source. */
  readonly differences: number;
  readonly influential: readonly InfluentialRow[];
  /** All residuals in that order; undefined where they are too many to keep. */
  readonly residuals: Float64Array | undefined;
  /** Fitted values of rows at equal distances, sorted. */
  readonly fitted: Float64Array;
}

/** Takes the rows in order, some at a time. */
export interface ResidualPass {
  take(rows: Rows): void;
  finish(): ResidualSums;
}

const MOST_INFLUENTIAL = 5;
/** Fitted values that are kept. */
const MOST_FITTED = 20_000;

/** Residuals from coefficients that are correctly rounded. */
export function residualPass(
  model: Model,
  fit: LeastSquares,
  places: Places,
  meanOf: (moment: number) => number,
  n: number,
  keep: boolean,
): ResidualPass {
  const centre = (at: number) => (model.intercept ? meanOf(at) : 0);
  const centres = {
    outcome: centre(model.outcome),
    predictors: Float64Array.from(model.predictors, centre),
  };
  const cells = cellsOf(places);
  const row = fittedRow(model, fit, places, cells, centres, n);
  const weights = weightSums(places, cells, centres.predictors, row);
  const influence = mostInfluential();
  const perCoefficient = 1 / (sizeOf(model) * (fit.residual_standard_deviation ?? 1) ** 2);
  const residuals = keep ? new Float64Array(n) : undefined;
  const step = Math.max(1, Math.ceil(n / MOST_FITTED));
  const fitted = new Float64Array(Math.ceil(n / step));
  const sums = { n: 0, squares: 0, trace: 0, fourths: 0, differences: 0, highestLeverage: 0 };
  let before = 0;

  function takeRow(rows: Rows, position: number): void {
    const residual = row.read(rows, position);
    const h = row.leverage();
    const rest = 1 - h;
    const square = residual * residual;
    const weight = square / (rest * rest);
    weights.add(weight, square);
    influence.note(rows, position, Math.min(Number.MAX_VALUE, weight * h * perCoefficient || 0));
    if (residuals) residuals[sums.n] = residual;
    if (sums.n % step === 0) {
      fitted[sums.n / step] = (rows.powers[model.outcome]?.[position] ?? 0) - residual;
    }
    if (sums.n > 0) sums.differences += (residual - before) ** 2;
    before = residual;
    sums.n += 1;
    sums.squares += square;
    sums.fourths += square * square;
    sums.trace += h;
    if (h > sums.highestLeverage) sums.highestLeverage = h;
  }

  return {
    take(rows) {
      for (let position = 0; position < rows.count; position += 1) takeRow(rows, position);
    },
    finish: () => ({
      ...sums,
      ...weights.finish(),
      influential: influence.rows(),
      residuals,
      fitted: fitted.sort(),
    }),
  };
}

/** The rows of largest distance so far; of equal ones the first. */
function mostInfluential() {
  let rows: InfluentialRow[] = [];
  let least = -1;
  return {
    rows: () => rows,
    note(from: Rows, position: number, distance: number): void {
      if (!(distance > least)) return;
      rows.push({ part: from.part, rowNumber: from.rowNumber(position), distance });
      rows.sort((a, b) => b.distance - a.distance || a.part - b.part || a.rowNumber - b.rowNumber);
      rows = rows.slice(0, MOST_INFLUENTIAL);
      least = rows.length < MOST_INFLUENTIAL ? -1 : (rows.at(-1)?.distance ?? -1);
    },
  };
}
