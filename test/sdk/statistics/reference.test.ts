import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as kit from '../../../src/sdk/statistics/index.ts';

// fixtures/reference/statistics/tests.R wrote these numbers.
type Row = Readonly<Record<string, readonly number[]>>;
const FIXTURE = new URL('../../../fixtures/reference/statistics/tests.json', import.meta.url);
const R = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Readonly<Record<string, readonly Row[]>>;
const get = (row: Row, name: string) => row[name] ?? [];
const summaries = (row: Row): kit.GroupSummary[] =>
  get(row, 'n').map((n, i) => ({
    n,
    mean: get(row, 'means')[i] ?? 0,
    variance: get(row, 'variances')[i] ?? 0,
  }));
const EMPTY: kit.GroupSummary = { n: 0, mean: 0, variance: 0 };
const bounds = ({ low, high }: kit.Interval) => [low, high];

/** Equal to a relative error of 1e-10 (R itself loses a few digits), absolutely near 0. */
function expectClose(actual: readonly number[], expected: readonly number[]): void {
  const far = expected.map(
    (value, i) => Math.abs((actual[i] ?? Number.NaN) - value) <= 1e-10 * Math.abs(value) + 1e-14,
  );
  expect({ actual, far }).toEqual({ actual, far: expected.map(() => true) });
  expect(actual).toHaveLength(expected.length);
}

describe('R agrees on', () => {
  test.each(R['two_samples'] ?? [])('Welch, Hedges and Mann–Whitney %#', (row) => {
    const [a = EMPTY, b = EMPTY] = summaries(row);
    const welch = kit.welchTest(a, b);
    const df = welch.degrees_of_freedom?.[0] ?? 0;
    expectClose([welch.statistic, df, welch.p_value, ...bounds(welch.interval(0.9))], get(row, 'welch'));
    const hedges = kit.hedgesG(a, b);
    expectClose([hedges.value, ...bounds(hedges.interval(0.9))], get(row, 'hedges'));
    const rankSum1 = get(row, 'rank_sum')[0] ?? 0;
    const ranks = kit.mannWhitney({ n1: a.n, n2: b.n, rankSum1, tieTerm: 0 });
    expectClose([ranks.statistic, ranks.p_value], get(row, 'mann_whitney'));
    expect(ranks.probability_of_superiority).toBe(ranks.statistic / (a.n * b.n));
  });

  test.each(R['ties'] ?? [])('Mann–Whitney with ties %#', (row) => {
    const [n1 = 0, n2 = 0] = get(row, 'n');
    const [rankSum1 = 0, tieTerm = 0] = [...get(row, 'rank_sum'), ...get(row, 'tie_term')];
    expectClose([kit.mannWhitney({ n1, n2, rankSum1, tieTerm }).p_value], get(row, 'p'));
  });

  test.each(R['groups'] ?? [])('analysis of variance, Welch’s and Kruskal–Wallis %#', (row) => {
    const groups = summaries(row);
    const anova = kit.oneWayAnova(groups);
    const { statistic, p_value, eta_squared, omega_squared } = anova;
    expectClose([statistic, p_value, eta_squared, omega_squared], get(row, 'anova'));
    const welch = kit.welchAnova(groups);
    expectClose([welch.statistic, ...(welch.degrees_of_freedom ?? []), welch.p_value], get(row, 'welch'));
    const ranks = kit.kruskalWallis({
      n: anova.n,
      groups: groups.map(({ n }, i) => ({ n, rankSum: get(row, 'rank_sums')[i] ?? 0 })),
      tieTerm: get(row, 'tie_term')[0] ?? 0,
    });
    expectClose([ranks.statistic, ranks.p_value, ranks.epsilon_squared], get(row, 'kruskal'));
  });

  test.each(R['tables'] ?? [])('chi-square and the unbiased Cramér’s V %#', (row) => {
    const table = (row['table'] ?? []) as unknown as readonly number[][];
    const { statistic, p_value, cramers_v, expected_below_five } = kit.chiSquareIndependence(table);
    expectClose([statistic, p_value, cramers_v, expected_below_five], get(row, 'chi_square'));
    const padded = [...table.map((cells) => [...cells, 0]), (table[0] ?? []).map(() => 0)];
    expectClose([kit.chiSquareIndependence(padded).p_value], [p_value]);
  });

  test.each(R['fisher'] ?? [])('Fisher’s exact test %#', (row) => {
    const [a = 0, b = 0, c = 0, d = 0] = get(row, 'table');
    expectClose([kit.fisherExact(a, b, c, d)], get(row, 'p'));
    expectClose(
      [kit.fisherExact(c, d, a, b), kit.fisherExact(b, a, d, c)],
      [...get(row, 'p'), ...get(row, 'p')],
    );
    expectClose([kit.differenceOfProportions(a, a + b, c, c + d).p_value], get(row, 'p'));
  });

  test.each(R['correlations'] ?? [])('correlations %#', (row) => {
    const n = get(row, 'n')[0] ?? 0;
    const pearson = kit.correlationTest(get(row, 'pearson')[0] ?? 0, n);
    expectClose([pearson.statistic, pearson.p_value, ...bounds(pearson.interval(0.99))], get(row, 'pearson'));
    const spearman = kit.spearmanTest(get(row, 'spearman')[0] ?? 0, n);
    expectClose(
      [spearman.statistic, spearman.p_value, ...bounds(spearman.interval(0.99))],
      get(row, 'spearman'),
    );
  });

  test.each(R['wilson'] ?? [])('Wilson’s interval %#', (row) => {
    const [k = 0, n = 0] = [...get(row, 'k'), ...get(row, 'n')];
    expectClose(bounds(kit.wilsonInterval(k, n, 0.95)), get(row, 'interval'));
  });
});

describe('differences of shares', () => {
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 10, 0.6075, 1],
  ])('have the interval of Newcombe’s table II: %d/%d - %d/%d', (k1, n1, k2, n2, low, high) => {
    const interval = kit.differenceOfProportions(k1, n1, k2, n2).interval(0.95);
    expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  });

  test('stay exact and quick for millions of rows', () => {
    const { p_value } = kit.differenceOfProportions(501_200, 1_000_000, 500_000, 1_000_000);
    // the normal limit with Yates's correction; the exact test differs in the fourth digit
    const z = (0.0012 - 1e-6) / Math.sqrt(0.5006 * 0.4994 * 2e-6);
    expect(p_value / (2 * kit.normalTail(z))).toBeCloseTo(1, 3);
  });
});
