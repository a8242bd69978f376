/**
 * What one cell's text looks like, by strict grammars.
 * - integer: sign, digits, no leading zero; `1,234` with well-formed groups.
 * - decimal: the same with a point; the zero before the point may be missing (`.5`), so may the digits after it (`5.`).
 * - scientific: a decimal with an exponent that a double can hold.
 * - comma: a decimal whose comma can only be a decimal sign: `9,99`, `1.188,05`, `0,125`, never `1,234`.
 * - boolean: `true`, `false` in any case.
 * - date `2025-01-31`; time `10:20`, `10:20:30`, `10:20:30.123456`; timestamp: both, with `T` or a space;
 *   zoned: a timestamp with `Z`, `±hh`, `±hhmm` or `±hh:mm`.
 * - day_month: `31/1/2025` with `/`, `-` or `.`, day and month in either order; day_month_time: the same with a time.
 * Anything else, leading zeros and surrounding blanks included, is text. Fractions of a second beyond six digits only
 * if they are zeros.
 */
export const KIND = {
  integer: 1,
  decimal: 2,
  scientific: 4,
  boolean: 8,
  date: 16,
  time: 32,
  timestamp: 64,
  zoned: 128,
  day_month: 256,
  day_month_time: 512,
  comma: 1024,
  text: 2048,
} as const;

/** Facts about the cell that was looked at last; which of them hold depends on its kind. */
export interface CellFacts {
  /** Digits before the point (none for a lone 0), digits after it, and the last of those that isn't 0. */
  integerDigits: number;
  fractionDigits: number;
  significantFraction: number;
  /** An integer that 64 bits can't hold. */
  beyond64: boolean;
  /** No plus, no groups, digits on both sides of a point. */
  plain: boolean;
  /** Groups of thousands; certain if they can't be a decimal comma. */
  grouped: boolean;
  certainGroups: boolean;
  /** Minutes east of UTC × 4 + the form it was written in (see `offsetText`). */
  offset: number;
  /** Valid as day, month, year; and as month, day, year. */
  dayFirst: boolean;
  monthFirst: boolean;
  separator: number;
  twelveHours: boolean;
}

export function newCellFacts(): CellFacts {
  return {
    integerDigits: 0,
    fractionDigits: 0,
    significantFraction: 0,
    beyond64: false,
    plain: true,
    grouped: false,
    certainGroups: false,
    offset: 0,
    dayFirst: false,
    monthFirst: false,
    separator: 0,
    twelveHours: false,
  };
}

const ZERO = 48;
const NINE = 57;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const SLASH = 47;
const COLON = 58;
const SPACE = 32;

/** The kind of the non-empty cell `bytes[start … end)`. */
export function cellKind(bytes: Buffer, start: number, end: number, facts: CellFacts): number {
  const first = bytes[start] ?? 0;
  if (first <= NINE) {
    return first >= PLUS ? numberOrTime(bytes, start, end, facts) || KIND.text : KIND.text;
  }
  return isBoolean(bytes, start, end) ? KIND.boolean : KIND.text;
}

function isBoolean(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 4 && length !== 5) return false;
  const first = (bytes[start] ?? 0) | 32;
  if (first !== 116 && first !== 102) return false;
  const text = bytes.toString('latin1', start, end).toLowerCase();
  return text === 'true' || text === 'false';
}

function numberOrTime(bytes: Buffer, start: number, end: number, facts: CellFacts): number {
  let at = start;
  let byte = bytes[at] ?? 0;
  const signed = byte === MINUS || byte === PLUS;
  if (signed) at++;
  facts.plain = byte !== PLUS;
  facts.grouped = false;
  const first = at;
  while (at < end && (byte = bytes[at] ?? 0) >= ZERO && byte <= NINE) at++;
  const digits = at - first;
  if (at === end) return digits === 0 ? 0 : integer(bytes, first, digits, start, facts);
  if (!signed && digits > 0) {
    if (byte === MINUS && digits === 4) return isoDate(bytes, start, end, facts);
    if (byte === COLON && digits === 2) return timeEnd(bytes, start, end) === end ? KIND.time : 0;
    if ((byte === SLASH || byte === MINUS) && digits <= 2) return dayMonth(bytes, start, end, facts);
  }
  const withPoint =
    byte === COMMA
      ? grouped(bytes, first, at, end, facts)
      : fraction(bytes, start, first, at, end, digits, facts);
  return withPoint || commaDecimal(bytes, first, end, facts);
}

function integer(bytes: Buffer, first: number, digits: number, start: number, facts: CellFacts): number {
  const zero = bytes[first] === ZERO;
  if (zero && digits > 1) return 0;
  facts.integerDigits = zero ? 0 : digits;
  facts.fractionDigits = 0;
  facts.significantFraction = 0;
  facts.beyond64 = digits >= 19 && !fits64(bytes, first, digits, bytes[start] === MINUS);
  return KIND.integer;
}

