/** A day with its rows, as `2025-01-31`. */
export interface DayCount {
  readonly day: string;
  readonly rows: number;
}

/** Expected days without a row, between the day at index `before` and the next one. */
export interface DayRun {
  readonly before: number;
  readonly missing: number;
}

export interface MissingDays {
  readonly runs: readonly DayRun[];
  readonly missing: number;
  /** Days of the expected weekdays from the first to the last. */
  readonly expected: number;
  /** Weekdays that are expected to have rows, 0 = Sunday. */
  readonly weekdays: readonly number[];
  /** Median of the rows of expected days that have any. */
  readonly usualRows: number;
}

const DAY = 86_400_000;
/** Days with rows that a table must have before one is missed. */
const FEWEST_DAYS = 20;
/** A weekday is expected if this share of its dates has rows, and not if at most the other share has. */
const WORKING = 0.8;
const RESTING = 0.1;
/** A day with no row is no chance where nineteen in twenty of the others have at least so many. */
const ENOUGH_ROWS = 8;
/** A series has one and the same number of rows on nearly every day. */
const REGULAR = 0.95;

/**
 * Days that are missing in a daily axis. Undefined where the axis is none: too few days, weekdays that only sometimes
 * have rows, or so few rows a day that a day without any is to be expected (a mean of 7 gives one day in a thousand).
 */
export function missingDays(days: readonly DayCount[]): MissingDays | undefined {
  const numbers = days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / DAY);
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined || days.length < FEWEST_DAYS) return undefined;
  const weekdays = expectedWeekdays(numbers, first, last);
  if (weekdays === undefined || weekdays.length === 0) return undefined;
  const isExpected = (day: number) => weekdays.includes(weekdayOf(day));
  const counts = days.filter((_, i) => isExpected(numbers[i] ?? 0)).map(({ rows }) => rows);
  if (!isSteady(counts)) return undefined;
  const runs = numbers.slice(0, -1).flatMap((day, before) => {
    const missing = countDays(day + 1, (numbers[before + 1] ?? day) - 1, isExpected);
    return missing > 0 ? [{ before, missing }] : [];
  });
  return {
    runs,
    missing: runs.reduce((sum, run) => sum + run.missing, 0),
    expected: countDays(first, last, isExpected),
    weekdays,
    usualRows: quantile(counts, 0.5),
  };
}

/** Weekdays with rows on most of their dates; undefined where some weekday is neither so nor mostly empty. */
function expectedWeekdays(days: readonly number[], first: number, last: number): number[] | undefined {
  const present = new Array<number>(7).fill(0);
  for (const day of days) present[weekdayOf(day)] = (present[weekdayOf(day)] ?? 0) + 1;
  const shares = present.map((count, weekday) => {
    const dates = countDays(first, last, (day) => weekdayOf(day) === weekday);
    return dates === 0 ? 0 : count / dates;
  });
  if (shares.some((share) => share > RESTING && share < WORKING)) return undefined;
  return shares.flatMap((share, weekday) => (share >= WORKING ? [weekday] : []));
}

function isSteady(counts: readonly number[]): boolean {
  if (counts.length < FEWEST_DAYS) return false;
  const usual = quantile(counts, 0.5);
  const regular = counts.filter((rows) => rows === usual).length >= REGULAR * counts.length;
  return regular || quantile(counts, 0.05) >= ENOUGH_ROWS;
}

/** By nearest rank. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function countDays(from: number, to: number, counts: (day: number) => boolean): number {
  let total = 0;
  for (let day = from; day <= to; day++) if (counts(day)) total += 1;
  return total;
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
