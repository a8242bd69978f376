import { chiSquareTail } from './distributions.ts';
import { type TestResult, untestable } from './test-result.ts';

/**
 * Pearson's chi-square test of independence (Pearson, 1900) on a table of counts; empty rows and columns are left
 * out. Cramér's V without its bias (Bergsma, 2013), in [0, 1]. `expected_below_five` counts the cells for which fewer
 * than 5 rows are expected: where there are many, take the p-value from permutations.
 */
export function chiSquareIndependence(table: readonly (readonly number[])[]): TestResult & {
  readonly cramers_v: number;
  readonly expected_below_five: number;
} {
  const columnSums = (table[0] ?? []).map((_, j) => sumOf(table.map((row) => row[j] ?? 0)));
  const rows = table.map((row) => ({ row, sum: sumOf(row) })).filter(({ sum }) => sum > 0);
  const n = sumOf(columnSums);
  const [r, c] = [rows.length, columnSums.filter((sum) => sum > 0).length];
  let statistic = 0;
  let below = 0;
  for (const { row, sum } of rows) {
    for (const [j, columnSum] of columnSums.entries()) {
      if (columnSum === 0) continue;
      const expected = (sum * columnSum) / n;
      const distance = (row[j] ?? 0) - expected;
      statistic += (distance * distance) / expected;
      if (expected < 5) below += 1;
    }
  }
  if (r < 2 || c < 2) return { ...untestable('chi-square', n), cramers_v: 0, expected_below_five: below };
  const df = (r - 1) * (c - 1);
  return {
    name: 'chi-square',
    statistic,
    p_value: chiSquareTail(statistic, df),
    n,
    degrees_of_freedom: [df],
    cramers_v: unbiasedV(statistic / n, r, c, n),
    expected_below_five: below,
  };
}

function unbiasedV(phiSquared: number, r: number, c: number, n: number): number {
  const phi = Math.max(0, phiSquared - ((r - 1) * (c - 1)) / (n - 1));
  const rows = r - ((r - 1) * (r - 1)) / (n - 1);
  const columns = c - ((c - 1) * (c - 1)) / (n - 1);
  const smaller = Math.min(rows, columns) - 1;
  return smaller > 0 ? Math.min(1, Math.sqrt(phi / smaller)) : 0;
}

/**
 * Fisher's exact test of a table of two rows [a, b], [c, d], two-sided: the probability of all tables with these sums
 * that are no more likely than this one (Fisher, 1935); ties are told to 1e-7, as R does. Probabilities are products of
 * ratios outwards from the most likely table, until they vanish: no digits are lost, and large counts cost little. What
 * is below 1e-300 is 0.
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const [first, second, drawn] = [a + b, c + d, a + c];
  const [low, high] = [Math.max(0, drawn - second), Math.min(first, drawn)];
  const mode = Math.min(high, Math.floor(((drawn + 1) * (first + 1)) / (first + second + 2)));
  /** Weight of k + 1 over that of k. */
  const ratio = (k: number) => (((first - k) / (k + 1)) * (drawn - k)) / (second - drawn + k + 1);
  const up = walk(high - mode, (step) => ratio(mode + step));
  const down = walk(mode - low, (step) => 1 / ratio(mode - step - 1));
  const own = (a < mode ? down[mode - a] : up[a - mode]) ?? 0;
  const most = own * (1 + 1e-7);
  const all = sumOf(up) + sumOf(down) - 1;
  const isExtreme = (weight: number) => weight <= most;
  const extreme = sumOf(up.filter(isExtreme)) + sumOf(down.slice(1).filter(isExtreme));
  return Math.min(1, extreme / all);
}

/** Weights from the mode (1) outwards, as products of ratios. */
function walk(steps: number, ratio: (step: number) => number): number[] {
  const weights = [1];
  let weight = 1;
  for (let step = 0; step < steps && weight > 0; step += 1) {
    weight *= ratio(step);
    weights.push(weight);
  }
  return weights;
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
