import { expect, test } from 'vitest';
import type { Model } from '../../plugins/analysis_linear_regression/fit.ts';
import { placesOf } from '../../plugins/analysis_linear_regression/places.ts';
import { residualPass } from '../../plugins/analysis_linear_regression/residuals.ts';
import type { Rows } from '../../plugins/analysis_linear_regression/rows.ts';
import { createRandom, type LeastSquares } from '../../src/sdk/index.ts';

const COUNT = 80;
/** Two powers, then the levels of three factors. */
const [POWERS, LEVELS] = [2, [3, 2, 4]] as const;

const random = createRandom('1', 'rows and fits of a test');
const draw = () => random.uniform() - 0.5;
const codes = LEVELS.map((levels) =>
  Uint8Array.from({ length: COUNT }, () => Math.floor(random.uniform() * (levels + 1))),
);
const powers = Array.from({ length: POWERS }, () => Float64Array.from({ length: COUNT }, draw));
const rowsOf = (from: number, to: number): Rows => ({
  count: to - from,
  part: 1,
  rowNumber: (row) => from + row + 1,
  times: undefined,
  powers: powers.map((column) => column.subarray(from, to)),
  codes: codes.map((column) => column.subarray(from, to)),
});

/** A row with a term for each power and each level. */
function momentsOf(row: number): readonly number[] {
  const levels = codes.flatMap((column, factor) =>
    Array.from({ length: LEVELS[factor] ?? 0 }, (_, level) => Number(column[row] === level + 1)),
  );
  return [...powers.map((column) => column[row] ?? 0), ...levels];
}

const meanOf = (at: number) =>
  Array.from({ length: COUNT }, (_, row) => momentsOf(row)[at] ?? 0).reduce((sum, x) => sum + x) / COUNT;

/** Any coefficients, and any symmetric matrix, small enough for leverages below 1. */
function anyFit(size: number): LeastSquares {
  const inverse = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = draw() / 50;
      for (const [a, b] of [[i, j] as const, [j, i] as const]) (inverse[a] ?? [])[b] = value;
    }
  }
  const coefficients = Array.from({ length: size }, () => ({ estimate: draw(), standard_error: null }));
  return { coefficients, inverse, residual_standard_deviation: 1 } as unknown as LeastSquares;
}

test.each([
  ['with a constant', true, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['without a constant', false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['with levels and a factor left out', true, [1, 3, 7, 8, 10]],
  ['of levels alone', true, [2, 4, 5, 6]],
  ['of a power alone', true, [1]],
] as const)(
  'sums over residuals are those of a row with a term for each level: %s',
  (_, intercept, predictors) => {
    const model: Model = {
      target: { kind: 'measure', sqlName: 'y', column: 'y', derived: false, range: undefined, n: COUNT },
      outcome: 0,
      predictors,
      intercept,
    };
    const fit = anyFit(predictors.length + Number(intercept));
    const pass = residualPass(model, fit, placesOf(model, POWERS, LEVELS), meanOf, COUNT, true);
    pass.take(rowsOf(0, 30));
    pass.take(rowsOf(30, COUNT));
    const found = pass.finish();

    const skip = Number(intercept);
    const size = predictors.length;
    const centre = (at: number) => (intercept ? meanOf(at) : 0);
    const expected = {
      trace: 0,
      weights: 0,
      weighted: new Array<number>(size).fill(0),
      squaresTimes: new Array<number>(size).fill(0),
      meat: Array.from({ length: size }, () => new Array<number>(size).fill(0)),
      residuals: [] as number[],
    };
    for (let row = 0; row < COUNT; row += 1) {
      const moments = momentsOf(row);
      const z = predictors.map((at) => (moments[at] ?? 0) - centre(at));
      const product = z.reduce((sum, x, j) => sum + x * (fit.coefficients[j + skip]?.estimate ?? 0), 0);
      const residual = (moments[0] ?? 0) - centre(0) - product;
      const h = z.reduce(
        (sum, x, i) => sum + x * z.reduce((s, y, j) => s + y * (fit.inverse[i + skip]?.[j + skip] ?? 0), 0),
        intercept ? 1 / COUNT : 0,
      );
      const weight = (residual / (1 - h)) ** 2;
      expected.residuals.push(residual);
      expected.trace += h;
      expected.weights += weight;
      for (const [i, x] of z.entries()) {
        expected.weighted[i] = (expected.weighted[i] ?? 0) + weight * x;
        expected.squaresTimes[i] = (expected.squaresTimes[i] ?? 0) + residual * residual * x;
        for (const [j, y] of z.entries()) {
          const line = expected.meat[i] ?? [];
          line[j] = (line[j] ?? 0) + weight * x * y;
        }
      }
    }
    const isClose = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      expect(a.length).toBe(b.length);
      for (let i = 0; i < b.length; i += 1) expect(a[i]).toBeCloseTo(b[i] ?? Number.NaN, 10);
    };
    isClose([found.trace, found.weights], [expected.trace, expected.weights]);
    isClose(found.weighted, expected.weighted);
    isClose(found.squaresTimes, expected.squaresTimes);
    for (const [i, line] of expected.meat.entries()) isClose(found.meat[i] ?? [], line);
    isClose(found.residuals ?? [], expected.residuals);
  },
);
