import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { joinAlike } from '../../plugins/analysis_distribution_drift/alike.ts';
import {
  andersonDarling,
  chiSquare,
  decileBins,
  largestGap,
  laterIsLarger,
  stabilityIndex,
  totalVariation,
} from '../../plugins/analysis_distribution_drift/distances.ts';
import { permute } from '../../plugins/analysis_distribution_drift/permute.ts';
import { createRandom, type RandomStream } from '../../src/sdk/index.ts';
import { dice } from './process-log.ts';

interface TwoSamples {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly superiority: number;
  readonly anderson_darling: number;
  readonly kolmogorov_smirnov: number;
}

interface Expected {
  readonly ties: TwoSamples;
  readonly continuous: TwoSamples;
  readonly drift: TwoSamples;
  readonly chi_square: { readonly table: readonly [number[], number[]]; readonly statistic: number };
  readonly stability_index: { readonly first: number[]; readonly second: number[]; readonly index: number };
}

const file = new URL('../../fixtures/reference/drivers_and_drift/expected.json', import.meta.url);
const expected: Expected = JSON.parse(await readFile(file, 'utf8'));

function counted({ a, b }: Pick<TwoSamples, 'a' | 'b'>) {
  const values = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const count = (sample: readonly number[]) => values.map((v) => sample.filter((x) => x === v).length);
  return { a: count(a), b: count(b) };
}

test.each(['ties', 'continuous', 'drift'] as const)(
  'the distances between two samples are those of scipy: %s',
  (name) => {
    const reference = expected[name];
    const { a, b } = counted(reference);
    expect(andersonDarling(a, b)).toBeCloseTo(reference.anderson_darling, 9);
    expect(andersonDarling(b, a)).toBeCloseTo(reference.anderson_darling, 9);
    expect(largestGap(a, b)).toBeCloseTo(reference.kolmogorov_smirnov, 12);
    expect(laterIsLarger(b, a)).toBeCloseTo(reference.superiority, 12);
  },
);

test('chi-square is that of scipy, the stability index that of numpy', () => {
  const [first, second] = expected.chi_square.table;
  expect(chiSquare(first, second)).toBeCloseTo(expected.chi_square.statistic, 9);
  const { first: before, second: after, index } = expected.stability_index;
  expect(stabilityIndex(before, after)).toBeCloseTo(index, 12);
});

test('bins are tenths of the first side, and ties that fill several of them make one', () => {
  const first = Array.from({ length: 100 }, () => 1);
  expect(decileBins(first, first).first).toEqual(Array.from({ length: 10 }, () => 10));
  expect(decileBins([50, 10, 40], [1, 2, 3])).toEqual({ first: [50, 10, 40], second: [1, 2, 3] });
  expect(totalVariation([1, 1], [1, 0])).toBe(0.5);
});

test('a p-value counts what was observed among the draws, and stops at twenty hits', () => {
  const values = [3, 1, 2];
  let at = 0;
  const none = permute(4, () => values[at++ % 3] ?? 0, 99);
  expect([none.p_value, none.stopped]).toEqual([1 / 100, false]);
  const early = permute(2, () => values[at++ % 3] ?? 0, 999);
  expect([early.p_value, early.drawn.length, early.stopped]).toEqual([20 / 30, 30, true]);
});

/** Days of 30 rows in five classes, whose level remembers so much of the day before. */
function rememberingDays(random: RandomStream, memory: number, days: number) {
  let level = random.normal() / Math.sqrt(1 - memory * memory);
  return Array.from({ length: days }, (_, b) => {
    const counts = new Float64Array(5);
    for (let i = 0; i < 30; i += 1) {
      const at = Math.max(0, Math.min(4, Math.round(2 + level / 2 + random.normal())));
      counts[at] = (counts[at] ?? 0) + 1;
    }
    level = memory * level + random.normal();
    return { group: b < days / 2 ? 0 : 1, counts };
  });
}

test('neighbouring blocks are joined where they are alike, and only there', () => {
  const random = createRandom('7', 'blocks');
  expect(joinAlike(rememberingDays(random, 0, 120), true)).toMatchObject({ together: 1, alike: false });
  const joined = joinAlike(rememberingDays(random, 0.8, 120), true);
  expect(joined.together).toBeGreaterThan(1);
  expect(joined.blocks.length).toBeGreaterThanOrEqual(20);
});

test('two months of days that remember 0.8 of the last are mostly too alike to be tested, and of independent ones hardly any', () => {
  const alike = (memory: number) =>
    Array.from({ length: 100 }, (_, seed) => createRandom(String(seed), 'two months')).filter(
      (random) => joinAlike(rememberingDays(random, memory, 62), true).alike,
    ).length;
  expect(alike(0.8)).toBeGreaterThanOrEqual(80);
  expect(alike(0)).toBeLessThanOrEqual(2);
});

test('months of different levels are no reason to join blocks', () => {
  const random = createRandom('1', 'months');
  const days = Array.from({ length: 120 }, (_, b) => {
    const group = Math.floor(b / 30);
    const counts = new Float64Array(20);
    for (let i = 0; i < 30; i += 1) {
      const at = 5 * (group % 2) + random.integer(15);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return { group, counts };
  });
  expect(joinAlike(days, true, 'level')).toMatchObject({ together: 1, alike: false });
  const halves = days.map((day, b) => ({ ...day, group: b < 60 ? 0 : 1 }));
  expect(joinAlike(halves, true).together).toBeGreaterThan(1);
});

test('a drift by itself is no reason to join blocks', () => {
  const roll = dice(5);
  const blocks = Array.from({ length: 100 }, (_, b) => {
    const counts = new Float64Array(20);
    for (let i = 0; i < 40; i += 1) {
      const at = Math.min(19, Math.floor((roll(1000) + b * 10) / 100));
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return { group: b < 50 ? 0 : 1, counts };
  });
  expect(joinAlike(blocks, true).together).toBe(1);
});
