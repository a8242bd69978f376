import { midShares } from '../../src/sdk/index.ts';
import { added } from './counts.ts';
import { sum } from './distances.ts';

/** Blocks in order, each with the group (half, month) that it lies in. */
export interface Block {
  readonly group: number;
  readonly counts: Float64Array;
}

/** Fewer units than this leave too few ways to part them. */
const FEWEST = 20;

/** Blocks that were joined until neighbours were no longer alike, or too few were left. */
export interface JoinedBlocks {
  readonly blocks: readonly Block[];
  /** How many blocks of the table make one. */
  readonly together: number;
  /** Lag-one correlation of the blocks' scores round a line in each half. */
  readonly correlation: number;
  /** True where neighbours are still alike, so that a test over blocks would be surer than it should be: none is made. */
  readonly alike: boolean;
}

/**
 * Joins neighbouring blocks of a group, two by two, while blocks that follow each other are alike: while the lag-one
 * correlation of their mean scores is above 2 / √blocks. Ranks are the scores of ordered classes; of categories, each
 * level's share is one, and the largest correlation counts.
 */
export function joinAlike(blocks: readonly Block[], isOrdered: boolean): JoinedBlocks {
  let [current, together]: [readonly Block[], number] = [blocks, 1];
  for (;;) {
    const correlation = correlationOf(current, isOrdered);
    const alike = correlation > 2 / Math.sqrt(current.length);
    const joined = alike ? joinPairs(current) : current;
    if (!alike || joined.length < FEWEST || joined.length === current.length)
      return { blocks: current, together, correlation, alike };
    current = joined;
    together *= 2;
  }
}

function joinPairs(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (let i = 0; i < blocks.length; i += 1) {
    const [one, next] = [blocks[i], blocks[i + 1]];
    if (one === undefined) continue;
    if (next?.group !== one.group) joined.push(one);
    else {
      joined.push({ group: one.group, counts: added([one.counts, next.counts], one.counts.length) });
      i += 1;
    }
  }
  return joined;
}

function correlationOf(blocks: readonly Block[], isOrdered: boolean): number {
  const size = blocks[0]?.counts.length ?? 0;
  const all = added(
    blocks.map(({ counts }) => counts),
    size,
  );
  if (isOrdered) return lagOne(blocks, midShares(all));
  const shares = Array.from({ length: size }, (_, level) =>
    Float64Array.from({ length: size }, (_, i) => Number(i === level)),
  );
  const frequent = shares.filter((_, level) => (all[level] ?? 0) * 20 >= sum(all));
  return Math.max(0, ...frequent.map((scores) => lagOne(blocks, scores)));
}

/** Lag-one correlation of mean scores, less a line through each half of the blocks: what drifts is not alike. */
function lagOne(blocks: readonly Block[], scores: Float64Array): number {
  const means = blocks.map(({ counts }) => {
    let [n, total] = [0, 0];
    for (let at = 0; at < counts.length; at += 1) {
      n += counts[at] ?? 0;
      total += (counts[at] ?? 0) * (scores[at] ?? 0);
    }
    return n === 0 ? Number.NaN : total / n;
  });
  const present = means.filter((mean) => !Number.isNaN(mean));
  const half = Math.floor(present.length / 2);
  const rest = [...withoutLine(present.slice(0, half)), ...withoutLine(present.slice(half))];
  let [products, squares] = [0, 0];
  for (const [i, value] of rest.entries()) {
    squares += value * value;
    if (i > 0) products += value * (rest[i - 1] ?? 0);
  }
  return squares > 0 ? products / squares : 0;
}

function withoutLine(values: readonly number[]): number[] {
  const n = values.length;
  if (n < 3) return values.map(() => 0);
  const mean = values.reduce((total, value) => total + value, 0) / n;
  const middle = (n - 1) / 2;
  let [slope, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    slope += (i - middle) * (value - mean);
    squares += (i - middle) ** 2;
  }
  return values.map((value, i) => value - mean - (slope / squares) * (i - middle));
}