function fits64(bytes: Buffer, first: number, digits: number, negative: boolean): boolean {
  if (digits > 19) return false;
  const text = bytes.toString('latin1', first, first + digits);
  return text <= (negative ? '9223372036854775808' : '9223372036854775807');
}

/** `1,234`, `-12,345.67`: groups of three after a first one of one to three digits. */
function grouped(bytes: Buffer, first: number, comma: number, end: number, facts: CellFacts): number {
  const lead = comma - first;
  if (lead < 1 || lead > 3 || bytes[first] === ZERO) return 0;
  let at = comma;
  let groups = 0;
  while (at < end && bytes[at] === COMMA) {
    if (at + 4 > end || !allDigits(bytes, at + 1, at + 4)) return 0;
    at += 4;
    groups++;
  }
  facts.plain = false;
  facts.grouped = true;
  facts.integerDigits = lead + groups * 3;
  facts.fractionDigits = 0;
  facts.significantFraction = 0;
  facts.beyond64 = facts.integerDigits > 18;
  facts.certainGroups = groups > 1 || at < end;
  if (at === end) return KIND.integer;
  if (bytes[at] !== POINT || at + 1 === end || !allDigits(bytes, at + 1, end)) return 0;
  setFraction(bytes, at + 1, end, facts);
  return KIND.decimal;
}

/** `9,99`, `1.188,05`: digits before and after one comma, maybe points between groups of three before it. */
function commaDecimal(bytes: Buffer, first: number, end: number, facts: CellFacts): number {
  let at = first;
  while (at < end && isDigit(bytes[at])) at++;
  const lead = at - first;
  let digits = lead;
  while (at + 4 <= end && bytes[at] === POINT && allDigits(bytes, at + 1, at + 4)) {
    at += 4;
    digits += 3;
  }
  const zero = bytes[first] === ZERO;
  if (lead === 0 || (zero && digits > 1) || (digits > lead && lead > 3)) return 0;
  if (bytes[at] !== COMMA || at + 1 >= end || !allDigits(bytes, at + 1, end)) return 0;
  facts.plain = false;
  facts.grouped = false;
  facts.beyond64 = false;
  facts.integerDigits = zero ? 0 : digits;
  setFraction(bytes, at + 1, end, facts);
  return KIND.comma;
}

/** What begins with digits (or none) and goes on with a point or an exponent. */
function fraction(
  bytes: Buffer,
  start: number,
  first: number,
  from: number,
  end: number,
  digits: number,
  facts: CellFacts,
): number {
  let at = from;
  let decimals = 0;
  facts.fractionDigits = 0;
  facts.significantFraction = 0;
  if (bytes[at] === POINT) {
    at++;
    const behind = at;
    while (at < end && isDigit(bytes[at])) at++;
    decimals = at - behind;
    if (bytes[at] === POINT && at < end) return dayMonth(bytes, start, end, facts);
    setFraction(bytes, behind, at, facts);
    if (digits === 0 || decimals === 0) facts.plain = false;
  }
  if (digits + decimals === 0 || (digits > 1 && bytes[first] === ZERO)) return 0;
  facts.integerDigits = bytes[first] === ZERO ? 0 : digits;
  facts.beyond64 = false;
  if (at === end) return KIND.decimal;
  return isExponent(bytes, at, end) && Number.isFinite(Number(bytes.toString('latin1', start, end)))
    ? KIND.scientific
    : 0;
}

function setFraction(bytes: Buffer, from: number, to: number, facts: CellFacts): void {
  let last = to;
  while (last > from && bytes[last - 1] === ZERO) last--;
  facts.fractionDigits = to - from;
  facts.significantFraction = last - from;
}

function isExponent(bytes: Buffer, from: number, end: number): boolean {
  if (((bytes[from] ?? 0) | 32) !== 101) return false;
  const sign = bytes[from + 1] === PLUS || bytes[from + 1] === MINUS;
  const digits = from + (sign ? 2 : 1);
  return digits < end && allDigits(bytes, digits, end);
}

function isoDate(bytes: Buffer, start: number, end: number, facts: CellFacts): number {
  if (end - start < 10 || bytes[start + 7] !== MINUS) return 0;
  const year = number(bytes, start, 4);
  if (!isDate(year, number(bytes, start + 5, 2), number(bytes, start + 8, 2))) return 0;
  if (end - start === 10) return KIND.date;
  const between = bytes[start + 10] ?? 0;
  if ((between | 32) !== 116 && between !== SPACE) return 0;
  const behind = timeEnd(bytes, start + 11, end);
  if (behind === -1) return 0;
  if (behind === end) return KIND.timestamp;
  facts.offset = offsetAt(bytes, bytes[behind] === SPACE ? behind + 1 : behind, end);
  return Number.isNaN(facts.offset) ? 0 : KIND.zoned;
}

