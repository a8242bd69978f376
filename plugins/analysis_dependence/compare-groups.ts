import {
  chiSquareTail,
  explainedShareInterval,
  type GroupSummary,
  type HalfResult,
  welchAnova,
} from '../../src/sdk/index.ts';
import type { Association, Yardstick } from './association.ts';
import { betweenLevels, correctedShare, summariesOf } from './rank-statistics.ts';
import type { LevelSums } from './rank-sums.ts';
import { allowingForOrder } from './serial.ts';
import { LEVEL } from './settings.ts';
import { columnsOfPair, permuted } from './small-table.ts';
import type { Study } from './study.ts';
import type { CategoryColumn, NumericColumn } from './subject.ts';

/** Rows of a level that the limit of chi-square needs. */
const FEWEST_IN_LEVEL = 5;
/** Skewness of a level's sum of scores under random orders from which that limit no longer holds. */
const MOST_SKEWNESS = 0.5;

/** Every measure with every category: Kruskal and Wallis on ranks, and Welch on ranks against unequal spread. */
export function compareGroups(study: Study): Association[] {
  const { measures, categories } = study.subject;
  return measures.flatMap((measure) => categories.map((category) => comparePair(study, measure, category)));
}

function comparePair(study: Study, measure: NumericColumn, category: CategoryColumn): Association {
  const levels = study.sums.levels(measure, category);
  const between = betweenLevels(levels.whole);
  const { n, share } = between;
  const test =
    share === null || between.levels < 2 ? undefined : testOf(study, measure, category, levels.whole);
  return {
    kind: 'groups',
    a: category,
    b: measure,
    n,
    effect: correctedShare(between),
    interval: intervalOf(between),
    smallest: study.settings.smallestShare,
    statistic: { name: 'Kruskal–Wallis H', value: (n - 1) * (share ?? 0) },
    ...allowingForOrder(study, category, measure, test?.p_value, {
      share: share ?? 0,
      df: between.levels - 1,
      n,
    }),
    yardstick: test?.yardstick ?? 'none',
    first: halfOf(levels.first),
    second: halfOf(levels.second),
  };
}

/** As F on the ranks has it. */
function intervalOf({ n, levels, share }: ReturnType<typeof betweenLevels>) {
  const [df1, df2] = [levels - 1, n - levels];
  if (share === null || df1 < 1 || df2 < 1) return { low: 0, high: 1, level: LEVEL };
  if (share >= 1) return { low: 1, high: 1, level: LEVEL };
  return explainedShareInterval(share / df1 / ((1 - share) / df2), df1, df2, LEVEL);
}

function halfOf(levels: readonly LevelSums[]): HalfResult {
  const between = betweenLevels(levels);
  const estimate = correctedShare(between);
  if (estimate === null || between.levels < 2) return { estimate: null, p_value: null };
  return { estimate, p_value: largerOf(levels) };
}

/**
 * Permutations where a small table has levels too rare for the limit. On large tables the rarest levels count as one,
 * until the limit holds: which ones is decided by their sizes alone, so the test stays valid.
 */
function testOf(
  study: Study,
  measure: NumericColumn,
  category: CategoryColumn,
  levels: readonly LevelSums[],
): { readonly p_value: number; readonly yardstick: Yardstick } | undefined {
  const skewness = study.sums.skewness(measure);
  const fewest = Math.max(FEWEST_IN_LEVEL, (skewness / MOST_SKEWNESS) ** 2);
  if (levels.every(({ n }) => n >= fewest)) return { p_value: largerOf(levels), yardstick: 'limit' };
  if (study.small) {
    const columns = columnsOfPair(study.small, category, measure);
    const label = `${category.sqlName}\n${measure.sqlName}`;
    const permuting = { ctx: study.ctx, permutations: study.settings.permutations };
    const exchangeable = permuted(permuting, label, columns, betweenSquares);
    return { p_value: Math.max(exchangeable, welchOf(levels)), yardstick: 'permutations' };
  }
  const pooled = poolRarest(levels, fewest);
  return pooled.length < 2 ? undefined : { p_value: largerOf(pooled), yardstick: 'pooled_levels' };
}

/**
 * The larger of two p-values: that of Kruskal and Wallis, valid where the levels have one distribution, and that of
 * Welch's F on the ranks, valid also where only their spread differs (Brunner, Dette and Munk, 1997, in Welch's form).
 */
function largerOf(levels: readonly LevelSums[]): number {
  const { n, levels: k, share } = betweenLevels(levels);
  if (share === null || k < 2) return 1;
  return Math.max(chiSquareTail((n - 1) * share, k - 1), welchOf(levels));
}

/** Where a level does not vary, Welch has no weight for it: then only the other test counts. */
function welchOf(levels: readonly LevelSums[]): number {
  const summaries: readonly GroupSummary[] = summariesOf(levels);
  if (summaries.some(({ n, variance }) => n < 2 || variance === 0)) return 0;
  return welchAnova(summaries).p_value;
}

function poolRarest(levels: readonly LevelSums[], fewest: number): readonly LevelSums[] {
  const bySize = levels.toSorted((a, b) => b.n - a.n || (a.level < b.level ? -1 : 1));
  const large = bySize.filter(({ n }) => n >= fewest);
  let rest = bySize.slice(large.length).reduce(joined, { level: '', n: 0, sum: 0n, squares: 0n });
  while (rest.n > 0 && rest.n < fewest && large.length > 0) rest = joined(rest, large.pop() ?? rest);
  return rest.n > 0 ? [...large, rest] : large;
}

function joined(a: LevelSums, b: LevelSums): LevelSums {
  return { level: '', n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares };
}

/** Σ S² / n over levels: grows with the sum of squares between them, all else being fixed. */
function betweenSquares(levels: readonly number[], scores: readonly number[]): number {
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < levels.length; i += 1) {
    const level = levels[i] ?? 0;
    sums[level] = (sums[level] ?? 0) + (scores[i] ?? 0);
    counts[level] = (counts[level] ?? 0) + 1;
  }
  return sums.reduce((total, sum, level) => total + (sum * sum) / (counts[level] ?? 1), 0);
}
