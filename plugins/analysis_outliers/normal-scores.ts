import { exp, ln, normalQuantile } from '../../src/sdk/index.ts';

/** A column's values as normal scores, and back. */
export interface NormalScores {
  /** The score of a value; scores grow with values, beyond the last knots by the logarithm of the distance. */
  scoreOf(value: number): number;
  /** The value at a score. */
  valueAt(score: number): number;
}

/** Shares of the sample at which value and score are tied together. */
const SHARES = [
  0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995,
];
/** Values of the sample that must lie beyond a knot. */
const FEWEST_BEYOND = 5;
/** The slope at an end is taken over so many pieces. */
const END_PIECES = 3;

interface Knots {
  readonly values: Float64Array;
  readonly scores: Float64Array;
}

/**
 * Normal scores (van der Waerden) at some quantiles of a sample, linear between them and logarithmic beyond the last:
 * no column's unit, skewness or far value decides anything then. Scores of ranks themselves would not do: where two
 * columns say nearly the same, the last ranks change places for nothing, and the scores there lie far apart.
 */
export function normalScores(sample: Float64Array): NormalScores {
  const knots = knotsOf(sample.toSorted());
  const last = knots.values.length - 1;
  if (last < 1) return { scoreOf: () => 0, valueAt: () => knots.values[0] ?? 0 };
  const low = endOf(knots, 0, Math.min(END_PIECES, last));
  const high = endOf(knots, last, Math.max(0, last - END_PIECES));
  return {
    scoreOf(value) {
      if (value < low.value) return low.score - ln(1 + low.slope * (low.value - value));
      if (value > high.value) return high.score + ln(1 + high.slope * (value - high.value));
      return interpolate(knots.values, knots.scores, value);
    },
    valueAt(score) {
      if (score < low.score) return low.value - (exp(low.score - score) - 1) / low.slope;
      if (score > high.score) return high.value + (exp(score - high.score) - 1) / high.slope;
      return interpolate(knots.scores, knots.values, score);
    },
  };
}

/** Quantiles and their scores; where a value is the quantile of several shares, their mean score. */
function knotsOf(sorted: Float64Array): Knots {
  const n = sorted.length;
  const shares = SHARES.filter((share) => Math.min(share, 1 - share) * n >= FEWEST_BEYOND || share === 0.5);
  const found: { value: number; scores: number[] }[] = [];
  for (const share of shares) {
    const value = quantile(sorted, share);
    const known = found.at(-1);
    if (known?.value === value) known.scores.push(normalQuantile(share));
    else found.push({ value, scores: [normalQuantile(share)] });
  }
  return {
    values: Float64Array.from(found, ({ value }) => value),
    scores: Float64Array.from(
      found,
      ({ scores }) => scores.reduce((sum, score) => sum + score, 0) / scores.length,
    ),
  };
}

function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const [x, y] = [sorted[below] ?? 0, sorted[Math.min(below + 1, sorted.length - 1)] ?? 0];
  return x + (at - below) * (y - x);
}

function endOf({ values, scores }: Knots, end: number, inner: number) {
  const [value, score] = [values[end] ?? 0, scores[end] ?? 0];
  return { value, score, slope: (score - (scores[inner] ?? 0)) / (value - (values[inner] ?? 0)) };
}

/** Linear between known points, which `at` lies among. */
function interpolate(x: Float64Array, y: Float64Array, at: number): number {
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [x[low] ?? 0, x[high] ?? 0, y[low] ?? 0, y[high] ?? 0];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}
