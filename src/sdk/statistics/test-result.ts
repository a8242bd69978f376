import { normalQuantile } from './distributions.ts';

/** What a group of values comes down to; `variance` has the divisor n - 1. */
export interface GroupSummary {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** What a test says; `p_value` in [0, 1], two-sided where the test has sides. Goes into the ledger as it is. */
export interface TestResult {
  readonly name: string;
  readonly statistic: number;
  readonly p_value: number;
  /** Observations used. */
  readonly n: number;
  readonly degrees_of_freedom?: readonly number[];
}

/** A confidence interval; `level` in (0, 1). */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** The z that a standard normal exceeds in size with probability 1 - level. */
export function normalMargin(level: number): number {
  return -normalQuantile((1 - level) / 2);
}

/** What a test says where the numbers leave it no yardstick: nothing against the hypothesis. */
export function untestable(name: string, n: number): TestResult {
  return { name, statistic: 0, p_value: 1, n };
}
