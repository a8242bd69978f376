import { chiSquareTail, fTail } from './distributions.ts';
import { type GroupSummary, type TestResult, untestable } from './test-result.ts';

/**
 * One-way analysis of variance (Fisher, 1925): equal means, for normal values of equal variance. η² is the share of the
 * sum of squares between the groups, ω² the same without its bias (Hays, 1963), at least 0. Groups without values are
 * left out; where nothing varies inside the groups, p is 1.
 */
export function oneWayAnova(groups: readonly GroupSummary[]): TestResult & {
  readonly eta_squared: number;
  readonly omega_squared: number;
} {
  const used = groups.filter(({ n }) => n > 0);
  const n = total(used, (group) => group.n);
  const mean = total(used, (group) => group.n * group.mean) / n;
  const between = total(used, (group) => group.n * (group.mean - mean) * (group.mean - mean));
  const within = total(used, (group) => (group.n > 1 ? (group.n - 1) * group.variance : 0));
  const [df1, df2] = [used.length - 1, n - used.length];
  const error = within / df2;
  const effects = {
    eta_squared: between / (between + within),
    omega_squared: Math.max(0, (between - df1 * error) / (between + within + error)),
  };
  if (df1 < 1 || df2 < 1 || !(within > 0)) return { ...untestable('F', n), ...effects };
  const statistic = between / df1 / error;
  const p_value = fTail(statistic, df1, df2);
  return { name: 'F', statistic, p_value, n, degrees_of_freedom: [df1, df2], ...effects };
}

/**
 * Welch's analysis of variance (Welch, 1951): equal means, variances not assumed equal. Groups with fewer than 2 values
 * or no variance are left out, for the test has no weight for them.
 */
export function welchAnova(groups: readonly GroupSummary[]): TestResult {
  const used = groups.filter(({ n, variance }) => n > 1 && variance > 0);
  const n = total(used, (group) => group.n);
  const k = used.length;
  if (k < 2) return untestable('Welch F', n);
  const weight = ({ n: size, variance }: GroupSummary) => size / variance;
  const weights = total(used, weight);
  const mean = total(used, (group) => weight(group) * group.mean) / weights;
  const between = total(used, (group) => weight(group) * (group.mean - mean) * (group.mean - mean)) / (k - 1);
  const imbalance = total(used, (group) => {
    const rest = 1 - weight(group) / weights;
    return (rest * rest) / (group.n - 1);
  });
  const statistic = between / (1 + (2 * (k - 2) * imbalance) / (k * k - 1));
  const df2 = (k * k - 1) / (3 * imbalance);
  return {
    name: 'Welch F',
    statistic,
    p_value: fTail(statistic, k - 1, df2),
    n,
    degrees_of_freedom: [k - 1, df2],
  };
}

/** Groups by the ranks of all their values together, ties sharing the mean rank; n and tieTerm are those of all. */
export interface RankGroups {
  readonly n: number;
  readonly groups: readonly { readonly n: number; readonly rankSum: number }[];
  /** Σ (t³ - t) over all values, t rows at each. */
  readonly tieTerm: number;
}

/**
 * Kruskal–Wallis test of equal distributions (Kruskal & Wallis, 1952), corrected for ties, in the limit of
 * chi-square. ε² = H / (n - 1), the share of the ranks' variance between the groups (Kelley, 1935).
 */
export function kruskalWallis({ n, groups, tieTerm }: RankGroups): TestResult & {
  readonly epsilon_squared: number;
} {
  const used = groups.filter((group) => group.n > 0);
  const middle = (n + 1) / 2;
  const between = total(used, (group) => {
    const distance = group.rankSum / group.n - middle;
    return group.n * distance * distance;
  });
  const untied = 1 - tieTerm / (n * (n * n - 1));
  const statistic = ((12 / (n * (n + 1))) * between) / untied;
  if (used.length < 2 || !(untied > 0)) return { ...untestable('Kruskal–Wallis H', n), epsilon_squared: 0 };
  const df = used.length - 1;
  return {
    name: 'Kruskal–Wallis H',
    statistic,
    p_value: chiSquareTail(statistic, df),
    n,
    degrees_of_freedom: [df],
    epsilon_squared: statistic / (n - 1),
  };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
