import type { RandomStream } from '../random.ts';
import { tQuantile, tTwoSided } from './distributions.ts';
import { exp, ln } from './elementary.ts';
import { type HalfResult, type Replication, replicates } from './replication.ts';
import type { Interval } from './test-result.ts';

/** Rows of one level, and how many of them are marked (wait too long, belong to the tail …), by block. */
export interface BlockCounts {
  readonly rows: Float64Array;
  readonly marked: Float64Array;
}

/** How many more marked rows a level has than its share of the rows of each block would give it. */
export interface BlockExcess {
  readonly rows: number;
  readonly marked: number;
  /** Marked rows, had each block's fallen on its levels like its rows. */
  readonly expected: number;
  /** Marked less expected, by block: what the level adds to the score. */
  readonly scores: Float64Array;
  /** Marked over expected; NaN where nothing is expected. */
  readonly ratio: number;
  /** The same of the earlier and of the later blocks. */
  readonly halves: readonly [number, number];
  readonly replication: Replication;
  /** Of the ratio, on its logarithm, with blocks as units (linearised). */
  interval(level: number): Interval;
}

/**
 * The excesses of levels that share out the rows between them. Blocks are compared only within themselves, so that a day
 * on which all wait says nothing about the levels. `cut` is the first block of the later half.
 */
export function blockExcesses(levels: readonly BlockCounts[], cut: number): BlockExcess[] {
  const blocks = levels[0]?.rows.length ?? 0;
  const shares = Float64Array.from({ length: blocks }, (_, b) => {
    const rows = sumOf(levels, ({ rows: all }) => all[b] ?? 0);
    return rows === 0 ? 0 : sumOf(levels, ({ marked }) => marked[b] ?? 0) / rows;
  });
  return levels.map((level) => excessOf(level, shares, cut));
}

function excessOf({ rows, marked }: BlockCounts, shares: Float64Array, cut: number): BlockExcess {
  const expected = rows.map((n, b) => n * (shares[b] ?? 0));
  const scores = marked.map((x, b) => x - (expected[b] ?? 0));
  const [x, e] = [total(marked), total(expected)];
  const ratio = x / e;
  const half = (from: number, to: number) => ({
    ratio: total(marked.subarray(from, to)) / total(expected.subarray(from, to)),
    result: halfOfScores(scores.subarray(from, to)),
  });
  const [first, second] = [half(0, cut), half(cut, scores.length)];
  return {
    rows: total(rows),
    marked: x,
    expected: e,
    scores,
    ratio,
    halves: [first.ratio, second.ratio],
    replication: replicates(x - e, first.result, second.result),
    interval: (level) => intervalOf(marked, expected, ratio, level),
  };
}

/** What half of the blocks says: the sum of its scores, by t over blocks that have one. */
export function halfOfScores(scores: Float64Array): HalfResult {
  const [sum, squares, used] = [total(scores), total(scores.map((d) => d * d)), countOf(scores)];
  if (used < 2) return { estimate: null, p_value: null };
  return { estimate: sum, p_value: tTwoSided(sum / Math.sqrt(squares), used - 1) };
}

function intervalOf(marked: Float64Array, expected: Float64Array, ratio: number, level: number): Interval {
  const used = countOf(expected);
  const x = total(marked);
  if (used < 2 || x === 0) return { low: 0, high: Number.POSITIVE_INFINITY, level };
  const residuals = total(marked.map((m, b) => (m - ratio * (expected[b] ?? 0)) ** 2));
  const error = Math.sqrt((residuals * used) / (used - 1)) / x;
  const margin = tQuantile((1 + level) / 2, used - 1) * error;
  return { low: exp(ln(ratio) - margin), high: exp(ln(ratio) + margin), level };
}

/** What the sign flips say of each level: its standardised score, and the p-value of the largest of all of them. */
export interface FlippedScores {
  readonly statistics: readonly number[];
  /** Chance that the largest score of any level is as large where no level has an excess: the selection is accounted for. */
  readonly p_values: readonly number[];
}

/**
 * Whether any of some levels has an excess: the score of each is its sum over blocks, and each draw turns the signs of
 * whole blocks, the same for all levels (Hemerik, Goeman and Finos, "Robust testing in generalized linear models by sign
 * flipping score contributions", J. R. Stat. Soc. B 82, 2020). What rows of a block have in common stays in each draw;
 * every score is compared with the largest one of the draw (Westfall and Young, 1993).
 */
export function flipScores(
  scores: readonly Float64Array[],
  draws: number,
  random: RandomStream,
): FlippedScores {
  const scaled = scores.map((of) => {
    const length = Math.sqrt(total(of.map((d) => d * d)));
    return length === 0 ? of : of.map((d) => d / length);
  });
  const statistics = scaled.map(total);
  const reached = statistics.map((t) => t - Math.abs(t) * 1e-12);
  const hits = new Array<number>(scores.length).fill(0);
  const signs = new Float64Array(scaled[0]?.length ?? 0);
  for (let made = 0; made < draws; made += 1) {
    drawSigns(signs, random);
    const largest = largestScore(scaled, signs);
    for (let j = 0; j < hits.length; j += 1) {
      if (largest >= (reached[j] ?? 0)) hits[j] = (hits[j] ?? 0) + 1;
    }
  }
  return { statistics, p_values: hits.map((h) => (h + 1) / (draws + 1)) };
}

/** 32 signs from each number drawn. */
function drawSigns(signs: Float64Array, random: RandomStream): void {
  let bits = 0;
  for (let b = 0; b < signs.length; b += 1) {
    if (b % 32 === 0) bits = random.integer(2 ** 32);
    signs[b] = (bits >>> (b % 32)) % 2 === 0 ? -1 : 1;
  }
}

function largestScore(scaled: readonly Float64Array[], signs: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const of of scaled) {
    let score = 0;
    for (let b = 0; b < of.length; b += 1) score += (of[b] ?? 0) * (signs[b] ?? 0);
    if (score > largest) largest = score;
  }
  return largest;
}

function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function countOf(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (value !== 0) count += 1;
  return count;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
