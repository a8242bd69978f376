import { midShares, normalQuantile } from '../../src/sdk/index.ts';
import { added } from './counts.ts';
import { sum } from './distances.ts';

/** Blocks in order, each with the group (half, month) that it lies in. */
export interface Block {
  readonly group: number;
  readonly counts: Float64Array;
}

/** Fewer units than this leave too few ways to part them. */
const FEWEST = 20;

/** How often chance alone joins blocks. */
const BY_CHANCE = 0.025;

/** What blocks of one group (half, month) may have in common and still be no more alike than others: a level, or a line. */
export type Trend = 'level' | 'line';

/** Blocks that were joined until neighbours were no longer alike, or too few were left. */
export interface JoinedBlocks {
  readonly blocks: readonly Block[];
  /** How many blocks of the table make one. */
  readonly together: number;
  /** Lag-one correlation of the blocks' scores round the trend of each group, without the bias of that. */
  readonly correlation: number;
  /** True where neighbours are still alike, so that a test over blocks would be surer than it should be: none is made. */
  readonly alike: boolean;
}

/**
 * Joins neighbouring blocks of a group, two by two, while blocks that follow each other are alike: while the lag-one
 * correlation of their mean scores is more than chance gives once in forty. Ranks are the scores of ordered classes; of
 * categories, each level's share is one, and the largest correlation counts.
 */
export function joinAlike(blocks: readonly Block[], isOrdered: boolean, trend: Trend = 'line'): JoinedBlocks {
  let [current, together]: [readonly Block[], number] = [blocks, 1];
  for (;;) {
    const { correlation, scores } = correlationOf(current, isOrdered, trend);
    const alike = correlation > normalQuantile(1 - BY_CHANCE / scores) / Math.sqrt(current.length);
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

/** The largest of so many correlations, at least one. */
function correlationOf(blocks: readonly Block[], isOrdered: boolean, trend: Trend) {
  const size = blocks[0]?.counts.length ?? 0;
  const all = added(
    blocks.map(({ counts }) => counts),
    size,
  );
  if (isOrdered) return { correlation: lagOne(blocks, midShares(all), trend), scores: 1 };
  const shares = Array.from({ length: size }, (_, level) =>
    Float64Array.from({ length: size }, (_, i) => Number(i === level)),
  );
  const frequent = shares.filter((_, level) => (all[level] ?? 0) * 20 >= sum(all));
  const correlation = Math.max(0, ...frequent.map((scores) => lagOne(blocks, scores, trend)));
  return { correlation, scores: Math.max(1, frequent.length) };
}

/**
 * Lag-one correlation of mean scores, less the trend of each group: what drifts is not alike. Of p fitted parameters it is
 * -p / n where nothing is alike (Kendall, 1954): that is taken off.
 */
function lagOne(blocks: readonly Block[], scores: Float64Array, trend: Trend): number {
  const means = blocks.map(({ group, counts }) => {
    let [n, total] = [0, 0];
    for (let at = 0; at < counts.length; at += 1) {
      n += counts[at] ?? 0;
      total += (counts[at] ?? 0) * (scores[at] ?? 0);
    }
    return { group, mean: total / n };
  });
  const present = means.filter(({ mean }) => !Number.isNaN(mean));
  const groups = [...Map.groupBy(present, ({ group }) => group).values()];
  const rest = groups.flatMap((own) =>
    withoutTrend(
      own.map(({ mean }) => mean),
      trend,
    ),
  );
  let [products, squares] = [0, 0];
  for (const [i, value] of rest.entries()) {
    squares += value * value;
    if (i > 0) products += value * (rest[i - 1] ?? 0);
  }
  const parameters = groups.length * (trend === 'line' ? 2 : 1);
  return squares > 0 ? products / squares + parameters / rest.length : 0;
}

function withoutTrend(values: readonly number[], trend: Trend): number[] {
  const n = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  if (trend === 'level') return values.map((value) => value - mean);
  if (n < 3) return values.map(() => 0);
  const middle = (n - 1) / 2;
  let [slope, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    slope += (i - middle) * (value - mean);
    squares += (i - middle) ** 2;
  }
  return values.map((value, i) => value - mean - (slope / squares) * (i - middle));
}
