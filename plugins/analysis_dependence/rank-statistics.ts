import type { GroupSummary } from '../../src/sdk/index.ts';
import type { LevelSums, PairSums } from './rank-sums.ts';

/** The correlation of two scores (Spearman's, ties sharing the mean rank); null where one does not vary. */
export function correlationOf({ n, a, b, aa, bb, ab }: PairSums): number | null {
  const mixed = n * ab - a * b;
  const [ofA, ofB] = [n * aa - a * a, n * bb - b * b];
  if (ofA === 0n || ofB === 0n) return null;
  const r = Number(mixed) / (Math.sqrt(Number(ofA)) * Math.sqrt(Number(ofB)));
  return Math.max(-1, Math.min(1, r));
}

/** The variance of scores between levels and in all. */
export interface Between {
  readonly n: number;
  readonly levels: number;
  /** Share of the sum of squares that lies between the levels: H / (n - 1) of Kruskal and Wallis; null if nothing varies. */
  readonly share: number | null;
}

/** What the levels explain of the scores' variance. */
export function betweenLevels(levels: readonly LevelSums[]): Between {
  const n = levels.reduce((sum, level) => sum + level.n, 0);
  const total = levels.reduce((sum, level) => sum + level.sum, 0n);
  const squares = levels.reduce((sum, level) => sum + level.squares, 0n);
  if (n === 0) return { n, levels: 0, share: null };
  const mean = Number(total) / n;
  const all = Number(squares) - n * mean * mean;
  const between = levels.reduce((sum, level) => sum + level.n * (Number(level.sum) / level.n - mean) ** 2, 0);
  return { n, levels: levels.length, share: all > 0 ? Math.min(1, between / all) : null };
}

/** The share without what chance gives: (H - k + 1) / (n - k), at least 0 (η² of H). */
export function correctedShare({ n, levels, share }: Between): number | null {
  if (share === null || n <= levels) return null;
  return Math.max(0, ((n - 1) * share - levels + 1) / (n - levels));
}

/** Scores by level as Welch's test takes them. */
export function summariesOf(levels: readonly LevelSums[]): readonly GroupSummary[] {
  return levels.map(({ n, sum, squares }) => {
    const mean = Number(sum) / n;
    const about = Number(BigInt(n) * squares - sum * sum) / n;
    return { n, mean, variance: n > 1 ? about / (n - 1) : 0 };
  });
}
