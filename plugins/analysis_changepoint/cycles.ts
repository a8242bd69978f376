import type { Cycle } from './pattern.ts';

/** Width of the stretches of time that a series counts in. */
export type Width =
  | 'second'
  | 'ten_seconds'
  | 'minute'
  | 'ten_minutes'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year';

type Named = readonly [length: number, name: string];

/** Stretches in each of the calendar's cycles, the shorter cycle first. */
const CYCLES: Readonly<Record<Width, readonly Named[]>> = {
  second: [[60, 'second of the minute']],
  ten_seconds: [[360, 'time of the hour']],
  minute: [
    [60, 'minute of the hour'],
    [1440, 'time of the day'],
  ],
  ten_minutes: [
    [144, 'time of the day'],
    [1008, 'time of the week'],
  ],
  hour: [
    [24, 'hour of the day'],
    [168, 'hour of the week'],
  ],
  day: [[7, 'day of the week']],
  week: [[52, 'week of the year']],
  month: [[12, 'month of the year']],
  quarter: [[4, 'quarter of the year']],
  year: [],
};

const DAYS_PER_MONTH = 365.2425 / 12;

/** Days of the month on which a close begins and ends, bounds included; it may wrap round the month end. */
export interface CloseWindow {
  readonly first: number;
  readonly last: number;
}

/**
 * The calendar's cycles for values at these ordinals (of days: since 1970): the hour of the day and of the week, the day
 * of the week and of the month, the week, month or quarter of the year. Of the days of a process log the day of the week
 * alone: what its month does, the close, is left out and not taken off.
 */
export function calendarCycles(width: Width, ordinals: Int32Array, ofLog = false): Cycle[] {
  const span = (ordinals.at(-1) ?? 0) - (ordinals[0] ?? 0) + 1;
  const share = ordinals.length / Math.max(1, span);
  const even = CYCLES[width].map(([length, name]) => ({
    name,
    length: length * share,
    phases: ordinals.map((ordinal) => ((ordinal % length) + length) % length),
  }));
  if (width !== 'day') return even;
  if (ofLog) return even.map((cycle) => ({ ...cycle, days: ordinals }));
  return [
    ...even,
    { name: 'day of the month', length: DAYS_PER_MONTH * share, phases: ordinals.map(dayOfMonthPhase) },
  ];
}

/** The day of an ordinal, since 1970. */
export function dayOf(width: 'day' | 'hour', ordinal: number): number {
  return width === 'day' ? ordinal : Math.floor(ordinal / 24);
}

/** Whether a day, since 1970, lies in the close window. */
export function isInClose(epochDay: number, close: CloseWindow): boolean {
  return isInside(monthPlace(epochDay).day, close);
}

function isInside(day: number, { first, last }: CloseWindow): boolean {
  return first <= last ? day >= first && day <= last : day >= first || day <= last;
}

/** Days from the first of the month up to the 19th, then days to its end, so that month ends fall together. */
export function dayOfMonthPhase(epochDay: number): number {
  const { day, daysInMonth } = monthPlace(epochDay);
  return day <= 19 ? day - 1 : 30 - (daysInMonth - day);
}

/** Day of the month in the Gregorian calendar, by the 400-year cycle that starts on 1 March of the year 0. */
function monthPlace(epochDay: number): { day: number; daysInMonth: number } {
  const days = epochDay + 719_468;
  const ofCycle = days - Math.floor(days / 146_097) * 146_097;
  const year = Math.floor(
    (ofCycle - Math.floor(ofCycle / 1460) + Math.floor(ofCycle / 36_524) - Math.floor(ofCycle / 146_096)) /
      365,
  );
  const ofYear = ofCycle - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const first = Math.floor((153 * month + 2) / 5);
  const next = month === 11 ? (isLeap(year + 1) ? 366 : 365) : Math.floor((153 * (month + 1) + 2) / 5);
  return { day: ofYear - first + 1, daysInMonth: next - first };
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
