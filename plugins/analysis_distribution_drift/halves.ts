import { type Context, type Replication, type RowBlocks, replicates } from '../../src/sdk/index.ts';
import { type Block, type JoinedBlocks, joinAlike } from './alike.ts';
import { added, type ColumnCounts } from './counts.ts';
import { andersonDarling, chiSquare, type Distance, sum } from './distances.ts';
import { chooseFirst, type Permuted, permute, UNTESTABLE } from './permute.ts';
import type { Settings } from './settings.ts';
import { type DriftSize, indexBetween, sizeBetween } from './sizes.ts';

/** Where the first half ends: blocks below `from` are the first. */
export interface Split {
  readonly from: number;
  readonly blocks: RowBlocks;
}

/** A column's first half against its second. */
export interface HalvesTest {
  readonly counts: ColumnCounts;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly joined: JoinedBlocks;
  readonly distance: number;
  readonly permuted: Permuted;
  readonly size: DriftSize;
}

/** Splits the blocks where they come nearest to half of the rows. */
export function splitBlocks(counts: readonly ColumnCounts[], blocks: RowBlocks): Split {
  const rows = Array.from({ length: blocks.count }, (_, b) =>
    counts.reduce((total, { blocks: own }) => total + sum(own[b] ?? []), 0),
  );
  const all = sum(rows);
  let [below, best] = [0, { from: 1, distance: Number.POSITIVE_INFINITY }];
  for (const [b, own] of rows.entries()) {
    below += own;
    const distance = Math.abs(below - all / 2);
    if (own > 0 && distance < best.distance) best = { from: b + 1, distance };
  }
  return { from: best.from, blocks };
}

/** Tests a column; undefined where a half has too few rows with a value. */
export function testHalves(
  ctx: Context,
  counts: ColumnCounts,
  split: Split,
  settings: Settings,
): HalvesTest | undefined {
  const first = added(counts.blocks.slice(0, split.from), counts.size);
  const second = added(counts.blocks.slice(split.from), counts.size);
  if (sum(first) < settings.minRows || sum(second) < settings.minRows) return undefined;
  const joined = joinAlike(blocksOfHalves(counts, split), counts.column.kind === 'measure');
  const measured = distanceOf(counts);
  const distance = distanceOfHalves(joined.blocks, measured, counts.testedSize);
  const draw = drawHalves(
    joined.blocks,
    measured,
    counts.testedSize,
    ctx.random(`halves of ${counts.sqlName}`),
  );
  const permuted = joined.alike ? UNTESTABLE : permute(distance, draw, settings.draws);
  return {
    counts,
    first,
    second,
    joined,
    distance,
    permuted,
    size: sizeBetween(counts.column, first, second),
  };
}

/** What compares two parts of a column. */
export function distanceOf({ column }: ColumnCounts): Distance {
  return column.kind === 'measure' ? andersonDarling : chiSquare;
}

function blocksOfHalves(counts: ColumnCounts, { from }: Split): Block[] {
  return counts.tested
    .map((own, b) => ({ group: b < from ? 0 : 1, counts: Float64Array.from(own) }))
    .filter((block) => sum(block.counts) > 0);
}

function distanceOfHalves(blocks: readonly Block[], distance: Distance, size: number): number {
  const of = (half: number) =>
    added(
      blocks.filter(({ group }) => group === half).map(({ counts }) => counts),
      size,
    );
  return distance(of(0), of(1));
}

/** A draw: as many blocks as there are in the first half, chosen at random, against the others. */
function drawHalves(
  blocks: readonly Block[],
  distance: Distance,
  size: number,
  random: ReturnType<Context['random']>,
): () => number {
  const all = added(
    blocks.map(({ counts }) => counts),
    size,
  );
  const count = blocks.filter(({ group }) => group === 0).length;
  const order = Int32Array.from(blocks, (_, i) => i);
  const [chosen, others] = [new Float64Array(size), new Float64Array(size)];
  return () => {
    chooseFirst(order, count, random);
    chosen.fill(0);
    for (let i = 0; i < count; i += 1) {
      const own = blocks[order[i] ?? 0]?.counts;
      for (let at = 0; at < size; at += 1) chosen[at] = (chosen[at] ?? 0) + (own?.[at] ?? 0);
    }
    for (let at = 0; at < size; at += 1) others[at] = (all[at] ?? 0) - (chosen[at] ?? 0);
    return distance(chosen, others);
  };
}

/** The same test on every other block alone. */
export interface Replicated {
  readonly indices: readonly [number, number];
  readonly holds: Replication;
}

const DRAWS_OF_A_HALF = 999;

/**
 * Compares the blocks of group 0 with the others twice: by those at even places of either group, and by those at odd
 * ones. Whole blocks, for rows of one block are alike, and each half of them would only repeat the other. Undefined
 * where a group has a single block.
 */
export function replicateBlocks(
  ctx: Context,
  counts: ColumnCounts,
  blocks: readonly Block[],
  label: string,
): Replicated | undefined {
  const distance = distanceOf(counts);
  const groups = [0, 1].map((group) => blocks.filter((block) => block.group === group));
  if (groups.some((own) => own.length < 2)) return undefined;
  const look = (parity: 0 | 1) => {
    const own = groups.flatMap((group) => group.filter((_, place) => place % 2 === parity));
    const random = ctx.random(`alternate blocks ${parity} of ${label}`);
    const draw = drawHalves(own, distance, counts.testedSize, random);
    return {
      estimate: indexOfGroups(own, counts),
      p_value: permute(distanceOfHalves(own, distance, counts.testedSize), draw, DRAWS_OF_A_HALF).p_value,
    };
  };
  const [one, other] = [look(0), look(1)];
  return { indices: [one.estimate, other.estimate], holds: replicates(1, one, other) };
}

function indexOfGroups(blocks: readonly Block[], counts: ColumnCounts): number {
  const of = (group: number) =>
    added(
      blocks.filter((block) => block.group === group).map((block) => block.counts),
      counts.testedSize,
    );
  return indexBetween(counts.column, of(0), of(1));
}
