import { expect, test } from 'vitest';
import { type BlockCounts, blockExcesses, createRandom, flipScores } from '../../../src/sdk/index.ts';
import { dice } from '../../plugins/process-log.ts';

const level = (rows: number[], marked: number[]): BlockCounts => ({
  rows: Float64Array.from(rows),
  marked: Float64Array.from(marked),
});

test('what is expected of a level is its share of the rows of each block, and never of another block', () => {
  const [a, b] = blockExcesses([level([10, 0, 5], [4, 0, 5]), level([30, 20, 5], [4, 20, 1])], 1);
  expect([a?.marked, a?.expected, [...(a?.scores ?? [])]]).toEqual([9, 2 + 0 + 3, [2, 0, 2]]);
  expect([b?.marked, b?.expected, [...(b?.scores ?? [])]]).toEqual([25, 6 + 20 + 3, [-2, 0, -2]]);
  expect([a?.ratio, a?.halves]).toEqual([9 / 5, [2, 5 / 3]]);
});

test('the interval of a ratio is the linearised one of a ratio estimator over blocks', () => {
  const [a] = blockExcesses(
    [level([10, 10, 10, 10], [6, 5, 4, 7]), level([30, 30, 30, 30], [4, 5, 6, 5])],
    2,
  );
  const [x, e] = [22, 2.5 + 2.5 + 2.5 + 3];
  const residuals = [6 - (x / e) * 2.5, 5 - (x / e) * 2.5, 4 - (x / e) * 2.5, 7 - (x / e) * 3];
  const error = Math.sqrt((residuals.reduce((sum, r) => sum + r * r, 0) * 4) / 3) / x;
  const { low, high } = a?.interval(0.95) ?? { low: 0, high: 0 };
  const t = 3.182446305284263;
  expect(Math.log(low * high) / 2).toBeCloseTo(Math.log(x / e), 12);
  expect(Math.log(high / low) / 2).toBeCloseTo(t * error, 9);
});

test('the p-value of sign flips is that of all sign flips, with the largest of all levels in each', () => {
  const scores = [Float64Array.of(3, 1, 2, -1, 2, 1), Float64Array.of(-1, 2, 0, 1, 0, 0.5)];
  const scaled = scores.map((of) => of.map((d) => d / Math.sqrt(of.reduce((sum, x) => sum + x * x, 0))));
  const observed = scaled.map((of) => of.reduce((sum, d) => sum + d, 0));
  const hits = [0, 0];
  for (let bits = 0; bits < 64; bits += 1) {
    const sums = scaled.map((of) => of.reduce((sum, d, b) => sum + (bits & (1 << b) ? d : -d), 0));
    for (const j of [0, 1]) if (Math.max(...sums) >= (observed[j] ?? 0) - 1e-9) hits[j] = (hits[j] ?? 0) + 1;
  }
  const { p_values, statistics } = flipScores(scores, 20_000, createRandom('1'));
  expect(statistics).toEqual(observed);
  for (const j of [0, 1]) expect(p_values[j]).toBeCloseTo((hits[j] ?? 0) / 64, 1.7);
});

test('rare marks that come in bursts, shared out by chance, are called an excess about as often as the level says', () => {
  const roll = dice(7);
  let called = 0;
  for (let trial = 0; trial < 300; trial += 1) {
    const levels = [2, 5, 10, 20, 63].map((rows) => level(Array(40).fill(rows), Array(40).fill(0)));
    for (let b = 0; b < 40; b += 1) {
      const marks = roll(4) === 0 ? roll(20) : 0;
      for (let i = 0; i < marks; i += 1) {
        const at = roll(100);
        const [own] = [levels[at < 2 ? 0 : at < 7 ? 1 : at < 17 ? 2 : at < 37 ? 3 : 4]];
        if (own !== undefined) own.marked[b] = (own.marked[b] ?? 0) + 1;
      }
    }
    const scores = blockExcesses(levels, 20).map((one) => one.scores);
    if (Math.min(...flipScores(scores, 99, createRandom(String(trial))).p_values) <= 0.05) called += 1;
  }
  expect(called / 300).toBeLessThan(0.09);
});
