import { expect, test } from 'vitest';
import {
  combineTails,
  depthFor,
  findTailGap,
  tailLength,
} from '../../../plugins/analysis_outliers/spacings.ts';
import { createRandom, type RandomStream } from '../../../src/sdk/index.ts';

const ROWS = 1_000;
const SAMPLES = 150;

/** Distributions that measures have in tables without outliers; the last is the hardest case, for which p is exact. */
const SHAPES: Readonly<Record<string, (random: RandomStream) => number>> = {
  normal: (random) => random.normal(),
  exponential: (random) => -Math.log(1 - random.uniform()),
  lognormal: (random) => Math.exp(1.5 * random.normal()),
  'Student with 3 degrees of freedom': (random) =>
    random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2) / 3),
  'whole numbers': (random) => Math.round(10 - 3 * Math.log(1 - random.uniform())),
  'rounded to tens': (random) => Math.round(Math.exp(4 + random.normal()) / 10) * 10,
  'mostly zero': (random) => (random.uniform() < 0.7 ? 0 : Math.exp(2 * random.normal())),
  Cauchy: (random) => random.normal() / random.normal(),
};

/** p-values of both tails together, of samples without outliers. */
function pValues(draw: (random: RandomStream) => number): number[] {
  const depth = depthFor(ROWS);
  if (depth === undefined) throw new Error('no depth');
  const length = tailLength(depth);
  return Array.from({ length: SAMPLES }, (_, seed) => {
    const random = createRandom(String(seed + 1), 'null tails');
    const sorted = Float64Array.from({ length: ROWS }, () => draw(random)).sort();
    const median = sorted[ROWS / 2] ?? 0;
    const above = Array.from(sorted.subarray(-length), (value) => value - median).reverse();
    const below = Array.from(sorted.subarray(0, length), (value) => median - value);
    return combineTails([above, below].flatMap((tail) => findTailGap(tail, depth)?.p_value ?? []));
  });
}

test.each(Object.entries(SHAPES))(
  'the tails of %s values without outliers are not called unusual',
  (_, draw) => {
    const p = pValues(draw);
    // 99 % bounds of a binomial count at the nominal share
    expect(p.filter((one) => one <= 0.05).length).toBeLessThanOrEqual(15);
    expect(p.filter((one) => one <= 0.01).length).toBeLessThanOrEqual(5);
    expect(p.filter((one) => one <= 0.001).length).toBeLessThanOrEqual(2);
  },
);

test('outliers on both sides speak together, and those on one side lose little', () => {
  expect(combineTails([1e-3, 1e-3])).toBeLessThan(5e-5);
  expect(combineTails([1e-6, 1])).toBeLessThanOrEqual(4e-6);
  expect(combineTails([0.3, 0.9])).toBeGreaterThan(0.5);
  expect(combineTails([0.2])).toBe(0.2);
  expect(combineTails([])).toBe(1);
  expect(combineTails([0, 1])).toBe(0);
});

test('rounding makes gaps that are not counted as such', () => {
  const depth = { most: 5, compared: 20 };
  const steps = Array.from({ length: 26 }, (_, i) => 10 * Math.round(12 * Math.log(40 / (i + 1))));
  expect(findTailGap(steps, depth)?.p_value ?? 1).toBeGreaterThan(0.2);
  expect(findTailGap([60_000, 59_000, 58_000, 57_000, ...steps], depth)?.p_value).toBeLessThan(1e-3);
});
