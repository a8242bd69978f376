import type { Degree } from './line-cost.ts';

/** A constant or line through a segment, by generalised least squares, with what is needed for intervals. */
export interface SegmentFit {
  readonly from: number;
  readonly to: number;
  /** Value at an index, inside the segment or beyond it. */
  at(index: number): number;
  /** Variance of that value as an estimate of the mean. */
  varianceAt(index: number): number;
  /** Per index; 0 of a constant. */
  readonly slope: number;
  readonly degreesOfFreedom: number;
  /** Sum of squares about the fit, without regard to memory. */
  readonly squares: number;
}

/**
 * Fits values[from … to - 1] where the noise remembers the share `phi` of its last value: least squares on values of
 * which phi times the one before is taken off, the first of them scaled by √(1 - phi²) (Prais and Winsten 1954).
 */
export function fitSegment(
  values: Float64Array,
  from: number,
  to: number,
  phi: number,
  degree: Degree,
): SegmentFit {
  const centre = (from + to - 1) / 2;
  const first = Math.sqrt(1 - phi * phi);
  const rows = Array.from({ length: to - from }, (_, i) => {
    const [value, x] = [values[from + i] ?? 0, from + i - centre];
    if (i === 0) return { one: first, x: first * x, y: first * value };
    return { one: 1 - phi, x: x - phi * (x - 1), y: value - phi * (values[from + i - 1] ?? 0) };
  });
  const sum = (term: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + term(row), 0);
  const [oo, ox, xx] = [sum((r) => r.one * r.one), sum((r) => r.one * r.x), sum((r) => r.x * r.x)];
  const [oy, xy] = [sum((r) => r.one * r.y), sum((r) => r.x * r.y)];
  const determinant = oo * xx - ox * ox;
  const isLine = degree === 1 && rows.length > 2;
  const slope = isLine ? (oo * xy - ox * oy) / determinant : 0;
  const level = isLine ? (xx * oy - ox * xy) / determinant : oy / oo;
  const degreesOfFreedom = Math.max(1, rows.length - (isLine ? 2 : 1));
  const variance = sum((r) => (r.y - level * r.one - slope * r.x) ** 2) / degreesOfFreedom;
  const at = (index: number) => level + slope * (index - centre);
  let squares = 0;
  for (let i = from; i < to; i += 1) squares += ((values[i] ?? 0) - at(i)) ** 2;
  return {
    from,
    to,
    at,
    varianceAt: (index) => {
      const x = index - centre;
      return variance * (isLine ? (xx - 2 * ox * x + oo * x * x) / determinant : 1 / oo);
    },
    slope,
    degreesOfFreedom,
    squares,
  };
}
