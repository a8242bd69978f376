import type { FittedRow } from './fitted-row.ts';
import { type Cells, cellAt, type Places } from './places.ts';

/** Adds up weights of rows over the terms of a model. */
export interface WeightSums {
  /** Adds a row: its weight w, and the square of its residual. */
  add(weight: number, square: number): void;
  finish(): FinishedWeights;
}

/** Sums over all terms about their means, by position among the predictors. */
export interface FinishedWeights {
  /** Σ w, Σ w z, Σ w z z'. */
  readonly weights: number;
  readonly weighted: Float64Array;
  readonly meat: readonly Float64Array[];
  /** Σ e² z. */
  readonly squaresTimes: Float64Array;
}

/** Sums of rows, of which `row` is always the one that is added, by cell of levels, from which the sums over levels about their means are put together in the end. */
export function weightSums(
  places: Places,
  cells: Cells,
  means: Float64Array,
  row: Pick<FittedRow, 'z' | 'cells'>,
): WeightSums {
  const q = places.powers.length;
  const [factors, tables] = [places.factors.length, cells.tables.length];
  const sums: RawSums = {
    totals: new Float64Array(2),
    powers: new Float64Array(q),
    squaresOfPowers: new Float64Array(q),
    products: new Float64Array(q * q),
    cells: new Float64Array(cells.size),
    squaresOfCells: new Float64Array(cells.size),
    powersOfCells: new Float64Array(cells.size * q),
  };
  const { z, cells: at } = row;
  return {
    add(weight, square) {
      plus(sums.totals, 0, weight);
      plus(sums.totals, 1, square);
      for (let i = 0; i < q; i += 1) {
        const zi = z[i] ?? 0;
        const scaled = weight * zi;
        plus(sums.powers, i, scaled);
        plus(sums.squaresOfPowers, i, square * zi);
        for (let j = 0; j <= i; j += 1) plus(sums.products, i * q + j, scaled * (z[j] ?? 0));
      }
      for (let table = 0; table < tables; table += 1) plus(sums.cells, at[table] ?? 0, weight);
      for (let factor = 0; factor < factors; factor += 1) {
        const cell = at[factor] ?? 0;
        plus(sums.squaresOfCells, cell, square);
        for (let i = 0; i < q; i += 1) plus(sums.powersOfCells, cell * q + i, weight * (z[i] ?? 0));
      }
    },
    finish: () => putTogether(places, cells, means, sums),
  };
}

interface RawSums {
  /** Σ w, Σ e². */
  readonly totals: Float64Array;
  /** By power: Σ w z, Σ e² z; by two powers, the lower triangle: Σ w z z'. */
  readonly powers: Float64Array;
  readonly squaresOfPowers: Float64Array;
  readonly products: Float64Array;
  /** By cell: Σ w; of factors also Σ e² and, by power, Σ w z. */
  readonly cells: Float64Array;
  readonly squaresOfCells: Float64Array;
  readonly powersOfCells: Float64Array;
}

function plus(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] ?? 0) + value;
}

/** Σ w (d - d̄)(d' - d̄') = Σ w d d' - d̄ Σ w d' - d̄' Σ w d + d̄ d̄' Σ w, and the like for powers. */
function putTogether(places: Places, cells: Cells, means: Float64Array, sums: RawSums): FinishedWeights {
  const { powers, factors } = places;
  const q = powers.length;
  const [weights = 0, squares = 0] = sums.totals;
  const levels = factors.flatMap(({ predictorOf }, factor) =>
    predictorOf.flatMap((predictor, code) => {
      const table = cells.tables[factor];
      if (predictor < 0 || table === undefined) return [];
      const cell = cellAt(table, () => code);
      return [{ factor, code, cell, predictor, mean: means[predictor] ?? 0, weight: sums.cells[cell] ?? 0 }];
    }),
  );
  const size = q + levels.length;
  const [weighted, squaresTimes] = [new Float64Array(size), new Float64Array(size)];
  const meat = Array.from({ length: size }, () => new Float64Array(size));
  const put = (a: number, b: number, value: number) => {
    for (const [row, column] of [[a, b] as const, [b, a] as const]) {
      const line = meat[row];
      if (line) line[column] = value;
    }
  };

  function together(a: (typeof levels)[number], b: (typeof levels)[number]): number {
    if (a.factor === b.factor) return a === b ? a.weight : 0;
    const [one, other] = a.factor < b.factor ? [a, b] : [b, a];
    const table = cells.tables.find(({ first, second }) => first === one.factor && second === other.factor);
    const codeOf = (factor: number) => (factor === one.factor ? one.code : other.code);
    return table === undefined ? 0 : (sums.cells[cellAt(table, codeOf)] ?? 0);
  }

  for (const [i, { predictor }] of powers.entries()) {
    weighted[predictor] = sums.powers[i] ?? 0;
    squaresTimes[predictor] = sums.squaresOfPowers[i] ?? 0;
    for (const [j, other] of powers.slice(0, i + 1).entries()) {
      put(predictor, other.predictor, sums.products[i * q + j] ?? 0);
    }
  }
  for (const [k, level] of levels.entries()) {
    const { cell, predictor, mean, weight } = level;
    weighted[predictor] = weight - mean * weights;
    squaresTimes[predictor] = (sums.squaresOfCells[cell] ?? 0) - mean * squares;
    for (const [i, power] of powers.entries()) {
      put(predictor, power.predictor, (sums.powersOfCells[cell * q + i] ?? 0) - mean * (sums.powers[i] ?? 0));
    }
    for (const other of levels.slice(0, k + 1)) {
      const about = mean * other.weight + other.mean * weight - mean * other.mean * weights;
      put(predictor, other.predictor, together(level, other) - about);
    }
  }
  return { weights, weighted, meat, squaresTimes };
}
