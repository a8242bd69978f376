import {
  type Level,
  type Replication,
  replicates,
  tQuantile,
  tTwoSided,
  welchTest,
} from '../../src/sdk/index.ts';
import { brunnerMunzel, type Superiority } from './brunner-munzel.ts';
import { countsOf, type Tally } from './tally.ts';

/** A difference with an interval of 95 %. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** One half's own look at a segment. */
export interface HalfLook {
  readonly estimate: number | null;
  readonly p_value: number | null;
}

/** The rows of one level against all others. */
export interface Segment {
  readonly tally: Tally;
  readonly level: Level;
  readonly rows: number;
  readonly others: number;
  /** P(level > other) + half of P(equal), less a half: above 0 where the level's values are the larger ones. */
  readonly superiority: Difference;
  readonly statistic: number;
  readonly p_value: number;
  readonly means: Difference;
  readonly meanElsewhere: number;
  readonly halves: readonly [HalfLook, HalfLook];
  readonly replication: Replication;
}

export const LEVEL = 0.95;
/** A level that lies in fewer blocks of time than this can't be told from what happened then. */
const FEWEST_BLOCKS = 10;

/**
 * A level against all other rows: the test of Brunner and Munzel; where rows come in blocks of time, also a t test of
 * the same difference over blocks, and the larger p-value of the two. Undefined, with the reason, where it can't be told.
 */
export function segmentOf(tally: Tally, level: Level, minRows: number): Segment | string {
  const { level: own, others } = countsOf(tally, level.code);
  const compared = brunnerMunzel(own, others);
  const [rows, rest] = [total(own), total(others)];
  if (compared === undefined || rows < minRows || rest < minRows) return 'too few rows with a value';
  const blocks = errorsOverBlocks(tally, level.code);
  if (blocks !== undefined && blocks.occupied < FEWEST_BLOCKS) return 'too few blocks of time';
  const tested = withBlocks(compared, blocks?.shares, blocks?.degreesOfFreedom);
  const halves = [halfLook(tally, level.code, 0), halfLook(tally, level.code, 1)] as const;
  return {
    tally,
    level,
    rows,
    others: rest,
    superiority: tested.interval,
    statistic: tested.statistic,
    p_value: tested.p_value,
    means: differenceOfMeans(tally, level.code, blocks),
    meanElsewhere: momentsOf(tally, (code) => code !== level.code).mean,
    halves,
    replication: replicates(compared.value - 0.5, halves[0], halves[1]),
  };
}

function halfLook(tally: Tally, code: number, half: 0 | 1): HalfLook {
  const { level, others } = countsOf(tally, code, half);
  const compared = brunnerMunzel(level, others);
  if (compared === undefined) return { estimate: null, p_value: null };
  const blocks = errorsOverBlocks(tally, code, half);
  const tested = withBlocks(compared, blocks?.shares, blocks?.degreesOfFreedom);
  return { estimate: compared.value - 0.5, p_value: tested.p_value };
}

/** The larger of two standard errors decides, and the larger p-value. */
function withBlocks(compared: Superiority, blockError: number | undefined, blockDf: number | undefined) {
  const value = compared.value - 0.5;
  const byRows = { error: compared.standardError, df: compared.degreesOfFreedom, p_value: compared.p_value };
  const looks = [byRows];
  if (blockError !== undefined && blockDf !== undefined) {
    looks.push({ error: blockError, df: blockDf, p_value: tTwoSided(value / blockError, blockDf) });
  }
  const { error, df, p_value } = looks.reduce((a, b) => (b.p_value > a.p_value ? b : a));
  return { statistic: value / error, p_value, interval: interval(value, error, df, -0.5, 0.5) };
}

interface BlockErrors {
  readonly occupied: number;
  readonly degreesOfFreedom: number;
  /** Standard errors of the difference of mean shares, and of means. */
  readonly shares: number;
  readonly values: number;
}

/**
 * Standard errors of a level's differences from what its blocks contribute to them (the sandwich estimator over
 * clusters: Liang and Zeger, 1986). Undefined where rows come in no blocks.
 */
