import exp from '@stdlib/math-base-special-exp';
import gammaln from '@stdlib/math-base-special-gammaln';
import { normalTail, tQuantile, tTwoSided } from './distributions.ts';
import {
  type GroupSummary,
  type Interval,
  normalMargin,
  type TestResult,
  untestable,
} from './test-result.ts';

/** A difference a - b with its test and interval. */
export interface MeanDifference extends TestResult {
  readonly difference: number;
  interval(level: number): Interval;
}

/**
 * Welch's t-test of equal means, variances not assumed equal (Welch, 1947; degrees of freedom by Satterthwaite). The
 * interval is exact for normal values. Heavy tails or few values: take the p-value from ranks or permutations, and this
 * interval besides. With fewer than 2 values in a group, or no variance in either, p is 1.
 */
export function welchTest(a: GroupSummary, b: GroupSummary): MeanDifference {
  const difference = a.mean - b.mean;
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  const error = Math.sqrt(va + vb);
  const df = ((va + vb) * (va + vb)) / ((va * va) / (a.n - 1) + (vb * vb) / (b.n - 1));
  const interval = (level: number): Interval => {
    const margin = tQuantile((1 + level) / 2, df) * error;
    return { low: difference - margin, high: difference + margin, level };
  };
  const n = a.n + b.n;
  if (a.n < 2 || b.n < 2 || !(error > 0)) return { ...untestable('Welch t', n), difference, interval };
  const statistic = difference / error;
  return {
    name: 'Welch t',
    statistic,
    p_value: tTwoSided(statistic, df),
    n,
    degrees_of_freedom: [df],
    difference,
    interval,
  };
}

/**
 * Hedges' g: the difference a - b in pooled standard deviations, with the exact correction for few values (Hedges,
 * 1981); its interval from the large-sample variance of Borenstein et al. (2009, 4.20–4.24). NaN where nothing varies.
 */
export function hedgesG(
  a: GroupSummary,
  b: GroupSummary,
): { readonly value: number; interval(level: number): Interval } {
  const m = a.n + b.n - 2;
  const pooled = Math.sqrt(((a.n - 1) * a.variance + (b.n - 1) * b.variance) / m);
  const correction = exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / Math.sqrt(m / 2);
  const d = (a.mean - b.mean) / pooled;
  const variance = (a.n + b.n) / (a.n * b.n) + (d * d) / (2 * (a.n + b.n));
  const value = correction * d;
  return {
    value,
    interval: (level) => {
      const margin = normalMargin(level) * correction * Math.sqrt(variance);
      return { low: value - margin, high: value + margin, level };
    },
  };
}

/** Two groups by the ranks of all their values together, ties sharing the mean rank. */
export interface RankSum {
  readonly n1: number;
  readonly n2: number;
  /** Sum of the ranks (from 1) of the first group. */
  readonly rankSum1: number;
  /** Σ (t³ - t) over all values, t rows at each; 0 without ties. */
  readonly tieTerm: number;
}

/** Up to this product of group sizes, and without ties, the distribution is counted out. */
const MOST_COUNTED = 2_500;

/**
 * Mann–Whitney test of equal distributions (Mann & Whitney, 1947), two-sided: exact for small groups without ties, else
 * the normal limit with its correction for ties and for continuity. The correction for continuity is half of the
 * largest number of ties (at least 1/2), so that p stays conservative for small groups with heavy ties, and hardly
 * moves for large ones. `probability_of_superiority`: P(first > second) + P(equal) / 2.
 */
export function mannWhitney({ n1, n2, rankSum1, tieTerm }: RankSum): TestResult & {
  readonly probability_of_superiority: number;
} {
  const n = n1 + n2;
  const u = rankSum1 - (n1 * (n1 + 1)) / 2;
  const common = { name: 'Mann–Whitney U', statistic: u, n };
  const probability_of_superiority = u / (n1 * n2);
  if (n1 < 1 || n2 < 1) return { ...untestable(common.name, n), probability_of_superiority: Number.NaN };
  if (tieTerm === 0 && n1 * n2 <= MOST_COUNTED) {
    return {
      ...common,
      p_value: exactTail(Math.min(n1, n2), Math.max(n1, n2), Math.min(u, n1 * n2 - u)),
      probability_of_superiority,
    };
  }
  const variance = ((n1 * n2) / 12) * (n + 1 - tieTerm / n / (n - 1));
  const continuity = Math.max(1, largestTie(tieTerm)) / 2;
  const distance = Math.max(0, Math.abs(u - (n1 * n2) / 2) - continuity);
  const p_value = variance > 0 ? 2 * normalTail(distance / Math.sqrt(variance)) : 1;
  return { ...common, p_value, probability_of_superiority };
}

/** The most rows that can share one value, if Σ (t³ - t) is this. */
function largestTie(tieTerm: number): number {
  let t = 1;
  for (let step = 2 ** 40; step >= 1; step /= 2) {
    const more = t + step;
    if (more * (more * more - 1) <= tieTerm) t = more;
  }
  return t;
}

/** 2 P(U ≤ u) by counting all ways to place the smaller group's ranks (Mann & Whitney, 1947), at most 1. */
function exactTail(n1: number, n2: number, u: number): number {
  const most = Math.floor(u);
  const shares = new Float64Array(most + 1);
  shares[0] = 1;
  // the generating function Π (1 - x^(n2+i)) / (1 - x^i), each factor scaled to a share of the ways
  for (let i = 1; i <= n1; i += 1) {
    for (let at = most; at >= n2 + i; at -= 1) shares[at] = (shares[at] ?? 0) - (shares[at - n2 - i] ?? 0);
    for (let at = i; at <= most; at += 1) shares[at] = (shares[at] ?? 0) + (shares[at - i] ?? 0);
    const scale = i / (n2 + i);
    for (let at = 0; at <= most; at += 1) shares[at] = (shares[at] ?? 0) * scale;
  }
  let sum = 0;
  for (const share of shares) sum += share;
  return Math.min(1, 2 * sum);
}
