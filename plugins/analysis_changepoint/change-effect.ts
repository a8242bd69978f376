import { tQuantile } from '../../src/sdk/index.ts';
import { type Degree, whitenedLineCost } from './line-cost.ts';
import { fitSegment, type SegmentFit } from './segment-fit.ts';

export const LEVEL = 0.95;

/** The x with (1 - e^(-x/2))² = LEVEL. */
const POSITION_DROP = 7.3523;

/** What changed at one place, in the unit of the series. */
export interface ChangeEffect {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Where the earlier course led, and where the series is, on average over as much time after the change as both know. */
  readonly before: number;
  readonly after: number;
  /** after - before, with its interval. */
  readonly shift: number;
  readonly low: number;
  readonly high: number;
  /** Root mean square of the difference between the two courses over that time: that of lines is more than its mean. */
  readonly departure: number;
  /** Standard deviation within the two segments. */
  readonly spread: number;
  readonly earlier: SegmentFit;
  readonly later: SegmentFit;
  /** First and last index that the likelihood allows for the first value after the change. */
  readonly earliest: number;
  readonly latest: number;
}

/** What the days of a process log show that lie on either side of a change and in the same part of the month. */
export interface AlikeDays {
  /** Medians of the series as it is. */
  readonly before: number;
  readonly after: number;
  readonly daysBefore: number;
  readonly daysAfter: number;
}

/** Each change of a series with its size and the interval of its place. */
export function changeEffects(
  values: Float64Array,
  changes: readonly number[],
  phi: number,
  degree: Degree,
  shortest: number,
): ChangeEffect[] {
  const bounds = [0, ...changes, values.length];
  const fits = bounds.slice(1).map((to, i) => fitSegment(values, bounds[i] ?? 0, to, phi, degree));
  return changes.flatMap((at, i) => {
    const [earlier, later] = [fits[i], fits[i + 1]];
    if (earlier === undefined || later === undefined) return [];
    const place = placeInterval(values, earlier.from, at, later.to, phi, degree, shortest);
    return [{ at, ...sizeOf(earlier, later), ...place, earlier, later }];
  });
}

/**
 * The later course less the earlier one, continued: over as many values after the change as the shorter of the two
 * segments has. Welch's interval, for each segment has a variance of its own.
 */
export function sizeOf(earlier: SegmentFit, later: SegmentFit) {
  const reach = Math.min(earlier.to - earlier.from, later.to - later.from);
  const middle = later.from + (reach - 1) / 2;
  const [before, after] = [earlier.at(middle), later.at(middle)];
  const [a, b] = [earlier.varianceAt(middle), later.varianceAt(middle)];
  const df = (a + b) ** 2 / (a ** 2 / earlier.degreesOfFreedom + b ** 2 / later.degreesOfFreedom) || 1;
  const half = tQuantile((1 + LEVEL) / 2, df) * Math.sqrt(a + b);
  const shift = after - before;
  const departure = Math.sqrt(shift ** 2 + ((later.slope - earlier.slope) ** 2 * (reach ** 2 - 1)) / 12);
  const spread = Math.sqrt(
    (earlier.squares + later.squares) / (earlier.degreesOfFreedom + later.degreesOfFreedom),
  );
  return {
    before,
    after,
    shift,
    low: shift - half,
    high: shift + half,
    departure,
    spread,
    standardError: Math.sqrt(a + b),
    df,
  };
}

/**
 * The places whose likelihood is so near the best one that the true place is among them with a probability of 95 %:
 * twice the log likelihood drops by less than x, where (1 - e^(-x/2))² = 0.95 (Siegmund 1988, Confidence sets in
 * change-point problems, Int. Stat. Rev. 56, 31–48). From the first to the last of them.
 */
function placeInterval(
  values: Float64Array,
  from: number,
  at: number,
  to: number,
  phi: number,
  degree: Degree,
  shortest: number,
) {
  const cost = whitenedLineCost(values, degree)(phi);
  const of = (place: number) => cost(from, place) + cost(place, to);
  const least = Math.max(1, Math.min(shortest, at - from, to - at));
  const places = Array.from({ length: to - from - 2 * least + 1 }, (_, i) => from + least + i);
  const best = places.reduce((lowest, place) => Math.min(lowest, of(place)), Infinity);
  const variance = best / Math.max(1, to - from - 2 * (degree + 1));
  const allowed = places.filter((place) => place === at || of(place) - best <= POSITION_DROP * variance);
  return { earliest: allowed[0] ?? at, latest: allowed.at(-1) ?? at };
}
