// Dates and times of day without a zone, as milliseconds since 1970-01-01 00:00:00 of the log's own clock.

import { dateText, daysOfDate } from '../base/index.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** 0 Monday … 6 Sunday. */
export function weekdayOfDays(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

/** Milliseconds of `2025-01-31`; undefined where it is no date. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const days = daysOfDate({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) });
  return dateText(days) === text ? days * DAY : undefined;
}

/** `2025-01`. */
export function monthText({ year, month }: { readonly year: number; readonly month: number }): string {
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}`;
}

const TWO = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

function twoDigits(n: number): string {
  return TWO[n] ?? '';
}

/** Writes `2025-01-31 09:05:00`; remembers the last day's text, since times come in runs of the same day. */
export function timeWriter(milliseconds: boolean): (ms: number) => string {
  let [known, date] = [Number.NaN, ''];
  return (ms) => {
    const day = Math.floor(ms / DAY);
    if (day !== known) [known, date] = [day, dateText(day)];
    const rest = ms - day * DAY;
    const second = Math.floor(rest / SECOND);
    const text =
      date +
      ' ' +
      twoDigits(Math.floor(second / 3600)) +
      ':' +
      twoDigits(Math.floor(second / 60) % 60) +
      ':' +
      twoDigits(second % 60);
    return milliseconds ? `${text}.${THREE[rest - second * SECOND] ?? ''}` : text;
  };
}
