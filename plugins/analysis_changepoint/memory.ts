import type { Degree } from './line-cost.ts';

/**
 * Lag-1 autocorrelation of what the segments' least-squares constants or lines leave, corrected for the bias that fitting
 * them brings, (p(1 + phi) + 2 phi)/n for p fitted parameters (Kendall 1954; Marriott and Pope 1954); from 0 to 0.99.
 */
export function memoryOf(values: Float64Array, changes: readonly number[], degree: Degree): number {
  const n = values.length;
  const left = residuals(values, changes, degree);
  let [squares, products] = [0, 0];
  for (let t = 0; t < n; t += 1) {
    squares += (left[t] ?? 0) ** 2;
    if (t > 0) products += (left[t] ?? 0) * (left[t - 1] ?? 0);
  }
  if (!(squares > 0)) return 0;
  const parameters = (changes.length + 1) * (degree + 1);
  const corrected = (products / squares + parameters / n) / Math.max(0.1, 1 - (parameters + 2) / n);
  return Math.min(0.99, Math.max(0, corrected));
}

/** What the best constant or line of each segment leaves. */
export function residuals(values: Float64Array, changes: readonly number[], degree: Degree): Float64Array {
  const bounds = [0, ...changes, values.length];
  const left = new Float64Array(values.length);
  for (let i = 0; i + 1 < bounds.length; i += 1) {
    const from = bounds[i] ?? 0;
    left.set(withoutLine(values.subarray(from, bounds[i + 1] ?? 0), degree), from);
  }
  return left;
}

/** What the best constant or line through all values leaves. */
export function withoutLine(values: Float64Array, degree: Degree): Float64Array {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (degree === 0 || n < 2) return values.map((value) => value - mean);
  const centre = (n - 1) / 2;
  const slope = values.reduce((sum, value, i) => sum + (i - centre) * value, 0) / ((n * (n * n - 1)) / 12);
  return values.map((value, i) => value - mean - slope * (i - centre));
}

/** values[t] - phi·values[t - 1], from the second value on. */
export function innovationsOf(values: Float64Array, phi: number): Float64Array {
  return values.map((value, t) => (t === 0 ? 0 : value - phi * (values[t - 1] ?? 0))).subarray(1);
}
