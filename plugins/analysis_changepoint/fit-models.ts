import { type Degree, lineCost, type SegmentCost } from './line-cost.ts';
import { innovationsOf } from './memory.ts';
import { bestPartitions } from './partition.ts';
import { CUT, medianOf, winsorize } from './winsorize.ts';

/** A series in segments, each a constant or a straight line, plus noise with a memory. */
export interface Segmentation {
  /** Index of the first value of each later segment. */
  readonly changes: readonly number[];
  readonly degree: Degree;
  /** Share of its last value that the noise remembers: its lag-1 autocorrelation. */
  readonly phi: number;
}

export interface FittedModel extends Segmentation {
  /** Variance of the winsorised innovations of each dimension, scaled to a spread of 1. */
  readonly variances: readonly number[];
}

/** Shares of the last value that the noise may remember. */
const MEMORIES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97];

/** Most places at which the dynamic program lets a segment start; longer series get an even grid. */
const MOST_PLACES = 400;

/** Shortest segment in a series of n values. */
export function shortestSegment(n: number): number {
  return Math.max(3, Math.round(Math.sqrt(n) / 2));
}

/** Each dimension centred and scaled by its robust spread; without those that are constant. */
export function standardize(dimensions: readonly Float64Array[]): Float64Array[] {
  return dimensions.flatMap((values) => {
    const kept = winsorize(values, shortestSegment(values.length), CUT).values;
    const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
    const spread = Math.sqrt(kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kept.length);
    return spread > 0 ? [values.map((value) => (value - mean) / spread)] : [];
  });
}

/**
 * For each memory of the noise, for constants and for lines, and for each number of changes: the best segmentation. Of
 * each value phi times the one before is taken off, the rest winsorised about its running median, so that a lone
 * outlier costs little and a jump that does not last gains nothing.
 */
export function fitModels(series: readonly Float64Array[], mostChanges: number): FittedModel[] {
  const n = series[0]?.length ?? 0;
  const shortest = shortestSegment(n);
  const most = Math.min(mostChanges, Math.floor(n / shortest) - 1);
  if (series.length === 0 || most < 1) return [];
  const places = placesOf(n, shortest);
  return MEMORIES.flatMap((phi) => {
    const innovations = series.map((values) => winsorize(innovationsOf(values, phi), shortest, CUT));
    return ([0, 1] as const).flatMap((degree) => {
      const costs = innovations.map(({ values }) => withoutFirst(lineCost(centred(values), degree)));
      const cost = weighted(
        costs,
        innovations.map(({ scale }) => scale),
      );
      return bestPartitions(cost, places, shortest, most).map(({ changes }) => {
        const variances = costs.map((one) => totalCost(one, changes, n) / (n - 1 - changes.length));
        return { changes, degree, phi, variances };
      });
    });
  });
}

/** Innovation t - 1 belongs to value t; that of a segment's first value leads from one segment to the next: left out. */
function withoutFirst(cost: SegmentCost): SegmentCost {
  return (from, to) => cost(from, to - 1);
}

/** Dimensions weigh by the inverse of their noise. */
function weighted(costs: readonly SegmentCost[], scales: readonly number[]): SegmentCost {
  const [only] = costs;
  if (only !== undefined && costs.length === 1) return only;
  const weights = scales.map((scale) => 1 / Math.max(1e-12, scale * scale));
  return (from, to) => costs.reduce((sum, cost, d) => sum + cost(from, to) * (weights[d] ?? 1), 0);
}

function totalCost(cost: SegmentCost, changes: readonly number[], n: number): number {
  const bounds = [0, ...changes, n];
  return bounds.slice(1).reduce((sum, to, i) => sum + cost(bounds[i] ?? 0, to), 0);
}

function centred(values: Float64Array): Float64Array {
  const median = medianOf(values);
  return values.map((value) => value - median);
}

function placesOf(n: number, shortest: number): number[] {
  const step = Math.min(shortest, Math.ceil(n / MOST_PLACES));
  return [...Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step), n];
}
