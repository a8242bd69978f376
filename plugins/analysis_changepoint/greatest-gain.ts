import type { Degree } from './line-cost.ts';

/** A stretch of values [from, to) and a place that splits it. */
export interface Split {
  readonly from: number;
  readonly at: number;
  readonly to: number;
}

/** Splits tried per stretch, at most. */
const MOST_SPLITS = 16;

/**
 * Stretches of all sizes over n values, and splits of each, no part shorter than `shortest`: seeded intervals (Kovács,
 * Bühlmann, Li and Munk 2023, Seeded binary segmentation, Biometrika 110(1), 249–256), each about 0.7 times as long as
 * the ones before and shifted by half its length; on each up to sixteen places, evenly spread.
 */
export function seededSplits(n: number, shortest: number): Split[] {
  const splits: Split[] = [];
  for (let layer = 0, length = n; length >= 2 * shortest; layer += 1, length = n * Math.SQRT1_2 ** layer) {
    const count = layer === 0 ? 1 : 2 * Math.ceil(Math.SQRT2 ** layer) - 1;
    for (let i = 0; i < count; i += 1) {
      const from = count === 1 ? 0 : Math.floor((i * (n - length)) / (count - 1));
      const to = Math.min(n, from + Math.ceil(length));
      for (const at of placesIn(from + shortest, to - shortest)) splits.push({ from, at, to });
    }
  }
  return splits;
}

/** All splits of one stretch. */
export function splitsOf(from: number, to: number, shortest: number): Split[] {
  return placesIn(from + shortest, to - shortest, 64).map((at) => ({ from, at, to }));
}

function placesIn(first: number, last: number, most = MOST_SPLITS): number[] {
  const room = last - first;
  if (room < 0) return [];
  const steps = Math.min(room, most - 1);
  return Array.from({ length: steps + 1 }, (_, i) =>
    steps === 0 ? first : first + Math.round((i * room) / steps),
  );
}

/**
 * Measures the most that one more constant or line (of its own on either side of a split) takes off the squares of a
 * stretch, over all splits given. Made once for a length and then asked thousands of times: the sum of squares that a fit
 * to m values explains, (Σy)²/m + (Σxy)²/Σx² about their middle x, needs nothing but running sums of y and of i·y.
 */
export function gainMeter(
  n: number,
  splits: readonly Split[],
  degree: Degree,
): (values: Float64Array) => number {
  const sums = new Float64Array(n + 1);
  const moments = new Float64Array(n + 1);
  const perLevel = Float64Array.from({ length: n + 1 }, (_, m) => (m === 0 ? 0 : 1 / m));
  const perSlope = Float64Array.from({ length: n + 1 }, (_, m) =>
    degree === 0 || m < 2 ? 0 : 12 / (m * (m * m - 1)),
  );
  const bounds = Int32Array.from(splits.flatMap(({ from, at, to }) => [from, at, to]));

  function explained(from: number, to: number): number {
    const sum = (sums[to] ?? 0) - (sums[from] ?? 0);
    const moment = (moments[to] ?? 0) - (moments[from] ?? 0) - ((from + to - 1) / 2) * sum;
    return sum * sum * (perLevel[to - from] ?? 0) + moment * moment * (perSlope[to - from] ?? 0);
  }

  return (values) => {
    for (let i = 0; i < n; i += 1) {
      const value = values[i] ?? 0;
      sums[i + 1] = (sums[i] ?? 0) + value;
      moments[i + 1] = (moments[i] ?? 0) + i * value;
    }
    let greatest = 0;
    let whole = 0;
    let start = -1;
    let end = -1;
    for (let s = 0; s < bounds.length; s += 3) {
      const from = bounds[s] ?? 0;
      const at = bounds[s + 1] ?? 0;
      const to = bounds[s + 2] ?? 0;
      if (from !== start || to !== end) {
        whole = explained(from, to);
        start = from;
        end = to;
      }
      const gain = explained(from, at) + explained(at, to) - whole;
      if (gain > greatest) greatest = gain;
    }
    return greatest;
  };
}
