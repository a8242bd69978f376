import { quantileOfClasses } from '../../src/sdk/index.ts';
import type { DriftColumn } from './counts.ts';
import { decileBins, largestGap, laterIsLarger, stabilityIndex, totalVariation } from './distances.ts';
import type { Settings } from './settings.ts';

/** How large a drift is. */
export interface DriftSize {
  /** Population stability index: over tenths of the first half, or over levels. */
  readonly index: number;
  /** Largest difference of cumulative shares, or, for a category, half the sum of the differences of shares. */
  readonly gap: number;
  /** P(a row of the second half is larger) + P(equal) / 2; a half for a category. */
  readonly later: number;
  /** Interquartile range of the second half over that of the first; 1 where it is undefined. */
  readonly spreadRatio: number;
}

/** The stability index over tenths of the first part, or over levels. */
export function indexBetween(column: DriftColumn, first: Float64Array, second: Float64Array): number {
  if (column.kind === 'category') return stabilityIndex(first, second);
  const bins = decileBins(first, second);
  return stabilityIndex(bins.first, bins.second);
}

/** How far two parts of a column are apart. */
export function sizeBetween(column: DriftColumn, first: Float64Array, second: Float64Array): DriftSize {
  if (column.kind === 'category') {
    return {
      index: indexBetween(column, first, second),
      gap: totalVariation(first, second),
      later: 0.5,
      spreadRatio: 1,
    };
  }
  const spread = (counts: Float64Array) =>
    quantileOfClasses(column.classes, counts, 0.75) - quantileOfClasses(column.classes, counts, 0.25);
  const [before, after] = [spread(first), spread(second)];
  return {
    index: indexBetween(column, first, second),
    gap: largestGap(first, second),
    later: laterIsLarger(first, second),
    spreadRatio: before > 0 && after > 0 ? after / before : 1,
  };
}

/** True where a drift is as large as the smallest of interest in one respect. */
export function isOfInterest({ index, gap, spreadRatio }: DriftSize, settings: Settings): boolean {
  return (
    settings.smallestIndex.reaches(index) ||
    settings.smallestGap.reaches(gap) ||
    settings.smallestSpreadRatio.reaches(spreadRatio)
  );
}
