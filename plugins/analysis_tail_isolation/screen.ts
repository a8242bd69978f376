import {
  type BlockExcess,
  blockExcesses,
  isInBlocksEnough,
  type LevelTest,
  screenLevels,
  smallestEffect,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { LevelCounts, TailCounts } from './tail-counts.ts';
import type { Tail } from './tails.ts';

/** A level that was tested for more than its share of a tail, with those of all factors. */
export interface Owner extends LevelTest {
  readonly counts: TailCounts;
  readonly tail: Tail;
  readonly factor: Factor;
  readonly level: LevelCounts;
  readonly excess: BlockExcess;
  /** Its entry in the ledger: its own, where it is large; otherwise that of all others of its factor. */
  readonly test: string;
  readonly isLarge: boolean;
}

/** Every level of every factor, tested together; the ledger gets one entry for each that is large, and one for the others of a factor. */
export function screenTail(study: WaitStudy, counts: TailCounts, tail: Tail): Owner[] {
  const { ctx } = study;
  const factors = counts.factors.filter(({ name }) => tail.of === 'wait' || name !== 'activity');
  const tested = factors.flatMap((factor) => {
    const levels = counts.levels(factor, tail);
    const excesses = blockExcesses(
      levels.map((level) => level.counts),
      counts.middle,
    );
    return levels
      .map((level, i) => ({ factor, level, excess: excesses[i] as BlockExcess }))
      .filter(({ level }) => !level.isRest && levels.length > 1 && isInBlocksEnough(level.counts));
  });
  const screened = screenLevels(tested, ctx.random(`signs of the tail of ${tail.of}`));
  return factors.flatMap((factor) => {
    const own = screened
      .filter((one) => one.factor === factor)
      .map((one) => ({ ...one, isLarge: isLarge(study, tail, one.excess) }));
    const what = `within ${counts.blocks}, the slowest runs fall on ${factor.key === undefined ? factor.name : `the parameter ${ctx.column(factor.key).name}`} like all runs`;
    const enter = (some: typeof own, hypothesis: string) =>
      ctx.test({
        family: `tail of ${tail.of}`,
        hypothesis,
        statistic: {
          name: 'largest standardised excess',
          value: Math.max(...some.map((one) => one.statistic)),
        },
        p_value: Math.min(...some.map((one) => one.p_value)),
        n: tail.handle.number(0, 'all_runs') ?? 0,
      });
    const others = own.filter((one) => !one.isLarge);
    const rest = others.length === 0 ? '' : enter(others, what);
    return own.map((one) => ({
      ...{ counts, tail, ...one },
      test: one.isLarge ? enter([one], `${what}: ${one.level.name}`) : rest,
    }));
  });
}

/** What the excess has to reach, as a ratio. */
export function smallestRatio({ ctx }: WaitStudy) {
  return smallestEffect(
    { setting: 'smallest_tail_ratio', unit: 'times the expected runs', byDefault: 1.5, compared: 'above' },
    ctx.settings,
  );
}

function isLarge(study: WaitStudy, tail: Tail, { marked, expected, ratio }: BlockExcess): boolean {
  const points = smallestEffect(
    { setting: 'smallest_tail_points', unit: 'percentage points', byDefault: 5, compared: 'above' },
    study.ctx.settings,
  );
  const share = (100 * (marked - expected)) / (tail.handle.number(0, 'tail_runs') ?? 1);
  return smallestRatio(study).reaches(ratio) && points.reaches(share);
}