export function errorsOverBlocks(tally: Tally, code: number, half?: 0 | 1): BlockErrors | undefined {
  if (tally.blocks === 1) return undefined;
  const blocks = Array.from({ length: tally.blocks }, (_, block) => ({
    level: cellsOf(tally, code, block, half),
    others: cellsOfOthers(tally, code, block, half),
  }));
  const level = blocks.reduce((sum, { level: one }) => added(sum, one), NONE);
  const others = blocks.reduce((sum, { others: one }) => added(sum, one), NONE);
  const inLevel = blocks.filter(({ level: one }) => one.n > 0).length;
  const outside = blocks.filter(({ others: one }) => one.n > 0).length;
  const occupied = blocks.filter((one) => one.level.n + one.others.n > 0).length;
  const error = (pick: (cells: Cells) => number) =>
    Math.sqrt(
      (blocks.reduce((sum, one) => {
        const inside = (pick(one.level) - (pick(level) / level.n) * one.level.n) / level.n;
        const out = (pick(one.others) - (pick(others) / others.n) * one.others.n) / others.n;
        return sum + (inside - out) ** 2;
      }, 0) *
        occupied) /
        Math.max(1, occupied - 1),
    );
  return {
    occupied: Math.min(inLevel, outside),
    degreesOfFreedom: Math.max(1, Math.min(inLevel, outside) - 1),
    shares: error(({ shares }) => shares),
    values: error(({ values }) => values),
  };
}

interface Cells {
  readonly n: number;
  readonly shares: number;
  readonly values: number;
}

const NONE: Cells = { n: 0, shares: 0, values: 0 };

function cellsOf(tally: Tally, code: number, block: number, half?: 0 | 1): Cells {
  const at = (code * tally.blocks + block) * 2;
  return (half === undefined ? [at, at + 1] : [at + half]).reduce(
    (sum, cell) =>
      added(sum, {
        n: tally.rows[cell] ?? 0,
        shares: tally.shareSums[cell] ?? 0,
        values: tally.valueSums[cell] ?? 0,
      }),
    NONE,
  );
}

function cellsOfOthers(tally: Tally, code: number, block: number, half?: 0 | 1): Cells {
  return tally.factor.levels
    .filter((level) => level.code !== code)
    .reduce((sum, level) => added(sum, cellsOf(tally, level.code, block, half)), NONE);
}

function added(a: Cells, b: Cells): Cells {
  return { n: a.n + b.n, shares: a.shares + b.shares, values: a.values + b.values };
}

/** Whether means say the same as the test of ranks: an interval of their difference that is all on its side of zero. */
export function meansAgree({ superiority, means }: Pick<Segment, 'superiority' | 'means'>): boolean {
  return superiority.value >= 0 ? means.low > 0 : means.high < 0;
}

/** The difference of means with Welch's interval, or that over blocks where it is wider. */
function differenceOfMeans(tally: Tally, code: number, blocks: BlockErrors | undefined): Difference {
  const level = momentsOf(tally, (c) => c === code);
  const others = momentsOf(tally, (c) => c !== code);
  const welch = welchTest(level, others);
  const value = welch.difference;
  const { low, high } = welch.interval(LEVEL);
  const byRows = low <= high ? { value, low, high } : { value, low: value, high: value };
  if (blocks === undefined) return byRows;
  const byBlocks = interval(value, blocks.values, blocks.degreesOfFreedom);
  return byBlocks.high - byBlocks.low > byRows.high - byRows.low ? byBlocks : byRows;
}

/** Rows, mean and variance of a measure's values, over the codes wanted. */
function momentsOf(tally: Tally, wanted: (code: number) => boolean) {
  let [n, sum, squares] = [0, 0, 0];
  for (const { code } of tally.factor.levels) {
    if (!wanted(code)) continue;
    squares += tally.squares[code] ?? 0;
    for (let block = 0; block < tally.blocks; block += 1) {
      const cells = cellsOf(tally, code, block);
      n += cells.n;
      sum += cells.values;
    }
  }
  return { n, mean: tally.centre + sum / n, variance: Math.max(0, (squares - (sum * sum) / n) / (n - 1)) };
}

/** value ± t · error, within bounds. */
export function interval(
  value: number,
  error: number,
  df: number,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): Difference {
  const half = error > 0 ? tQuantile((1 + LEVEL) / 2, df) * error : 0;
  return { value, low: Math.max(least, value - half), high: Math.min(most, value + half) };
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
