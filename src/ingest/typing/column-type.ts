import type { ColumnType, DateOrder } from '../../contract/index.ts';
import { KIND } from './cell-kind.ts';
import type { ColumnTally } from './column-tally.ts';

/** The type of a column and why, in one sentence. */
export interface TypeDecision {
  readonly type: ColumnType;
  readonly why: string;
  /** Worth a note in the report: the operator may have expected another type. */
  readonly note?: string;
  /** The operator asked for this type. */
  readonly forced?: true;
  /** The order of day and month that the operator named, where no value tells it. */
  readonly dayFirst?: boolean;
  /** How dates with day and month in a settled order are written (`strptime` patterns). */
  readonly patterns?: readonly string[];
}

const NUMERIC = KIND.integer | KIND.decimal | KIND.scientific;
const WITH_COMMA = KIND.integer | KIND.comma;
const MOST_DIGITS = 38;
const AMBIGUOUS_COMMA = 'a comma in numbers like 1,234 may separate thousands or decimals';

/** What the cells of a table don't say of themselves. */
export interface HowWritten {
  readonly delimiter: string;
  /** Of dates like 1/2/2025, as the operator named it. */
  readonly dateOrder?: DateOrder | undefined;
}

/** The type that all cells of a column agree on; text where they don't. */
export function decideType(tally: ColumnTally, { delimiter, dateOrder }: HowWritten): TypeDecision {
  const kinds = tally.kinds;
  if (kinds === 0) {
    return tally.markers.size === 0
      ? { type: { kind: 'text' }, why: 'no cell holds a value' }
      : { type: { kind: 'text' }, why: 'no cell holds anything but markers of missing values' };
  }
  if (kinds >= KIND.text) return textBecause(tally, KIND.text);
  if ((kinds & ~NUMERIC) === 0) return numericType(tally, delimiter);
  if ((kinds & ~WITH_COMMA) === 0 && !tally.grouped) return decimalType(tally);
  if ((kinds & ~(KIND.day_month | KIND.day_month_time)) === 0) return dayMonthType(tally, dateOrder);
  switch (kinds) {
    case KIND.boolean:
      return { type: { kind: 'boolean' }, why: 'every value is true or false' };
    case KIND.date:
      return { type: { kind: 'date' }, why: 'every value is a date (year-month-day)' };
    case KIND.time:
      return { type: { kind: 'time' }, why: 'every value is a time of day' };
    case KIND.timestamp:
      return { type: { kind: 'timestamp' }, why: 'every value is a date and time without a zone' };
    case KIND.date | KIND.timestamp:
      return {
        type: { kind: 'timestamp' },
        why: 'every value is a date, most or some with a time; a date alone is read as its midnight',
        note: 'dates without a time are read as midnight',
      };
    case KIND.zoned:
      return { type: { kind: 'timestamptz' }, why: 'every value is a date and time with an offset from UTC' };
    default:
      return textBecause(tally, mostUnlike(tally));
  }
}

function numericType(tally: ColumnTally, delimiter: string): TypeDecision {
  if (tally.grouped && delimiter === ';' && !tally.certainGroups) {
    return { type: { kind: 'text' }, why: AMBIGUOUS_COMMA };
  }
  if ((tally.kinds & KIND.scientific) !== 0) {
    return { type: { kind: 'double' }, why: 'every value is a number, some in scientific notation' };
  }
  return tally.kinds === KIND.integer ? integerType(tally) : decimalType(tally);
}

function decimalType(tally: ColumnTally): TypeDecision {
  const scale =
    tally.integerDigits + tally.fractionDigits <= MOST_DIGITS
      ? tally.fractionDigits
      : tally.significantFraction;
  if (tally.integerDigits + scale > MOST_DIGITS) return tooManyDigits();
  const precision = Math.min(MOST_DIGITS, Math.max(1, tally.integerDigits) + scale);
  const type = { kind: 'decimal', precision, scale } as const;
  const digits = `at most ${tally.integerDigits} digits before the`;
  const comma = tally.firsts.get(KIND.comma);
  if (comma === undefined) {
    return { type, why: `every value is a number with ${digits} point and ${scale} after it` };
  }
  return {
    type,
    why: `every value is a number with ${digits} decimal comma and ${scale} after it`,
    note: `commas are read as decimal signs, as in "${comma.text}" in row ${comma.row}`,
  };
}

