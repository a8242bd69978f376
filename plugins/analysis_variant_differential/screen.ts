import {
  type GroupSummary,
  MOST_HOPEFUL_P,
  rational,
  rationalToNumber,
  type SmallestEffect,
  type StratifiedDifference,
  smallestEffect,
  stratifiedDifference,
} from '../../src/sdk/index.ts';
import type { Block, Feature, Study, Sums } from './features.ts';
import { type StratifiedRankSum, stratifiedRankSum } from './van-elteren.ts';

/** A feature with its test; seconds where it is a time. */
export interface Tested {
  readonly feature: Feature;
  readonly ranks: StratifiedRankSum;
  /** Of the mean durations within blocks, in seconds. */
  readonly difference: StratifiedDifference;
  /** Mean duration of the cases without, in seconds. */
  readonly meanWithout: number;
  readonly test: string;
  readonly hypothesis: string;
}

/** Tests every feature, the hopeless ones too. */
export function testFeatures({ ctx }: Study, features: readonly Feature[]): Tested[] {
  return features.map((feature) => {
    const ranks = stratifiedRankSum(feature.blocks);
    const hypothesis = `${feature.kind}: cases ${feature.what === 'has' ? 'with' : 'that repeat'} ${feature.activity} take as long as those without`;
    const test = ctx.test({
      family: 'what slow cases do differently',
      hypothesis,
      statistic: { name: 'van Elteren z', value: ranks.z },
      p_value: ranks.p_value,
      n: ranks.n,
      dependent: true,
    });
    const without = total(feature.blocks.map((block) => rest(block)));
    return {
      feature,
      ranks,
      difference: differenceOf(feature.blocks),
      meanWithout: without.mean,
      test,
      hypothesis,
    };
  });
}

/** The features with the largest differences that reach both smallest effects; of several that nearly the same cases do, the first. */
export function pick({ ctx }: Study, tested: readonly Tested[]): Tested[] {
  const effects = smallestEffects(ctx.settings);
  const told: Tested[] = [];
  for (const one of tested
    .filter((each) => each.ranks.p_value <= MOST_HOPEFUL_P && reaches(each, effects))
    .sort((a, b) => Math.abs(b.ranks.z) - Math.abs(a.ranks.z))) {
    if (!told.some((other) => sameCases(other.feature, one.feature))) told.push(one);
  }
  return told.slice(0, Number(ctx.settings['top_findings']));
}

export interface SmallestEffects {
  readonly superiority: SmallestEffect;
  readonly difference: SmallestEffect;
}

export function smallestEffects(settings: Readonly<Record<string, unknown>>): SmallestEffects {
  return {
    superiority: smallestEffect('smallest_superiority_percent', settings),
    difference: smallestEffect(
      { setting: 'smallest_difference_percent', unit: '%', byDefault: 10, compared: 'size' },
      settings,
    ),
  };
}

export function reaches(one: Tested, { superiority, difference }: SmallestEffects): boolean {
  return superiority.reaches(one.ranks.superiority - 0.5) && difference.reaches(percentOf(one));
}

/** The difference in per cent of the mean without. */
export function percentOf({ difference, meanWithout }: Tested): number {
  return (100 * difference.difference) / meanWithout;
}

/** From this overlap on, cases that do the one thing are taken for those that do the other. */
const NEARLY_THE_SAME = 0.8;

/** Whether (nearly) the same cases of a kind do both: as many in each block, with durations that add up to as much. */
export function sameCases(a: Feature, b: Feature): boolean {
  if (a.kind !== b.kind) return false;
  const overlap = (of: (sums: Sums) => number) => {
    const pairs = a.blocks.map(({ inGroup }, i): [number, number] => {
      const other = b.blocks[i]?.inGroup;
      return [of(inGroup), other === undefined ? 0 : of(other)];
    });
    const [least, most] = [Math.min, Math.max].map((pick) =>
      pairs.reduce((sum, pair) => sum + pick(...pair), 0),
    );
    return (least ?? 0) / (most || 1);
  };
  return (
    overlap(({ n }) => n) >= NEARLY_THE_SAME && overlap(({ squares }) => Number(squares)) >= NEARLY_THE_SAME
  );
}

/** The difference of mean durations within blocks, in seconds. */
export function differenceOf(blocks: readonly Block[]): StratifiedDifference {
  return stratifiedDifference(
    blocks.map((block, i) => ({ stratum: String(i), inGroup: summary(block.inGroup), rest: rest(block) })),
  );
}

function rest({ all, inGroup }: Block): GroupSummary {
  return summary({
    n: all.n - inGroup.n,
    sum: all.sum - inGroup.sum,
    squares: all.squares - inGroup.squares,
  });
}

function total(groups: readonly GroupSummary[]): { readonly mean: number } {
  const n = groups.reduce((sum, group) => sum + group.n, 0);
  return { mean: groups.reduce((sum, group) => sum + (group.n === 0 ? 0 : group.n * group.mean), 0) / n };
}

/** Mean and variance in seconds, each rounded once from whole microseconds. */
export function summary({ n, sum, squares }: Sums): GroupSummary {
  if (n === 0) return { n, mean: Number.NaN, variance: Number.NaN };
  const count = BigInt(n);
  const mean = rationalToNumber(rational(sum, count * 1_000_000n));
  const spread =
    n < 2
      ? rational(0n, 1n)
      : rational(squares * count - sum * sum, count * (count - 1n) * 1_000_000_000_000n);
  return { n, mean, variance: rationalToNumber(spread) };
}