/** The position behind `hh:mm[:ss[.f]]`, or -1. */
function timeEnd(bytes: Buffer, start: number, end: number): number {
  if (start + 5 > end || bytes[start + 2] !== COLON) return -1;
  return timeTail(bytes, start, start + 3, end);
}

function timeTail(bytes: Buffer, hour: number, minute: number, end: number): number {
  const hours = number(bytes, hour, minute - 1 - hour);
  if (minute + 2 > end || !(hours < 24) || !(number(bytes, minute, 2) < 60)) return -1;
  let at = minute + 2;
  if (at >= end || bytes[at] !== COLON) return at;
  if (at + 3 > end || !(number(bytes, at + 1, 2) < 60)) return -1;
  at += 3;
  if (at >= end || bytes[at] !== POINT) return at;
  const from = ++at;
  while (at < end && isDigit(bytes[at])) at++;
  if (at === from || at - from > 9) return -1;
  for (let i = from + 6; i < at; i++) if (bytes[i] !== ZERO) return -1;
  return at;
}

const FORM = { z: 0, hh: 1, hhmm: 2, hh_mm: 3 } as const;

function offsetAt(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  const length = end - at;
  if ((first | 32) === 122) return length === 1 ? FORM.z : Number.NaN;
  if ((first !== PLUS && first !== MINUS) || length < 3) return Number.NaN;
  const colon = length === 6 && bytes[at + 3] === COLON;
  if (length !== 3 && length !== 5 && !colon) return Number.NaN;
  const minutes = length === 3 ? 0 : number(bytes, end - 2, 2);
  const hours = number(bytes, at + 1, 2);
  if (!(hours <= 18) || !(minutes < 60)) return Number.NaN;
  const form = length === 3 ? FORM.hh : colon ? FORM.hh_mm : FORM.hhmm;
  return (first === MINUS ? -1 : 1) * (hours * 60 + minutes) * 4 + form;
}

/** An offset as it was written (`Z`, `+01`, `+0100`, `+01:00`), from its code in `CellFacts.offset`. */
export function offsetText(code: number): string {
  const form = code & 3;
  if (form === FORM.z) return 'Z';
  const minutes = Math.abs((code - form) / 4);
  const hh = String(Math.floor(minutes / 60)).padStart(2, '0');
  const mm = String(minutes % 60).padStart(2, '0');
  const sign = code < 0 ? '-' : '+';
  if (form === FORM.hh) return sign + hh;
  return form === FORM.hhmm ? sign + hh + mm : `${sign}${hh}:${mm}`;
}

/** `31/1/2025`, `1.31.2025 9:05`: two short numbers in either order, a year of four digits, maybe a time. */
function dayMonth(bytes: Buffer, start: number, end: number, facts: CellFacts): number {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  const separator = bytes[at] ?? 0;
  const first = number(bytes, start, at - start);
  const from = ++at;
  while (at < end && isDigit(bytes[at])) at++;
  if (at - from < 1 || at - from > 2 || from - 1 - start > 2 || bytes[at] !== separator || at + 5 > end)
    return 0;
  const second = number(bytes, from, at - from);
  const year = number(bytes, at + 1, 4);
  facts.separator = separator;
  facts.dayFirst = isDate(year, second, first);
  facts.monthFirst = isDate(year, first, second);
  facts.twelveHours = false;
  if (!facts.dayFirst && !facts.monthFirst) return 0;
  if (at + 5 === end) return KIND.day_month;
  return bytes[at + 5] === SPACE && clockTime(bytes, at + 6, end, facts) ? KIND.day_month_time : 0;
}

/** `9:05`, `09:05:30`, `9:05:30 PM`: no fractions. */
function clockTime(bytes: Buffer, start: number, end: number, facts: CellFacts): boolean {
  let at = start;
  while (at < end && isDigit(bytes[at])) at++;
  if (at - start < 1 || at - start > 2 || bytes[at] !== COLON) return false;
  const behind = timeTail(bytes, start, at + 1, end);
  if (behind === -1 || bytes.subarray(at, behind).includes(POINT)) return false;
  if (behind === end) return true;
  const half = bytes.toString('latin1', behind, end).toUpperCase();
  const hours = number(bytes, start, at - start);
  facts.twelveHours = true;
  return (half === ' AM' || half === ' PM') && hours >= 1 && hours <= 12;
}

/** The number written in `length` digits, or NaN. */
function number(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function allDigits(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isDigit(bytes[i])) return false;
  return true;
}
