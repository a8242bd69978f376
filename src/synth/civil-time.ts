// Dates and times of day without a zone, as milliseconds since 1970-01-01 00:00:00 of the log's own clock.

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a date (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function daysOfDate({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date of a count of days since 1970-01-01 (the same source). */
export function dateOfDays(days: number): CivilDate {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

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

/** `2025-01-31`. */
export function dateText(days: number): string {
  const { year, month, day } = dateOfDays(days);
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`;
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
