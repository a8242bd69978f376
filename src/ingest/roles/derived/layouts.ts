import { literal } from '../sql.ts';

/** A way to write a day or a month. */
export interface Layout {
  readonly kind: 'date' | 'month';
  /** What a value looks like, as RE2 and JavaScript read it; the whole value has to fit. */
  readonly pattern: string;
  /** As `strptime` has it. */
  readonly format: string;
  /** Only digits: a number unless the key says that it is a month. */
  readonly digits?: boolean;
}

const YEAR = '(19|20)[0-9][0-9]';
const MONTH = '(0[1-9]|1[0-2])';
const DAY = '(0[1-9]|[12][0-9]|3[01])';
const ABBREVIATED = '(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)';
const IN_FULL = '(?i:january|february|march|april|may|june|july|august|september|october|november|december)';

/** Days stand before months that they could be taken for; where two of them fit, `chooseKind` decides. */
export const LAYOUTS: readonly Layout[] = [
  ...['-', '/', '.'].flatMap((s): Layout[] => [
    { kind: 'date', pattern: `${YEAR}[${s}]${MONTH}[${s}]${DAY}`, format: `%Y${s}%m${s}%d` },
    { kind: 'date', pattern: `${MONTH}[${s}]${DAY}[${s}]${YEAR}`, format: `%m${s}%d${s}%Y` },
    { kind: 'date', pattern: `${DAY}[${s}]${MONTH}[${s}]${YEAR}`, format: `%d${s}%m${s}%Y` },
    { kind: 'month', pattern: `${YEAR}[${s}]${MONTH}`, format: `%Y${s}%m` },
    { kind: 'month', pattern: `${MONTH}[${s}]${YEAR}`, format: `%m${s}%Y` },
  ]),
  ...[' 00:00', ' 00:00:00', 'T00:00:00', ' 00:00:00.000'].map(
    (midnight): Layout => ({
      kind: 'date',
      pattern: `${YEAR}-${MONTH}-${DAY}${midnight.replace('.', '[.]')}`,
      format: `%Y-%m-%d${midnight}`,
    }),
  ),
  ...['-', ' ', '/', ''].flatMap((s): Layout[] => [
    { kind: 'date', pattern: `${DAY}${s}${ABBREVIATED}${s}${YEAR}`, format: `%d${s}%b${s}%Y` },
    { kind: 'date', pattern: `${DAY}${s}${ABBREVIATED}${s}[0-9][0-9]`, format: `%d${s}%b${s}%y` },
    { kind: 'month', pattern: `${ABBREVIATED}${s}${YEAR}`, format: `%b${s}%Y` },
    { kind: 'month', pattern: `${IN_FULL}${s}${YEAR}`, format: `%B${s}%Y` },
    { kind: 'month', pattern: `${YEAR}${s}${ABBREVIATED}`, format: `%Y${s}%b` },
    { kind: 'month', pattern: `${ABBREVIATED}${s}[0-9][0-9]`, format: `%b${s}%y` },
  ]),
  { kind: 'month', pattern: `${YEAR}M${MONTH}`, format: '%YM%m' },
  { kind: 'month', pattern: `${YEAR}-M${MONTH}`, format: '%Y-M%m' },
  { kind: 'date', pattern: `${YEAR}${MONTH}${DAY}`, format: '%Y%m%d', digits: true },
  { kind: 'month', pattern: `${YEAR}${MONTH}`, format: '%Y%m', digits: true },
];

/** The text `text` as a date; NULL where it is none. */
export function dateSql(text: string, { format }: Layout): string {
  return `CAST(try_strptime(${text}, ${literal(format)}) AS DATE)`;
}

/** The first day of the month of a date. */
export function firstOfMonth(date: string): string {
  return `CAST(date_trunc('month', ${date}) AS DATE)`;
}
