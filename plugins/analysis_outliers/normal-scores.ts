import { normalQuantile } from '../../src/sdk/index.ts';

/** A column's values as normal scores, and back. */
export interface NormalScores {
  /** The score of a value: by its rank among the sample, between neighbours by interpolation, at most that of the last. */
  scoreOf(value: number): number;
  /** The value at a score, by interpolation. */
  valueAt(score: number): number;
}

/**
 * Normal scores of van der Waerden: the normal quantile at (rank - 1/2) / n, equal values sharing their middle rank.
 * No column's unit, skewness or single far value decides anything then; what is left is how columns go together.
 */
export function normalScores(sample: Float64Array): NormalScores {
  const sorted = sample.toSorted();
  const values: number[] = [];
  const scores: number[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
    values.push(sorted[from] ?? 0);
    scores.push(normalQuantile((from + to) / 2 / sorted.length));
    from = to;
  }
  const points = { values: Float64Array.from(values), scores: Float64Array.from(scores) };
  return {
    scoreOf: (value) => interpolate(points.values, points.scores, value),
    valueAt: (score) => interpolate(points.scores, points.values, score),
  };
}

/** Linear between the known points, constant beyond them. */
function interpolate(x: Float64Array, y: Float64Array, at: number): number {
  const last = x.length - 1;
  if (last < 0 || !(at > (x[0] ?? 0))) return y[0] ?? 0;
  if (at >= (x[last] ?? 0)) return y[last] ?? 0;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [x[low] ?? 0, x[high] ?? 0, y[low] ?? 0, y[high] ?? 0];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}
