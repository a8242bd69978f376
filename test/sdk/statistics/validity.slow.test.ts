import { describe, expect, test } from 'vitest';
import { createRandom, type RandomStream } from '../../../src/sdk/index.ts';
import * as kit from '../../../src/sdk/statistics/index.ts';
import { ranksOf, summaryOf, tieTermOf } from './samples.ts';

const TABLES = 2000;
const LEVELS = [0.01, 0.05, 0.2];

/** Shares of p-values up to each level on tables without effect, seeds 1 to 2000; above chance's 99.9 % bound they fail. */
function expectValid(pValue: (random: RandomStream) => number): void {
  const found = Array.from({ length: TABLES }, (_, i) => pValue(createRandom(String(i + 1), 'null table')));
  const shares = LEVELS.map((level) => found.filter((p) => p <= level).length / TABLES);
  const bounds = LEVELS.map((level) => level + 3.3 * Math.sqrt((level * (1 - level)) / TABLES));
  expect(found.every((p) => p >= 0 && p <= 1)).toBe(true);
  expect({ shares, valid: shares.map((share, i) => share <= (bounds[i] ?? 0)) }).toEqual({
    shares,
    valid: LEVELS.map(() => true),
  });
}

const many = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);
const coin = (random: RandomStream, share: number): number => (random.uniform() < share ? 1 : 0);
/** A wait as process logs have them: mostly 0, whole seconds, a heavy tail. */
const wait = (random: RandomStream) => (random.uniform() < 0.6 ? 0 : Math.floor(3 / random.uniform()));

function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranks = ranksOf([...a, ...b]);
  const rankSum1 = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  return kit.mannWhitney({ n1: a.length, n2: b.length, rankSum1, tieTerm: tieTermOf([...a, ...b]) }).p_value;
}

function kruskal(groups: readonly (readonly number[])[]): number {
  const all = groups.flat();
  const ranks = ranksOf(all);
  let from = 0;
  const summed = groups.map(({ length: n }) => {
    const rankSum = ranks.slice(from, from + n).reduce((sum, rank) => sum + rank, 0);
    from += n;
    return { n, rankSum };
  });
  return kit.kruskalWallis({ n: all.length, groups: summed, tieTerm: tieTermOf(all) }).p_value;
}

describe('on tables without effect p-values are uniform or conservative:', () => {
  test('Welch, variances and sizes unequal', () => {
    expectValid((random) => {
      const a = many(8, () => random.normal());
      const b = many(40, () => 5 * random.normal());
      return kit.welchTest(summaryOf(a), summaryOf(b)).p_value;
    });
  });

  test.each([
    [4, 5],
    [3, 30],
    [40, 60],
  ])('Mann–Whitney of %d and %d distinct values', (n1, n2) => {
    expectValid((random) => rankTest(many(n1, random.normal), many(n2, random.normal)));
  });

  test.each([
    [5, 6],
    [10, 10],
    [8, 60],
  ])('Mann–Whitney of %d and %d values, of yes and no', (n1, n2) => {
    expectValid((random) =>
      rankTest(
        many(n1, () => coin(random, 0.3)),
        many(n2, () => coin(random, 0.3)),
      ),
    );
  });

  test('Mann–Whitney of waits, mostly 0 with a heavy tail', () => {
    expectValid((random) =>
      rankTest(
        many(12, () => wait(random)),
        many(90, () => wait(random)),
      ),
    );
  });

  test('Kruskal–Wallis of waits in five groups', () => {
    expectValid((random) => kruskal([6, 9, 20, 30, 8].map((n) => many(n, () => wait(random)))));
  });

  test('Welch’s analysis of variance, variances unequal', () => {
    expectValid((random) => {
      const groups = [1, 2, 4, 0.5].map((sd, i) => summaryOf(many(10 + 5 * i, () => sd * random.normal())));
      return kit.welchAnova(groups).p_value;
    });
  });

  test('chi-square with at least five rows expected in each cell', () => {
    expectValid((random) => {
      const table = [0, 0, 0].map(() => [0, 0, 0, 0]);
      for (let i = 0; i < 200; i += 1) {
        const cells = table[random.integer(3)] ?? [];
        const column = random.integer(4);
        cells[column] = (cells[column] ?? 0) + 1;
      }
      return kit.chiSquareIndependence(table).p_value;
    });
  });

  test('Fisher on rare events', () => {
    expectValid((random) => {
      const k1 = many(15, () => coin(random, 0.1)).reduce((sum, k) => sum + k, 0);
      const k2 = many(70, () => coin(random, 0.1)).reduce((sum, k) => sum + k, 0);
      return kit.differenceOfProportions(k1, 15, k2, 70).p_value;
    });
  });

  test('Pearson of normal pairs and Spearman of waits', () => {
    expectValid((random) => {
      const pairs = many(12, () => [random.normal(), random.normal()] as const);
      return kit.correlationTest(correlationOf(pairs), 12).p_value;
    });
    expectValid((random) => {
      const [x, y] = [many(60, () => wait(random)), many(60, () => wait(random))].map(ranksOf);
      return kit.spearmanTest(correlationOf((x ?? []).map((rank, i) => [rank, y?.[i] ?? 0] as const)), 60)
        .p_value;
    });
  });

  test.each([undefined, 10])(
    'the maximum over groups by permutation, stopped after %s hits',
    (stopAfterHits) => {
      const groups = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
      expectValid((random) => {
        const values = many(groups.length, () => wait(random));
        const largest = () =>
          Math.max(...[0, 1, 2].map((g) => values.reduce((s, v, i) => s + (groups[i] === g ? v : 0), 0)));
        const observed = largest();
        const draw = () => {
          kit.shuffle(values, random);
          return largest();
        };
        return kit.permutationTest({ observed, draw, draws: 99, ...(stopAfterHits && { stopAfterHits }) })
          .p_value;
      });
    },
  );
});

function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[at], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  const product = (f: (pair: readonly [number, number]) => number) =>
    pairs.reduce((sum, pair) => sum + f(pair), 0);
  const xy = product(([x, y]) => (x - mx) * (y - my));
  return xy / Math.sqrt(product(([x]) => (x - mx) * (x - mx)) * product(([, y]) => (y - my) * (y - my)));
}
