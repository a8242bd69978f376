import type { GroupSummary } from '../../../src/sdk/statistics/index.ts';

/** Size, mean and variance of some values. */
export function summaryOf(values: readonly number[]): GroupSummary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { n, mean, variance: squares / (n - 1) };
}

/** Ranks from 1, ties sharing their mean. */
export function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}

/** Σ (t³ - t) over the values, t of each. */
export function tieTermOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, t) => sum + t * (t * t - 1), 0);
}
