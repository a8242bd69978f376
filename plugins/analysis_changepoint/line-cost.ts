/** Sum of squares that a fit to the values from `from` up to, but not including, `to` leaves. */
export type SegmentCost = (from: number, to: number) => number;

/** A segment is fitted by a constant (0) or by a straight line (1). */
export type Degree = 0 | 1;

/**
 * Residual sum of squares of the least-squares constant or line through values[from … to - 1], in constant time from
 * sums up to each place. Values should be of the order of 1 and centred, so that no digits are lost.
 */
export function lineCost(values: Float64Array, degree: Degree): SegmentCost {
  const n = values.length;
  const y = runningSums(n, (i) => values[i] ?? 0);
  const yy = runningSums(n, (i) => (values[i] ?? 0) ** 2);
  const between = (sums: Float64Array, from: number, to: number) => (sums[to] ?? 0) - (sums[from] ?? 0);
  if (degree === 0) {
    return (from, to) => Math.max(0, between(yy, from, to) - between(y, from, to) ** 2 / (to - from));
  }
  const ty = runningSums(n, (i) => (i / n) * (values[i] ?? 0));
  return (from, to) => {
    const m = to - from;
    if (m < 3) return 0;
    const sum = between(y, from, to);
    const mean = (from + to - 1) / (2 * n);
    const xx = (m * (m * m - 1)) / (12 * n * n);
    const xy = between(ty, from, to) - mean * sum;
    return Math.max(0, between(yy, from, to) - (sum * sum) / m - (xy * xy) / xx);
  };
}

/**
 * The same of generalised least squares for any memory `phi`, where the values are a constant or line plus stationary
 * noise that remembers that share of its last value, and that starts anew in each segment: what is left when the first
 * value is weighed by √(1 - phi²), and of every other value phi times the one before is taken off (Prais and Winsten
 * 1954). Written out, it needs only sums that are the same for every phi.
 */
export function whitenedLineCost(values: Float64Array, degree: Degree): (phi: number) => SegmentCost {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  const at = values.map((value) => value - mean);
  const y = runningSums(n, (i) => at[i] ?? 0);
  const yy = runningSums(n, (i) => (at[i] ?? 0) ** 2);
  const yLast = runningSums(n, (i) => (at[i] ?? 0) * (at[i - 1] ?? 0));
  const ty = degree === 0 ? y : runningSums(n, (i) => i * (at[i] ?? 0));
  const between = (sums: Float64Array, from: number, to: number) => (sums[to] ?? 0) - (sums[from] ?? 0);
  return (phi) => {
    const rest = 1 - phi;
    return (from, to) => {
      const m = to - from;
      if (degree === 1 && m < 3) return 0;
      const [first, last, sum] = [at[from] ?? 0, at[to - 1] ?? 0, between(y, from, to)];
      const ends = phi * phi * (first * first + last * last) + 2 * phi * between(yLast, from + 1, to);
      const squares = (1 + phi * phi) * between(yy, from, to) - ends;
      const level = rest * (rest * sum + phi * (first + last));
      const left = squares - (level * level) / (rest * (m * rest + 2 * phi));
      if (degree === 0) return Math.max(0, left);
      const half = (m - 1) / 2;
      const moment = between(ty, from, to) - (from + half) * sum;
      const slope = rest * rest * moment + phi * (1 + half * rest) * (last - first);
      const spread = (rest * rest * m * (m * m - 1)) / 12 + 2 * phi * half * (1 + half * rest);
      return Math.max(0, left - (slope * slope) / spread);
    };
  };
}

/** sums[i] = the sum of the first i terms. */
function runningSums(n: number, term: (i: number) => number): Float64Array {
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i += 1) sums[i + 1] = (sums[i] ?? 0) + term(i);
  return sums;
}
