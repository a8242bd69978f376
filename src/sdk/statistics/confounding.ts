import { type GroupSummary, type Interval, normalMargin } from './test-result.ts';

/** One level of another driver: the group's values in it, and those of the rest. */
export interface Stratum {
  readonly stratum: string;
  readonly inGroup: GroupSummary;
  readonly rest: GroupSummary;
}

/** How a group differs from the rest, over all rows and within strata. */
export interface StratifiedDifference {
  /** Group minus rest over all rows of the strata used, as one would naively say it. */
  readonly crude: number;
  /** The mean of the differences within strata, weighted by n1·n0 / (n1 + n0). */
  readonly difference: number;
  /** Whether the difference within strata has the other sign than the crude one (Simpson's paradox). */
  readonly reversed: boolean;
  /** Strata with values on both sides; only they say anything. */
  readonly strata_used: number;
  /** Of these, how many have a difference of the other sign than the crude one. */
  readonly strata_reversed: number;
  /** The share of the weight that these have. */
  readonly weight_reversed: number;
  /** Of the difference within strata, in the normal limit; strata with a single value on a side add no variance. */
  interval(level: number): Interval;
}

/**
 * The difference between a group and the rest within the levels of another driver (direct standardisation with the
 * weights of Cochran, 1954). Where no stratum has both sides, the difference is NaN and nothing is reversed.
 */
export function stratifiedDifference(cells: readonly Stratum[]): StratifiedDifference {
  const used = cells.filter(({ inGroup, rest }) => inGroup.n > 0 && rest.n > 0);
  const crude = meanOf(used.map(({ inGroup }) => inGroup)) - meanOf(used.map(({ rest }) => rest));
  const strata = used.map(({ inGroup, rest }) => ({
    weight: (inGroup.n * rest.n) / (inGroup.n + rest.n),
    difference: inGroup.mean - rest.mean,
    variance: errorOf(inGroup) + errorOf(rest),
  }));
  const weights = sum(strata.map(({ weight }) => weight));
  const difference = sum(strata.map((s) => s.weight * s.difference)) / weights;
  const error = Math.sqrt(sum(strata.map((s) => s.weight * s.weight * s.variance))) / weights;
  const against = strata.filter((s) => s.difference * crude < 0);
  return {
    crude,
    difference,
    reversed: difference * crude < 0,
    strata_used: strata.length,
    strata_reversed: against.length,
    weight_reversed: strata.length === 0 ? 0 : sum(against.map(({ weight }) => weight)) / weights,
    interval: (level) => {
      const margin = normalMargin(level) * error;
      return { low: difference - margin, high: difference + margin, level };
    },
  };
}

function meanOf(groups: readonly GroupSummary[]): number {
  return sum(groups.map(({ n, mean }) => n * mean)) / sum(groups.map(({ n }) => n));
}

function errorOf({ n, variance }: GroupSummary): number {
  return n > 1 ? variance / n : 0;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
