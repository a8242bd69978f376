import { HarnessError, nearest } from '../../base/index.ts';
import type { ColumnType } from '../../contract/index.ts';
import type { CsvRecord } from '../csv/records.ts';
import { type CellFacts, cellKind, KIND, newCellFacts } from './cell-kind.ts';
import { markerAt } from './markers.ts';

/** A type that the operator forces on a column; `decimal` without digits takes as many as the cells need. */
export interface ForcedType {
  readonly kind: ColumnType['kind'];
  readonly digits?: { readonly precision: number; readonly scale: number };
  /** For dates whose day and month are both short numbers. */
  readonly dayFirst?: boolean;
  /** Commas are decimal signs and points separate thousands. */
  readonly decimalComma?: true;
}

const KINDS = [
  'integer',
  'decimal',
  'double',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'text',
] as const;
const EXAMPLES = [
  ...KINDS,
  'decimal(10,2)',
  'decimal(comma)',
  'date(dmy)',
  'date(mdy)',
  'timestamp(dmy)',
  'timestamp(mdy)',
];

/** Reads `integer`, `decimal(10,2)`, `date(dmy)` …; throws `SH_CONFIG_INVALID`. */
export function parseForcedType(column: string, text: string): ForcedType {
  const match = /^([a-z]+)(?:\(([^()]*)\))?$/.exec(text.toLowerCase().replaceAll(' ', ''));
  const kind = KINDS.find((known) => known === match?.[1]);
  const argument = match?.[2];
  const digits = /^(\d+),(\d+)$/.exec(argument ?? '');
  if (kind !== undefined && argument === undefined) return { kind };
  if (kind === 'decimal' && argument === 'comma') return { kind, decimalComma: true };
  if (kind === 'decimal' && digits !== null) {
    const [precision, scale] = [Number(digits[1]), Number(digits[2])];
    if (precision >= 1 && precision <= 38 && scale <= precision)
      return { kind, digits: { precision, scale } };
  }
  if ((kind === 'date' || kind === 'timestamp') && (argument === 'dmy' || argument === 'mdy')) {
    return { kind, dayFirst: argument === 'dmy' };
  }
  const near = nearest(text, EXAMPLES);
  const hint = near === undefined ? `known: ${EXAMPLES.join(', ')}` : `did you mean "${near}"?`;
  throw new HarnessError('SH_CONFIG_INVALID', {
    source: 'ingest.types',
    problems: `${column}: unknown type "${text}" (${hint})`,
  });
}

/** A forced type in its one written form. */
export function forcedTypeText(forced: ForcedType): string {
  if (forced.digits) return `decimal(${forced.digits.precision},${forced.digits.scale})`;
  if (forced.decimalComma) return `${forced.kind}(comma)`;
  if (forced.dayFirst === undefined) return forced.kind;
  return `${forced.kind}(${forced.dayFirst ? 'dmy' : 'mdy'})`;
}

const NUMBERS = KIND.integer | KIND.decimal | KIND.scientific;
const SPACE = 32;
const ZERO = 48;
const BOOLEANS = new Set(['true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0']);
const facts: CellFacts = newCellFacts();

/** What a forced column makes of a cell: its kind, a marker's text, or undefined where it is rejected. */
export function fitForced(
  forced: ForcedType,
  record: CsvRecord,
  field: number,
): { readonly kind: number; readonly facts: CellFacts } | string | undefined {
  const { bytes } = record;
  const [start, end] = trimmed(bytes, record.starts[field] ?? 0, record.ends[field] ?? 0);
  if (start === end) return '';
  const marker = markerAt(bytes, start, end);
  if (marker !== undefined) return marker;
  if (forced.kind === 'boolean') {
    const known = BOOLEANS.has(bytes.toString('latin1', start, end).toLowerCase());
    return known ? { kind: KIND.boolean, facts } : undefined;
  }
  const kind = forced.decimalComma
    ? commaKind(bytes, start, end, forced)
    : cellKind(bytes, withoutZeros(bytes, start, end, forced), end, facts);
  return takes(forced, kind) ? { kind, facts } : undefined;
}

const COMMA = 44;
const POINT = 46;

/** The kind of a cell once its commas and points have changed places. */
function commaKind(bytes: Buffer, start: number, end: number, forced: ForcedType): number {
  const swapped = Buffer.from(bytes.subarray(start, end));
  for (let i = 0; i < swapped.length; i++) {
    if (swapped[i] === COMMA) swapped[i] = POINT;
    else if (swapped[i] === POINT) swapped[i] = COMMA;
  }
  return cellKind(swapped, withoutZeros(swapped, 0, swapped.length, forced), swapped.length, facts);
}

function takes(forced: ForcedType, kind: number): boolean {
  switch (forced.kind) {
    case 'integer':
      return kind === KIND.integer && !facts.beyond64;
    case 'decimal':
      return (kind === KIND.integer || kind === KIND.decimal) && fitsDigits(forced);
    case 'double':
      return (kind & NUMBERS) !== 0;
    case 'date':
      return kind === KIND.date || (kind === KIND.day_month && inOrder(forced));
    case 'time':
      return kind === KIND.time;
    case 'timestamp':
      if (kind === KIND.date || kind === KIND.timestamp) return true;
      return (kind & (KIND.day_month | KIND.day_month_time)) !== 0 && inOrder(forced);
    case 'timestamptz':
      return kind === KIND.zoned;
    default:
      return true;
  }
}

function fitsDigits(forced: ForcedType): boolean {
  const { digits } = forced;
  if (digits === undefined) return facts.integerDigits + facts.significantFraction <= 38;
  return facts.integerDigits <= digits.precision - digits.scale && facts.significantFraction <= digits.scale;
}

function inOrder(forced: ForcedType): boolean {
  if (forced.dayFirst === undefined) return false;
  return forced.dayFirst ? facts.dayFirst : facts.monthFirst;
}

function trimmed(bytes: Buffer, from: number, to: number): [number, number] {
  let start = from;
  let end = to;
  while (start < end && bytes[start] === SPACE) start++;
  while (end > start && bytes[end - 1] === SPACE) end--;
  return [start, end];
}

/** Where a number begins behind its leading zeros: a forced number may have them. */
function withoutZeros(bytes: Buffer, start: number, end: number, forced: ForcedType): number {
  if (forced.kind !== 'integer' && forced.kind !== 'decimal' && forced.kind !== 'double') return start;
  let at = start;
  while (at + 1 < end && bytes[at] === ZERO && (bytes[at + 1] ?? 0) >= ZERO && (bytes[at + 1] ?? 0) <= 57)
    at++;
  return at;
}
