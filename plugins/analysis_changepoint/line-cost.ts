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
 * The same of generalised least squares, where the values are a constant or line plus stationary noise that remembers
 * its last value by the share `phi`, and that starts anew in each segment: the first value is weighed by √(1 - phi²), of
 * every other value phi times the one before is taken off (Prais and Winsten 1954).
 */
export function whitenedLineCost(values: Float64Array, phi: number, degree: Degree): SegmentCost {
  const n = values.length;
  const first = Math.sqrt(1 - phi * phi);
  const w = (i: number) => (i === 0 ? 0 : (values[i] ?? 0) - phi * (values[i - 1] ?? 0));
  const u = (i: number) => (i - phi * (i - 1)) / n;
  const ww = runningSums(n, (i) => w(i) ** 2);
  const sw = runningSums(n, w);
  const uw = runningSums(n, (i) => u(i) * w(i));
  const su = runningSums(n, u);
  const uu = runningSums(n, (i) => u(i) ** 2);
  const one = 1 - phi;
  return (from, to) => {
    const inner = (sums: Float64Array) => (sums[to] ?? 0) - (sums[from + 1] ?? 0);
    const [y0, t0] = [first * (values[from] ?? 0), first * (from / n)];
    const aa = first * first + one * one * (to - from - 1);
    const aw = first * y0 + one * inner(sw);
    const rest = y0 * y0 + inner(ww) - (aw * aw) / aa;
    if (degree === 0) return Math.max(0, rest);
    if (to - from < 3) return 0;
    const au = first * t0 + one * inner(su);
    const xx = t0 * t0 + inner(uu) - (au * au) / aa;
    const xy = t0 * y0 + inner(uw) - (au * aw) / aa;
    return Math.max(0, rest - (xy * xy) / xx);
  };
}

/** sums[i] = the sum of the first i terms. */
function runningSums(n: number, term: (i: number) => number): Float64Array {
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i += 1) sums[i + 1] = (sums[i] ?? 0) + term(i);
  return sums;
}
