import { expect, test } from 'vitest';
import { orderStatistics } from '../../plugins/analysis_linear_regression/order-statistics.ts';
import { createRandom } from '../../src/sdk/index.ts';

const random = createRandom('1', 'order statistics');

test.each([
  ['of wide spread', (): number => random.normal() * 10 ** Math.floor(random.uniform() * 40 - 20)],
  ['close together', (): number => 1e6 + random.uniform()],
  ['of few kinds and both signs', (): number => Math.floor(random.uniform() * 5) - 2],
  ['all equal', (): number => -0.5],
] as const)('values at places of the order, without sorting all: %s', (_, draw: () => number) => {
  const values = Float64Array.from({ length: 2001 }, draw);
  const places = [0, 1, 500, 1000, 1999, 2000];
  const sorted = values.slice().sort();
  expect(orderStatistics(values, places)).toEqual(places.map((place) => sorted[place]));
});
