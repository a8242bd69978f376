import { normalTail } from '../../src/sdk/index.ts';
import type { Block } from './features.ts';

/** A rank-sum test over blocks. */
export interface StratifiedRankSum {
  readonly z: number;
  readonly p_value: number;
  /** P(a case with it takes longer than one without, of the same block) + P(equal) / 2; NaN where no block has both. */
  readonly superiority: number;
  /** Cases in blocks that have both. */
  readonly n: number;
}

/**
 * Wilcoxon's rank-sum test within blocks (van Elteren, 1960, with equal weights): the ranks of those with the feature less
 * what is expected of them, added up over blocks, over the exact standard deviation of that sum where each block is in
 * random order; ties share their midrank. Two-sided, in the normal limit, with a correction for continuity.
 */
export function stratifiedRankSum(blocks: readonly Block[]): StratifiedRankSum {
  const both = blocks.filter(({ all, inGroup }) => inGroup.n > 0 && inGroup.n < all.n);
  let [score, variance, pairs, wins, n] = [0, 0, 0, 0, 0];
  for (const block of both) {
    const [n1, size] = [block.inGroup.n, block.all.n];
    const n0 = size - n1;
    score += Number(block.score);
    variance += ((n1 * n0) / (size * (size - 1))) * Number(block.scoreSquares);
    pairs += n1 * n0;
    // twice the rank sum is the score + n1 (size + 1); U is the rank sum less its least value
    wins += (Number(block.score) + n1 * (size + 1) - n1 * (n1 + 1)) / 2;
    n += size;
  }
  const z = variance > 0 ? (Math.sign(score) * Math.max(0, Math.abs(score) - 1)) / Math.sqrt(variance) : 0;
  const p_value = variance > 0 ? Math.min(1, 2 * normalTail(Math.abs(z))) : 1;
  return { z, p_value, superiority: pairs > 0 ? wins / pairs : Number.NaN, n };
}
