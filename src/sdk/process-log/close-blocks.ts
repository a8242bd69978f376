import { type Jackknifed, jackknife } from '../statistics/jackknife.ts';
import type { HalfResult, Replication } from '../statistics/replication.ts';
import { replicates } from '../statistics/replication.ts';

/** What a comparison of close and open counts of some days in a row: at most a week, in one month, on one side. */
export interface CloseBlock {
  /** `2025-01`. */
  readonly month: string;
  readonly inClose: boolean;
}

/** A comparison of close and open with the error that blocks of days show, and the same for each half of the months. */
export interface CloseComparison {
  readonly whole: Jackknifed;
  readonly first: HalfResult;
  readonly second: HalfResult;
  readonly replication: Replication;
}

/** Fewest months that are taken as blocks, too. */
const FEWEST_MONTHS = 8;
const NO_HALF: HalfResult = { estimate: null, p_value: null };

/** SQL of a block's number within its month, from a date: days 1 to 7, 8 to 14 … */
export function blockOfDay(date: string): string {
  return `(day(${date}) - 1) // 7`;
}

/**
 * A statistic of blocks, 0 where close and open are alike. Days within a block may depend on each other as they like;
 * with enough months, whole months may, too: the larger of both errors counts.
 */
export function compareClose<B extends CloseBlock>(
  blocks: readonly B[],
  statistic: (blocks: readonly B[]) => number,
): CloseComparison {
  const whole = overBlocks(blocks, statistic);
  const months = [...new Set(blocks.map(({ month }) => month))].sort();
  const early = new Set(months.slice(0, Math.floor(months.length / 2)));
  const [first, second] = [true, false].map((isFirst) => {
    const { estimate, p_value } = overBlocks(
      blocks.filter(({ month }) => early.has(month) === isFirst),
      statistic,
    );
    return Number.isFinite(estimate) ? { estimate, p_value } : NO_HALF;
  });
  const halves = { first: first ?? NO_HALF, second: second ?? NO_HALF };
  return { whole, ...halves, replication: replicates(whole.estimate, halves.first, halves.second) };
}

function overBlocks<B extends CloseBlock>(
  blocks: readonly B[],
  statistic: (blocks: readonly B[]) => number,
): Jackknifed {
  const weeks = jackknife(blocks, statistic);
  const months = [...Map.groupBy(blocks, ({ month }) => month).values()];
  if (months.length < FEWEST_MONTHS) return weeks;
  const whole = jackknife(months, (left) => statistic(left.flat()));
  return whole.p_value > weeks.p_value ? whole : weeks;
}
