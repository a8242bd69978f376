/** 1 / normal quantile of 0.75: makes the median absolute deviation estimate a normal standard deviation. */
const NORMAL_MAD = 1.4826022185056018;

/** Robust standard deviations beyond which a value loses weight. */
export const CUT = 3;

/** Median of the values; the mean of the middle two where their number is even. NaN of none. */
export function medianOf(values: Float64Array): number {
  return middle(values.toSorted());
}

/** The median of each value's neighbourhood of `reach` values to either side, cut off at the ends. */
export function runningMedian(values: Float64Array, reach: number): Float64Array {
  const window: number[] = [];
  const result = new Float64Array(values.length);
  for (let last = 0; last < Math.min(reach, values.length); last += 1) insert(window, values[last] ?? 0);
  for (let at = 0; at < values.length; at += 1) {
    if (at + reach < values.length) insert(window, values[at + reach] ?? 0);
    if (at - reach > 0) window.splice(placeOf(window, values[at - reach - 1] ?? 0), 1);
    result[at] = middle(window);
  }
  return result;
}

export interface Winsorized {
  readonly values: Float64Array;
  /** Robust standard deviation of the values about their running median. */
  readonly scale: number;
}

/**
 * Pulls values that lie more than `cut` robust standard deviations from their running median back to that distance:
 * a lone outlier or a burst shorter than `reach` loses its weight, a level that lasts keeps all of it. The scale is the
 * median absolute deviation, or, where ties make that small, the spread of the values within three of them.
 */
export function winsorize(values: Float64Array, reach: number, cut: number): Winsorized {
  const centre = runningMedian(values, reach);
  const off = values.map((value, i) => value - (centre[i] ?? 0));
  const mad = NORMAL_MAD * medianOf(off.map(Math.abs));
  const scale =
    mad > 0 ? Math.max(mad, rootMeanSquare(off.map((d) => clamp(d, 3 * mad)))) : rootMeanSquare(off);
  return { values: off.map((d, i) => (centre[i] ?? 0) + clamp(d, cut * scale)), scale };
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));
}

function middle(sorted: ArrayLike<number>): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

function insert(sorted: number[], value: number): void {
  sorted.splice(placeOf(sorted, value), 0, value);
}

/** Where the value stands in a sorted list, or would be put: the first place that is not below it. */
function placeOf(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if ((sorted[half] ?? 0) < value) low = half + 1;
    else high = half;
  }
  return low;
}