function integerType(tally: ColumnTally): TypeDecision {
  if (!tally.beyond64) return { type: { kind: 'integer' }, why: 'every value is a whole number' };
  if (tally.integerDigits > MOST_DIGITS) return tooManyDigits();
  return {
    type: { kind: 'decimal', precision: tally.integerDigits, scale: 0 },
    why: 'every value is a whole number, some beyond 64 bits',
  };
}

function tooManyDigits(): TypeDecision {
  return {
    type: { kind: 'double' },
    why: `every value is a number, but more than ${MOST_DIGITS} digits are needed to hold all exactly`,
    note: `numbers of more than ${MOST_DIGITS} digits are rounded to the nearest double; force "text" to keep them`,
  };
}

function dayMonthType(tally: ColumnTally, named: DateOrder | undefined): TypeDecision {
  const [separator] = tally.separators;
  const text = { kind: 'text' } as const;
  const isOpen = tally.dayFirst && tally.monthFirst;
  if (tally.dayFirst === tally.monthFirst && !(isOpen && named !== undefined)) {
    const why = tally.dayFirst
      ? 'dates like 1/2/2025, where no value tells whether the day or the month comes first'
      : 'dates with the day first and with the month first in one column';
    return { type: text, why };
  }
  if (separator === undefined || tally.separators.size > 1) {
    return { type: text, why: 'dates are written with different separators' };
  }
  const dayFirst = isOpen ? named === 'dmy' : tally.dayFirst;
  const order = dayFirst ? 'day, month, year' : 'month, day, year';
  const why = isOpen
    ? `every value is a date, and no value tells the order: read as ${order}, as you said`
    : `every value is a date written ${order}: the other order would give days or months that don't exist`;
  const kind = (tally.kinds & KIND.day_month_time) !== 0 ? 'timestamp' : 'date';
  return {
    type: { kind },
    why,
    note: `dates are read as ${order}`,
    patterns: dayMonthPatterns(tally, dayFirst),
    ...(isOpen && { dayFirst }),
  };
}

/** The patterns of `strptime` that read a column of dates whose order is settled. */
export function dayMonthPatterns(tally: ColumnTally, dayFirst = tally.dayFirst): string[] {
  const patterns: string[] = [];
  for (const code of tally.separators) {
    const s = String.fromCharCode(code);
    const date = dayFirst ? `%d${s}%m${s}%Y` : `%m${s}%d${s}%Y`;
    if (tally.twelveHours) patterns.push(`${date} %I:%M:%S %p`, `${date} %I:%M %p`);
    if (tally.twentyFourHours) patterns.push(`${date} %H:%M:%S`, `${date} %H:%M`);
    if ((tally.kinds & KIND.day_month) !== 0) patterns.push(date);
  }
  return patterns;
}

const NAMES: readonly (readonly [number, string])[] = [
  [KIND.integer, 'a whole number'],
  [KIND.decimal, 'a decimal number'],
  [KIND.scientific, 'a number in scientific notation'],
  [KIND.comma, 'a number with a decimal comma'],
  [KIND.boolean, 'true or false'],
  [KIND.date, 'a date'],
  [KIND.time, 'a time of day'],
  [KIND.timestamp, 'a date and time'],
  [KIND.zoned, 'a date and time with an offset'],
  [KIND.day_month, 'a date'],
  [KIND.day_month_time, 'a date and time'],
];

function textBecause(tally: ColumnTally, kind: number): TypeDecision {
  const odd = tally.firsts.get(kind);
  const before = (bit: number) => (tally.firsts.get(bit)?.row ?? Infinity) < (odd?.row ?? Infinity);
  const others = NAMES.filter(([bit]) => bit !== kind && before(bit)).map(([, name]) => name);
  const shown = odd === undefined ? 'a cell' : `"${odd.text}" in row ${odd.row}`;
  const type = { kind: 'text' } as const;
  if (others.length === 0) return { type, why: `${shown} is text` };
  return { type, why: `${shown} is not ${others[0]}, as cells before it are` };
}

/** Of kinds that don't go together, the one met last. */
function mostUnlike(tally: ColumnTally): number {
  let found = 0;
  let row = -1;
  for (const [kind, first] of tally.firsts) {
    if (first.row > row) {
      found = kind;
      row = first.row;
    }
  }
  return found;
}
