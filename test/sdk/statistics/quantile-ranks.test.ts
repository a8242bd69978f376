import { expect, test } from 'vitest';
import { quantileRanks } from '../../../src/sdk/index.ts';

/** P(at most k of n), term by term. */
function atMost(n: number, p: number, k: number): number {
  let [ways, sum] = [0, 0];
  for (let i = 0; i <= k; i += 1) {
    sum += Math.exp(ways + i * Math.log(p) + (n - i) * Math.log(1 - p));
    ways += Math.log((n - i) / (i + 1));
  }
  return sum;
}

test('the ranks of a quantile are the narrowest with at most half of the rest on each side, for every number of values', () => {
  for (const p of [0.5, 0.9, 0.95, 0.99]) {
    for (const n of [1, 5, 6, 30, 72, 73, 100, 368]) {
      const ranks = Array.from({ length: n }, (_, i) => i + 1);
      const low = ranks.filter((rank) => atMost(n, p, rank - 1) <= 0.025).at(-1) ?? null;
      const high = ranks.find((rank) => 1 - atMost(n, p, rank - 1) <= 0.025) ?? null;
      expect([p, n, quantileRanks(n, p, 0.95)]).toEqual([p, n, { low, high }]);
    }
  }
});

test('with five values nothing bounds the median at 95 %, with six the smallest and the largest do', () => {
  expect(quantileRanks(5, 0.5, 0.95)).toEqual({ low: null, high: null });
  expect(quantileRanks(6, 0.5, 0.95)).toEqual({ low: 1, high: 6 });
  expect(quantileRanks(10_000_000, 0.5, 0.95)).toEqual({ low: 4_996_901, high: 5_003_100 });
});
