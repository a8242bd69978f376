import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/sdk/index.ts';
import * as kit from '../../../src/sdk/statistics/index.ts';

const group = (n: number, mean: number, variance: number): kit.GroupSummary => ({ n, mean, variance });

describe('a test without a yardstick', () => {
  test('says nothing against the hypothesis', () => {
    const constant = group(5, 1, 0);
    expect(kit.welchTest(constant, group(5, 2, 0))).toMatchObject({
      p_value: 1,
      statistic: 0,
      difference: -1,
    });
    expect(kit.welchTest(group(1, 3, 0), group(9, 2, 1)).p_value).toBe(1);
    expect(kit.oneWayAnova([constant, group(5, 2, 0)]).p_value).toBe(1);
    expect(kit.welchAnova([constant, group(5, 2, 1)]).p_value).toBe(1);
    expect(
      kit.kruskalWallis({
        n: 4,
        groups: [
          { n: 2, rankSum: 5 },
          { n: 2, rankSum: 5 },
        ],
        tieTerm: 60,
      }).p_value,
    ).toBe(1);
    expect(kit.mannWhitney({ n1: 2, n2: 2, rankSum1: 5, tieTerm: 60 }).p_value).toBe(1);
    expect(kit.chiSquareIndependence([[3, 4]])).toMatchObject({ p_value: 1, cramers_v: 0 });
    expect(kit.correlationTest(0.9, 2).p_value).toBe(1);
    expect(kit.differenceOfProportions(0, 0, 1, 2).p_value).toBe(1);
  });

  test('a perfect correlation has p 0 and an interval that ends there', () => {
    expect(kit.correlationTest(-1, 20)).toMatchObject({ p_value: 0, statistic: -1 });
    expect(kit.correlationTest(1, 20).interval(0.95).high).toBe(1);
  });
});

describe('Simpson’s guard', () => {
  // Kidney stones (Charig et al., 1986): successes of open surgery and of the other treatment, by size of the stones.
  const share = (k: number, n: number) => group(n, k / n, ((k / n) * (1 - k / n) * n) / (n - 1));
  const stones = [
    { stratum: 'small', inGroup: share(81, 87), rest: share(234, 270) },
    { stratum: 'large', inGroup: share(192, 263), rest: share(55, 80) },
  ];

  test('finds the reversal that the naive difference hides', () => {
    const found = kit.stratifiedDifference(stones);
    expect(found.crude).toBeCloseTo(273 / 350 - 289 / 350, 12);
    const weights = [(87 * 270) / 357, (263 * 80) / 343] as const;
    const byHand =
      (weights[0] * (81 / 87 - 234 / 270) + weights[1] * (192 / 263 - 55 / 80)) / (weights[0] + weights[1]);
    expect(found.difference).toBeCloseTo(byHand, 12);
    expect(found).toMatchObject({ reversed: true, strata_used: 2, strata_reversed: 2, weight_reversed: 1 });
    const { low, high } = found.interval(0.95);
    expect((low + high) / 2).toBeCloseTo(byHand, 12);
  });

  test('leaves out strata that have one side only; without any it claims no reversal', () => {
    const none = group(0, Number.NaN, Number.NaN);
    const found = kit.stratifiedDifference([...stones, { stratum: 'x', inGroup: none, rest: share(1, 9) }]);
    expect(found).toMatchObject({ strata_used: 2, reversed: true });
    const empty = kit.stratifiedDifference([{ stratum: 'x', inGroup: none, rest: share(1, 9) }]);
    expect(empty).toMatchObject({
      reversed: false,
      strata_used: 0,
      weight_reversed: 0,
      difference: Number.NaN,
    });
  });
});

describe('a permutation test', () => {
  const drawing = (values: readonly number[]) => {
    let at = 0;
    return () => values[at++ % values.length] ?? 0;
  };

  test('counts the table itself among the draws', () => {
    const draw = drawing([1, 2, 3, 4]);
    expect(kit.permutationTest({ observed: 3, draw, draws: 99 })).toEqual({
      p_value: 0.5,
      hits: 49,
      draws: 99,
    });
    expect(kit.permutationTest({ observed: 9, draw, draws: 99 }).p_value).toBe(0.01);
  });

  test('stops at the hit that was asked for (Besag and Clifford), else goes on to the end', () => {
    const draw = drawing([1, 2, 3, 4]);
    expect(kit.permutationTest({ observed: 4, draw, draws: 99, stopAfterHits: 5 })).toEqual({
      p_value: 0.25,
      hits: 5,
      draws: 20,
    });
    expect(kit.permutationTest({ observed: 9, draw, draws: 99, stopAfterHits: 5 }).p_value).toBe(0.01);
  });

  test('takes a draw that differs by rounding for a tie, and NaN for a hit', () => {
    const draw = drawing([0.1 + 0.2 - 2 ** -54]);
    expect(kit.permutationTest({ observed: 0.1 + 0.2, draw, draws: 9 }).hits).toBe(9);
    expect(kit.permutationTest({ observed: 1, draw: () => Number.NaN, draws: 9 }).p_value).toBe(1);
  });

  test('shuffles lists and typed arrays in place, each order as often', () => {
    const counts = new Map<string, number>();
    const random = createRandom('1', 'orders');
    for (let i = 0; i < 6000; i += 1) {
      const items = Uint8Array.of(1, 2, 3);
      kit.shuffle(items, random);
      counts.set(items.join(''), (counts.get(items.join('')) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('replication', () => {
  const half = (estimate: number | null, p_value: number | null) => ({ estimate, p_value });

  test.each([
    [2, half(1, 0.01), half(3, 0.05), 'both'],
    [2, half(1, 0.01), half(3, 0.06), 'first'],
    [-2, half(1, 0.01), half(-3, 0.01), 'second'],
    [2, half(null, null), half(-3, 0.01), 'neither'],
    [0, half(0, 0.01), half(0, 0.01), 'neither'],
  ] as const)('of %d by %o and %o: %s', (whole, first, second, expected) => {
    expect(kit.replicates(whole, first, second)).toBe(expected);
  });
});

test('the table of near misses goes by p-value, then by how far the effect is from the smallest of interest', () => {
  const row = (hypothesis: string, estimate: number | null, p_value: number | null) => ({
    hypothesis,
    n: 10,
    estimate,
    unit: 's',
    smallest_effect: 2,
    p_value,
    reason: 'too small, "by far"',
    test: undefined,
  });
  const rows = [
    row('c', 1, null),
    row('=b', -1.5, 0.1),
    row('a', 1, 0.1),
    { ...row('d', null, 0.01), test: 't7' },
  ];
  expect(kit.nearMissTable(rows).content.split('\n')).toEqual([
    'hypothesis,n,estimate,unit,smallest_effect,p_value,reason,test',
    'd,10,,s,2,0.01,"too small, ""by far""",t7',
    `'=b,10,-1.5,s,2,0.1,"too small, ""by far""",`,
    'a,10,1,s,2,0.1,"too small, ""by far""",',
    'c,10,1,s,2,,"too small, ""by far""",',
    '',
  ]);
});

test('matrices solve and decompose', () => {
  const matrix = new kit.Matrix([
    [4, 2],
    [2, 3],
  ]);
  expect(kit.solve(matrix, kit.Matrix.columnVector([8, 7])).to1DArray()).toEqual([1.25, 1.5]);
  expect(new kit.CholeskyDecomposition(matrix).lowerTriangularMatrix.get(0, 0)).toBe(2);
  const { realEigenvalues } = new kit.EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  expect(realEigenvalues.reduce((a, b) => a + b, 0)).toBeCloseTo(7, 12);
});
