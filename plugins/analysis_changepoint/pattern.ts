import { medianOf } from './winsorize.ts';

/** A pattern that comes again: hours of the day, days of the week, months of the year. */
export interface Cycle {
  /** What its phases are: “day of the week”. */
  readonly name: string;
  /** Values per cycle, on average. */
  readonly length: number;
  /** Phase of each value, from 0. */
  readonly phases: Int32Array;
  /** Days of the values, where some are left out: then what is near in time is near in days, not in places. */
  readonly days?: Int32Array;
}

export interface Adjusted {
  readonly values: Float64Array;
  /** How the pattern was taken off; undefined where there was none. */
  readonly removed: 'added' | 'multiplied' | undefined;
}

/** Cycles that a series has to cover before a pattern can be told from a change. */
const FEWEST_CYCLES = 3;

/** Adjusted for the number of phases. */
const LEAST_STRENGTH = 0.3;

/**
 * Takes a recurring pattern off: by phase, the median of how far values lie off the moving average over a whole cycle
 * (classical decomposition; strength as in Wang, Smith and Hyndman 2006), as differences or, where that explains more
 * and all values are positive, as ratios. A series of too few cycles, or without a pattern, is left as it is.
 */
export function withoutPattern(values: Float64Array, cycle: Cycle): Adjusted {
  if (values.length < FEWEST_CYCLES * cycle.length) return { values, removed: undefined };
  const trend =
    cycle.days === undefined
      ? movingAverage(values, Math.round(cycle.length))
      : averageOfDaysNear(values, cycle, cycle.days);
  const differences = decompose(
    values.map((value, i) => value - (trend[i] ?? 0)),
    cycle,
    0,
  );
  const positive = values.every((value) => value > 0) && trend.every((value) => value > 0);
  const ratios = positive
    ? decompose(
        values.map((value, i) => value / (trend[i] ?? 1)),
        cycle,
        1,
      )
    : undefined;
  if (Math.max(differences.strength, ratios?.strength ?? 0) < LEAST_STRENGTH)
    return { values, removed: undefined };
  return ratios !== undefined && ratios.strength > differences.strength
    ? { values: values.map((value, i) => value / ratios.patternAt(i)), removed: 'multiplied' }
    : { values: values.map((value, i) => value - differences.patternAt(i)), removed: 'added' };
}

/** The pattern, centred on `neutral`, and the share of the variance that it explains, adjusted for its phases. */
function decompose(off: Float64Array, cycle: Cycle, neutral: number) {
  const medians = mediansByPhase(off, cycle.phases);
  const mean = medians.reduce((sum, median) => sum + median, 0) / medians.length;
  const patternAt = (i: number) => (medians[cycle.phases[i] ?? 0] ?? mean) - mean + neutral;
  const left = off.map((value, i) => value - patternAt(i));
  const within = sumOfSquares(centred(left)) / Math.max(1, off.length - medians.length);
  const all = sumOfSquares(centred(off)) / Math.max(1, off.length - 1);
  return { patternAt, strength: all > 0 ? 1 - within / all : 0 };
}

/** The median of each phase; that of all where a phase has no values. */
function mediansByPhase(off: Float64Array, phases: Int32Array): Float64Array {
  const count = phases.reduce((most, phase) => Math.max(most, phase + 1), 0);
  return Float64Array.from({ length: count }, (_, phase) => {
    const own = off.filter((_value, i) => phases[i] === phase);
    return medianOf(own.length === 0 ? off : own);
  });
}

/**
 * Centred moving average over `length` values (over an even number the two at the ends count half), continued at both
 * ends by the straight line through the averages of the nearest cycle.
 */
export function movingAverage(values: Float64Array, length: number): Float64Array {
  const n = values.length;
  const reach = length >> 1;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i += 1) sums[i + 1] = (sums[i] ?? 0) + (values[i] ?? 0);
  const result = new Float64Array(n);
  for (let i = reach; i < n - reach; i += 1) {
    const whole = (sums[i + reach + 1] ?? 0) - (sums[i - reach] ?? 0);
    const halves = length % 2 === 0 ? ((values[i - reach] ?? 0) + (values[i + reach] ?? 0)) / 2 : 0;
    result[i] = (whole - halves) / length;
  }
  continueLine(result, reach, Math.min(n - reach, reach + length), 0, reach);
  continueLine(result, Math.max(reach, n - reach - length), n - reach, n - reach, n);
  return result;
}

/** Days to either side that the level of a day is the average of: with it, a week. */
const DAYS_NEAR = 3;
const ROUNDS = 3;

/**
 * The average of the days within half a week, whichever of them are there. Days of the week that are missing, at a gap or
 * an end, shift it; so the pattern that it gives is taken off, and it is averaged again.
 */
function averageOfDaysNear(values: Float64Array, cycle: Cycle, days: Int32Array): Float64Array {
  let level = values;
  let even = values;
  for (let round = 0; round < ROUNDS; round += 1) {
    const current = even;
    level = current.map((_, i) => {
      const near = current.filter((_value, j) => Math.abs((days[j] ?? 0) - (days[i] ?? 0)) <= DAYS_NEAR);
      return near.reduce((sum, value) => sum + value, 0) / near.length;
    });
    const { patternAt } = decompose(
      values.map((value, i) => value - (level[i] ?? 0)),
      cycle,
      0,
    );
    even = values.map((value, i) => value - patternAt(i));
  }
  return level;
}

/** Writes the least-squares line through result[from … to - 1] at the places first … last - 1. */
function continueLine(result: Float64Array, from: number, to: number, first: number, last: number): void {
  const m = to - from;
  const centre = (from + to - 1) / 2;
  let [mean, slope] = [0, 0];
  for (let i = from; i < to; i += 1) mean += (result[i] ?? 0) / m;
  for (let i = from; i < to; i += 1)
    slope += ((i - centre) * (result[i] ?? 0)) / ((m * (m * m - 1)) / 12 || 1);
  for (let i = first; i < last; i += 1) result[i] = mean + slope * (i - centre);
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
