import type { Context, RowBlocks } from '../../src/sdk/index.ts';
import { type Block, type JoinedBlocks, joinAlike } from './alike.ts';
import { added, type ColumnCounts } from './counts.ts';
import { type Distance, sum } from './distances.ts';
import { distanceOf, replicateBlocks } from './halves.ts';
import { chooseFirst, type Permuted, permute, UNTESTABLE } from './permute.ts';
import type { Settings } from './settings.ts';
import { type DriftSize, sizeBetween } from './sizes.ts';

/** Two months that follow each other. */
export interface MonthPair {
  /** Month ordinals of the calendar: year × 12 + month − 1. */
  readonly before: number;
  readonly after: number;
  readonly distance: number;
  readonly size: DriftSize;
  readonly rows: number;
  /** The month before, counted from the first month of the table. */
  readonly place: number;
  /** The share of draws in which some pair of months is at least as far apart as this one. */
  readonly p_value: number;
}

/** Whether a column differs between any two months in a row. */
export interface MonthsTest {
  readonly counts: ColumnCounts;
  /** Blocks by month, before any were joined. */
  readonly blocks: readonly Block[];
  /** How many blocks of rows make a month. */
  readonly perMonth: number;
  readonly joined: JoinedBlocks;
  /** The largest distance first. */
  readonly pairs: readonly MonthPair[];
  readonly permuted: Permuted;
}

/**
 * Tests each month against the one before. The largest distance of all pairs is compared with the largest of all pairs
 * when the blocks are dealt to the months at random, so that looking at many months makes nothing significant; the
 * same draws give each pair its p-value (single-step maximum: Westfall and Young, 1993). Undefined where the blocks
 * don't fit months, or fewer than two months in a row have rows enough.
 */
export function testMonths(
  ctx: Context,
  counts: ColumnCounts,
  rowBlocks: RowBlocks,
  settings: Settings,
): MonthsTest | undefined {
  const { perMonth } = rowBlocks;
  if (perMonth === undefined) return undefined;
  const blocks = counts.tested
    .map((own, b) => ({ group: Math.floor(b / perMonth), counts: Float64Array.from(own) }))
    .filter((block) => sum(block.counts) > 0);
  const pairs = pairsOf(blocks, settings.minMonthRows);
  if (pairs.length === 0) return undefined;
  const joined = joinAlike(blocks, counts.column.kind === 'measure', 'level');
  const distance = distanceOf(counts);
  const months = monthsOf(joined.blocks, counts.testedSize);
  const observed = distances(months, pairs, distance);
  const draw = drawMonths(
    joined.blocks,
    pairs,
    distance,
    counts.testedSize,
    ctx.random(`months of ${counts.sqlName}`),
  );
  const permuted = joined.alike ? UNTESTABLE : permute(Math.max(...observed), draw, settings.draws);
  const found = pairs.map((month, i): MonthPair => {
    const own = observed[i] ?? 0;
    const [a, b] = [wholeMonth(counts, month, perMonth), wholeMonth(counts, month + 1, perMonth)];
    return {
      before: rowBlocks.firstMonth + month,
      after: rowBlocks.firstMonth + month + 1,
      distance: own,
      size: sizeBetween(counts.column, a, b),
      rows: sum(a) + sum(b),
      place: month,
      p_value: shareAtLeast(permuted, own),
    };
  });
  const byDistance = found.toSorted((a, b) => b.distance - a.distance || a.before - b.before);
  return { counts, blocks, perMonth, joined, pairs: byDistance, permuted };
}

/**
 * A pair of months by every other block alone. Blocks are joined anew, for what differs between other months doesn't make
 * those of this pair alike; undefined where they are.
 */
export function replicatePair(ctx: Context, { counts, blocks }: MonthsTest, { place }: MonthPair) {
  const own = blocks
    .filter(({ group }) => group === place || group === place + 1)
    .map((block) => ({ ...block, group: block.group - place }));
  const joined = joinAlike(own, counts.column.kind === 'measure', 'level');
  if (joined.alike) return undefined;
  return replicateBlocks(ctx, counts, joined.blocks, `month ${place} of ${counts.sqlName}`);
}

/** The first months of pairs in which both have rows enough. */
function pairsOf(blocks: readonly Block[], minRows: number): number[] {
  const rows = new Map<number, number>();
  for (const { group, counts } of blocks) rows.set(group, (rows.get(group) ?? 0) + sum(counts));
  const isEnough = (month: number) => (rows.get(month) ?? 0) >= minRows;
  return [...rows.keys()].sort((a, b) => a - b).filter((month) => isEnough(month) && isEnough(month + 1));
}

/** Counts by month ordinal, as buffers that draws fill anew. */
type Months = readonly (Float64Array | undefined)[];

function monthsOf(blocks: readonly Block[], size: number): Months {
  const months: (Float64Array | undefined)[] = [];
  for (const { group } of blocks) months[group] ??= new Float64Array(size);
  deal(months, blocks, (i) => i);
  return months;
}

/** Adds up the blocks of each month, where the i-th place takes the counts of the block `at(i)`. */
function deal(months: Months, blocks: readonly Block[], at: (i: number) => number): void {
  for (const month of months) month?.fill(0);
  for (let i = 0; i < blocks.length; i += 1) {
    const [month, counts] = [months[blocks[i]?.group ?? -1], blocks[at(i)]?.counts];
    if (month === undefined || counts === undefined) continue;
    for (let c = 0; c < counts.length; c += 1) month[c] = (month[c] ?? 0) + (counts[c] ?? 0);
  }
}

function distances(months: Months, pairs: readonly number[], distance: Distance): number[] {
  return pairs.map((month) => distance(months[month] ?? [], months[month + 1] ?? []));
}

/** A draw: the blocks are dealt to the months at random, as many to each as it has; the largest distance. */
function drawMonths(
  blocks: readonly Block[],
  pairs: readonly number[],
  distance: Distance,
  size: number,
  random: ReturnType<Context['random']>,
): () => number {
  const order = Int32Array.from(blocks, (_, i) => i);
  const months = monthsOf(blocks, size);
  return () => {
    chooseFirst(order, order.length, random);
    deal(months, blocks, (i) => order[i] ?? 0);
    return Math.max(...distances(months, pairs, distance));
  };
}

function wholeMonth({ blocks, size }: ColumnCounts, month: number, perMonth: number): Float64Array {
  return added(blocks.slice(month * perMonth, (month + 1) * perMonth), size);
}

/** The p-value of one pair among all, from the draws of the largest; at least that of the largest itself. */
function shareAtLeast({ p_value, drawn, stopped }: Permuted, observed: number): number {
  const hits = drawn.reduce((count, value) => count + (value >= observed * (1 - 1e-12) ? 1 : 0), 0);
  const share = (hits + 1) / (drawn.length + 1);
  return stopped ? Math.max(p_value, share) : share;
}
