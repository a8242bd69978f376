import { dateText } from '../../base/index.ts';
import type { DateFormat } from './number-format.ts';

const DAY_MS = 86_400_000;
/** Days from 1970-01-01 to the day before serial 1 and to the day of serial 0 (from 1900-03-01 on, and in 1904). */
const BEFORE_MARCH_1900 = -25_568;
const FROM_MARCH_1900 = -25_569;
const FROM_1904 = -24_107;
/** The day that Excel believes in and no calendar has: 1900-02-29. */
const PHANTOM = 60;
const LAST_DAY = 2_932_896;

/**
 * The ISO text of a serial number of days, rounded to the millisecond (the last digit that a double holds for days of our
 * time, and more than Excel shows). `date`: 2025-01-31; `time`: 10:20:30; `timestamp`: 2025-01-31T10:20:30.125;
 * a fraction alone is a time of day, and a time of day never hides where there is a day. `elapsed`: seconds. Undefined
 * where there is no such day: negative numbers, day 0 and day 60 (1900-02-29) of the 1900 system, beyond 9999-12-31.
 */
export function serialText(serial: number, format: DateFormat, epoch1904: boolean): string | undefined {
  const ms = Math.round(serial * DAY_MS);
  if (format === 'elapsed') return String(ms / 1000);
  if (!(ms >= 0)) return undefined;
  if (format === 'time' && serial < 1) return timeText(ms % DAY_MS);
  const day = Math.floor(ms / DAY_MS);
  const time = ms - day * DAY_MS;
  if (day === 0 && time > 0 && !(epoch1904 && format === 'timestamp')) {
    return timeText(time);
  }
  const epochDay = epochDayOf(day, epoch1904);
  if (epochDay === undefined) return undefined;
  if (time === 0 && (format === 'date' || format === 'either')) return dateText(epochDay);
  return `${dateText(epochDay)}T${timeText(time)}`;
}

/** Days from 1970-01-01. */
function epochDayOf(day: number, epoch1904: boolean): number | undefined {
  const found = epoch1904 ? day + FROM_1904 : day + (day < PHANTOM ? BEFORE_MARCH_1900 : FROM_MARCH_1900);
  if (!epoch1904 && (day === 0 || day === PHANTOM)) return undefined;
  return found > LAST_DAY ? undefined : found;
}

function timeText(ms: number): string {
  const second = Math.floor(ms / 1000);
  const text = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  const rest = ms % 1000;
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, '0')}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}

const ISO = /^(?:(\d{4}-\d\d-\d\d))?T?(?:(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?)?$/;
const DAYS_OF_TIMES = ['1899-12-30', '1899-12-31', '1904-01-01'];

/**
 * A date that is written out in the file (ISO 8601), as what its format shows of it: the midnight of a date and the
 * day of a time of day are left away. Anything else is left as written.
 */
export function isoText(text: string, format: DateFormat | undefined): string {
  const match = ISO.exec(text);
  const [, day, time, fraction, zone] = match ?? [];
  if (time === undefined || match === null) return text;
  const digits = (fraction ?? '').replace(/0+$/, '').slice(0, 6);
  const exact = `${time}${time.length === 5 ? ':00' : ''}${digits === '' ? '' : `.${digits}`}`;
  if (day === undefined) return exact;
  if (format === 'time' && DAYS_OF_TIMES.includes(day) && zone === undefined) return exact;
  if (format === 'date' && exact === '00:00:00' && zone === undefined) return day;
  return `${day}T${exact}${zone ?? ''}`;
}
