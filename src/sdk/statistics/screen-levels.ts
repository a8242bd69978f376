import type { RandomStream } from '../random.ts';
import { occupiedBlocks } from './block-counts.ts';
import { type BlockCounts, type BlockExcess, flipScores } from './block-excess.ts';

/** Sign flips that a screening of levels draws. */
export const SCREENING_DRAWS = 4999;

/** A level in fewer blocks is not tested: what happened then can't be told from it. */
export const FEWEST_LEVEL_BLOCKS = 10;

/** What a screening says of a level. */
export interface LevelTest {
  /** As if it were the largest excess of all levels. */
  readonly p_value: number;
  readonly statistic: number;
}

/** Whether a level has rows in blocks enough to be tested. */
export function isInBlocksEnough(counts: BlockCounts): boolean {
  return occupiedBlocks(counts) >= FEWEST_LEVEL_BLOCKS;
}

/** How an excess is said to hold in the halves of its blocks, whose ratios are the fields `first_ratio` and `second_ratio`. */
export function replicationOf({ byTime }: { readonly byTime: boolean }, { replication }: BlockExcess) {
  const by = byTime ? ('time' as const) : ('alternate_rows' as const);
  return { by, holds: replication, first: 'first_ratio', second: 'second_ratio' };
}

/** Levels tested together for an excess, by sign flips of whole blocks. */
export function screenLevels<T extends { readonly excess: BlockExcess }>(
  levels: readonly T[],
  random: RandomStream,
): (T & LevelTest)[] {
  const scores = levels.map(({ excess }) => excess.scores);
  const { statistics, p_values } = flipScores(scores, SCREENING_DRAWS, random);
  return levels.map((one, i) => ({ ...one, p_value: p_values[i] ?? 1, statistic: statistics[i] ?? 0 }));
}
