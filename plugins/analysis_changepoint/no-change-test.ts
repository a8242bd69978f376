import { permutationTest, type RandomStream, shuffle } from '../../src/sdk/index.ts';
import { gainMeter, type Split } from './greatest-gain.ts';
import type { Degree } from './line-cost.ts';
import { withoutLine } from './memory.ts';

/** A test of “one constant or line, no change” against a change somewhere. */
export interface NoChangeTest {
  /** Greatest gain over the splits, in units of the variance of the innovations. */
  readonly statistic: number;
  readonly p_value: number;
  /** Permutations whose greatest gain was as large, of all that were drawn. */
  readonly hits: number;
  readonly draws: number;
}

export interface Permutations {
  readonly random: RandomStream;
  readonly most: number;
}

/** Drawing ends early when so many permutations reach the observed statistic (Besag and Clifford 1991). */
export const ENOUGH_HITS = 20;

/**
 * Compares the greatest gain over all splits with that of the same innovations in random order: the maximum with the
 * distribution of the maximum. Exact for independent values; with a memory that was estimated, approximate.
 */
export function testNoChange(
  innovations: Float64Array,
  splits: readonly Split[],
  degree: Degree,
  { random, most }: Permutations,
): NoChangeTest {
  const shuffled = withoutLine(centredRanks(innovations), degree);
  const greatestGain = gainMeter(shuffled.length, splits, degree);
  const observed = greatestGain(shuffled);
  const variance =
    shuffled.reduce((sum, value) => sum + value * value, 0) / Math.max(1, shuffled.length - degree - 1);
  if (!(variance > 0) || splits.length === 0) return { statistic: 0, p_value: 1, hits: 0, draws: 0 };
  const { p_value, hits, draws } = permutationTest({
    observed,
    draw: () => {
      shuffle(shuffled, random);
      return greatestGain(shuffled);
    },
    draws: most,
    stopAfterHits: ENOUGH_HITS,
  });
  return { statistic: observed / variance, p_value, hits, draws };
}

/** Ranks from 1, less their mean and over their number; of equal values the mean of their ranks. */
export function centredRanks(values: Float64Array): Float64Array {
  const n = values.length;
  const order = Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  const ranks = new Float64Array(n);
  for (let first = 0; first < n; ) {
    let after = first + 1;
    while (after < n && values[order[after] ?? 0] === values[order[first] ?? 0]) after += 1;
    for (let i = first; i < after; i += 1) ranks[order[i] ?? 0] = ((first + after + 1) / 2 - (n + 1) / 2) / n;
    first = after;
  }
  return ranks;
}
