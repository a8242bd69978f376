import { expect, test } from 'vitest';
import { blameOf, blameOfIsolation } from '../../../plugins/analysis_outliers/attribution.ts';
import { growForest } from '../../../plugins/analysis_outliers/isolation-forest.ts';
import type { JointModel } from '../../../plugins/analysis_outliers/joint-model.ts';
import { normalScores } from '../../../plugins/analysis_outliers/normal-scores.ts';
import { orderStatistic } from '../../../plugins/analysis_outliers/order-statistic.ts';
import { scatterOf } from '../../../plugins/analysis_outliers/scatter.ts';
import { createRandom } from '../../../src/sdk/index.ts';

/** A model of four columns, of which the second follows the first and the fourth the third. */
function model(): JointModel {
  const random = createRandom('1', 'attribution');
  const rows = Array.from({ length: 1_000 }, () => {
    const [a, c] = [random.normal(), random.normal()];
    return [a, 0.95 * a + 0.3 * random.normal(), c, -0.9 * c + 0.4 * random.normal()];
  });
  const points = { values: Float64Array.from(rows.flat()), width: 4, count: rows.length };
  const scatter = scatterOf(points, Int32Array.from(rows.keys()));
  if (scatter === undefined) throw new Error('singular');
  const column = { measured: undefined as never, scale: 0, scores: normalScores(Float64Array.of(0, 1)) };
  return {
    group: { columns: [0, 1, 2, 3], withForest: true },
    columns: [column, column, column, column],
    points,
    scatter,
    fitted: rows.length,
    median: 1.8,
    forest: growForest(points, createRandom('1', 'forest')),
  };
}

test('a row that breaks with one pair is blamed on that pair, with what would be usual', () => {
  const blame = blameOf(Float64Array.of(1.5, -1.5, 0.3, -0.2), model());
  expect([0, 1]).toContain(blame.columns[0]);
  expect([0, 1]).toContain(blame.beside);
  expect(blame.columns).toHaveLength(1);
  // what is usual of the one goes by the other: 0.95 × 1.5, or the same the other way round
  expect(Math.abs(Math.abs(blame.expected) - 1.43)).toBeLessThan(0.15);
});

test('a row that breaks with two pairs is blamed on a column of each', () => {
  const blame = blameOf(Float64Array.of(1.5, -1.5, 1.5, 1.5), model());
  expect(blame.columns).toHaveLength(2);
  expect(blame.columns.filter((column) => column < 2)).toHaveLength(1);
});

test('a row that is isolated by one column is blamed on it', () => {
  expect(blameOfIsolation(Float64Array.of(0.1, 0.2, 3.6, -3.4), model()).columns[0]).toBeGreaterThanOrEqual(
    2,
  );
});

test('normal scores are those of the quantiles, go to a value and back, and grow slowly beyond the last', () => {
  const random = createRandom('4', 'scores');
  const scores = normalScores(Float64Array.from({ length: 5_000 }, () => Math.exp(random.normal())));
  for (const z of [-2.3, -1, 0, 0.7, 2.3])
    expect(Math.abs(scores.scoreOf(Math.exp(z)) - z)).toBeLessThan(0.15);
  for (const value of [0.001, 0.5, 1, 7, 300]) {
    expect(scores.valueAt(scores.scoreOf(value))).toBeCloseTo(value, 6);
  }
  expect(scores.scoreOf(1e6)).toBeLessThan(20);
  expect(scores.scoreOf(1e6)).toBeGreaterThan(scores.scoreOf(1e5));
  // a column with ties and one with a single value
  expect(normalScores(Float64Array.from({ length: 100 }, (_, i) => i % 3)).scoreOf(1)).toBeCloseTo(0, 6);
  expect(normalScores(new Float64Array(50)).scoreOf(3)).toBe(0);
});

test('an order statistic is the one that sorting gives', () => {
  const random = createRandom('3', 'order');
  const values = Float64Array.from({ length: 201 }, () => random.integer(40));
  const sorted = values.toSorted();
  for (const rank of [0, 1, 50, 100, 199, 200])
    expect(orderStatistic(values.slice(), rank)).toBe(sorted[rank]);
});
