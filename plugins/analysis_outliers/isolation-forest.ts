import { exp, ln, type RandomStream } from '../../src/sdk/index.ts';
import { drawSample } from './draw-distinct.ts';
import type { Points } from './scatter.ts';

/** A forest of isolation trees of one sample size. */
export interface Forest {
  readonly trees: readonly Tree[];
  readonly sampleSize: number;
}

/**
 * A tree as arrays by node. An inner node sends points whose `column` is below `threshold` to node `below`, the others
 * to the next one, `below + 1`; at a leaf `below` is 0 and `depth` is the length of the path to it, with what a tree
 * of the points left there would add on average.
 */
interface Tree {
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly below: Int32Array;
  readonly depth: Float64Array;
}

export const TREES = 100;
export const SAMPLE_SIZE = 256;

const EULER = 0.5772156649015329;

/**
 * The average path length of an unsuccessful search in a binary search tree of n points, c(n) = 2 H(n - 1) - 2 (n - 1) / n
 * with H(i) = ln i + Euler's constant: Liu, Ting and Zhou (2008), equation 1; 1 for two points and 0 for fewer.
 */
export function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (ln(n - 1) + EULER) - (2 * (n - 1)) / n;
}

/**
 * An isolation forest (Liu, Ting and Zhou 2008): each tree splits a random sample at a random value of a random
 * column until points are alone or the depth is that of a balanced tree.
 */
export function growForest(points: Points, random: RandomStream, trees = TREES): Forest {
  const sampleSize = Math.min(SAMPLE_SIZE, points.count);
  const limit = 32 - Math.clz32(Math.max(2, sampleSize) - 1);
  return {
    sampleSize,
    trees: Array.from({ length: trees }, () =>
      growTree(points, drawSample(points.count, sampleSize, random), limit, random),
    ),
  };
}

/** The anomaly score 2^(-E(h) / c(ψ)) in (0, 1]: near 1 for points that are isolated fast, about 0.5 for usual ones. */
export function isolationScore(forest: Forest, values: Float64Array, from = 0): number {
  return scoreOfLength(meanPathLength(forest, values, from, forest.trees.length), forest.sampleSize);
}

export function scoreOfLength(length: number, sampleSize: number): number {
  return exp((-Math.LN2 * length) / averagePathLength(sampleSize));
}

/** The mean path length of a point in the first trees. */
export function meanPathLength({ trees }: Forest, values: Float64Array, from: number, first: number): number {
  let sum = 0;
  for (let i = 0; i < first; i++) {
    const tree = trees[i];
    if (tree !== undefined) sum += pathLength(tree, values, from);
  }
  return sum / first;
}

function pathLength({ column, threshold, below, depth }: Tree, values: Float64Array, from: number): number {
  let node = 0;
  for (let next = below[0] ?? 0; next !== 0; next = below[node] ?? 0) {
    node = (values[from + (column[node] ?? 0)] ?? 0) < (threshold[node] ?? 0) ? next : next + 1;
  }
  return depth[node] ?? 0;
}

function growTree(points: Points, rows: number[], limit: number, random: RandomStream): Tree {
  const nodes = { column: [0], threshold: [0], below: [0], depth: [0] };
  const grow = (node: number, own: number[], depth: number): void => {
    const split = own.length > 1 && depth < limit ? chooseSplit(points, own, random) : undefined;
    if (split === undefined) {
      nodes.depth[node] = depth + averagePathLength(own.length);
      return;
    }
    const below = nodes.below.length;
    for (const list of Object.values(nodes)) list.push(0, 0);
    nodes.column[node] = split.column;
    nodes.threshold[node] = split.threshold;
    nodes.below[node] = below;
    const isBelow = (row: number) => at(points, row, split.column) < split.threshold;
    grow(below, own.filter(isBelow), depth + 1);
    grow(
      below + 1,
      own.filter((row) => !isBelow(row)),
      depth + 1,
    );
  };
  grow(0, rows, 0);
  return {
    column: Int32Array.from(nodes.column),
    threshold: Float64Array.from(nodes.threshold),
    below: Int32Array.from(nodes.below),
    depth: Float64Array.from(nodes.depth),
  };
}

/** A random column among those in which the rows differ, and a random value between its ends; undefined where none is. */
function chooseSplit(
  points: Points,
  rows: readonly number[],
  random: RandomStream,
): { column: number; threshold: number } | undefined {
  const open: { column: number; low: number; high: number }[] = [];
  for (let column = 0; column < points.width; column++) {
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) {
      const value = at(points, row, column);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low < high) open.push({ column, low, high });
  }
  if (open.length === 0) return undefined;
  const chosen = open[random.integer(open.length)];
  if (chosen === undefined) return undefined;
  const { column, low, high } = chosen;
  // in (low, high], so that both sides get a row
  return { column, threshold: high - random.uniform() * (high - low) };
}

function at({ values, width }: Points, row: number, column: number): number {
  return values[row * width + column] ?? 0;
}
