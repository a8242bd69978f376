import { type CsvRecord, DOUBLED, fieldText, UNQUOTED } from '../csv/records.ts';
import { shownText } from '../shown-text.ts';
import { type CellFacts, cellKind, KIND, newCellFacts, offsetText } from './cell-kind.ts';
import { type ForcedType, fitForced } from './forced-type.ts';
import { markerAt } from './markers.ts';
import { type UnreadForm, unreadForm } from './unread-form.ts';

/** A cell that stands for others like it. */
export interface ExampleCell {
  readonly row: number;
  readonly text: string;
}

/** How many texts have a form, and the first of them. */
export interface FormCount {
  count: number;
  readonly first: ExampleCell;
}

/** Everything that is learnt about a column while its cells go by; its type is decided from this alone. */
export interface ColumnTally {
  /** The kinds met, as a set of `KIND` bits, how many cells of them, and how many of each. */
  kinds: number;
  values: number;
  readonly counts: Float64Array;
  /** Cells with nothing in them, without and with quotes. */
  empty: number;
  quotedEmpty: number;
  readonly markers: Map<string, number>;
  /** UTF-8 length of all cells together. */
  textBytes: number;
  integerDigits: number;
  fractionDigits: number;
  significantFraction: number;
  beyond64: boolean;
  plain: boolean;
  grouped: boolean;
  certainGroups: boolean;
  readonly offsets: Map<number, number>;
  dayFirst: boolean;
  monthFirst: boolean;
  separators: Set<number>;
  twelveHours: boolean;
  twentyFourHours: boolean;
  /** The first cell of each kind, for the reasons given. */
  readonly firsts: Map<number, ExampleCell>;
  /** Texts that people would call numbers or dates, and those that are neither (`other`). */
  readonly forms: Map<UnreadForm | 'other', FormCount>;
  /** The kinds that a forced type would see in texts with blanks around or zeros in front. */
  innerKinds: number;
}

export function newColumnTally(): ColumnTally {
  return {
    kinds: 0,
    values: 0,
    counts: new Float64Array(32),
    empty: 0,
    quotedEmpty: 0,
    markers: new Map(),
    textBytes: 0,
    integerDigits: 0,
    fractionDigits: 0,
    significantFraction: 0,
    beyond64: false,
    plain: true,
    grouped: false,
    certainGroups: false,
    offsets: new Map(),
    dayFirst: true,
    monthFirst: true,
    separators: new Set(),
    twelveHours: false,
    twentyFourHours: false,
    firsts: new Map(),
    forms: new Map(),
    innerKinds: 0,
  };
}

const SHOWN = 60;
const facts: CellFacts = newCellFacts();

/** Adds one cell of a record. `row` is the record's ordinal. */
export function addCell(
  tally: ColumnTally,
  record: CsvRecord,
  field: number,
  quote: number,
  row: number,
): void {
  const start = record.starts[field] ?? 0;
  const end = record.ends[field] ?? 0;
  if (start === end) {
    if (record.forms[field] === UNQUOTED) tally.empty++;
    else tally.quotedEmpty++;
    return;
  }
  tally.textBytes += end - start;
  if (record.forms[field] === DOUBLED) tally.textBytes -= doubledQuotes(record.bytes, start, end, quote);
  const kind = cellKind(record.bytes, start, end, facts);
  if (kind === KIND.text) {
    const marker = markerAt(record.bytes, start, end);
    if (marker !== undefined) {
      tally.markers.set(marker, (tally.markers.get(marker) ?? 0) + 1);
      return;
    }
    addForm(tally, record, field, quote, row);
  }
  if ((tally.kinds & kind) === 0) tally.firsts.set(kind, example(record, field, quote, row));
  addValue(tally, kind, facts);
}

function addForm(tally: ColumnTally, record: CsvRecord, field: number, quote: number, row: number): void {
  const found = unreadForm(record.bytes, record.starts[field] ?? 0, record.ends[field] ?? 0);
  const form = found?.form ?? 'other';
  if (found !== undefined) tally.innerKinds |= found.kind;
  const counted = tally.forms.get(form);
  if (counted === undefined) tally.forms.set(form, { count: 1, first: example(record, field, quote, row) });
  else counted.count++;
}

function example(record: CsvRecord, field: number, quote: number, row: number): ExampleCell {
  return { row, text: shownText(fieldText(record, field, quote), SHOWN) };
}

/** Adds one cell of a column with a forced type; false where the type can't take it. */
export function addForcedCell(
  tally: ColumnTally,
  forced: ForcedType,
  record: CsvRecord,
  field: number,
): boolean {
  const fit = fitForced(forced, record, field);
  if (fit === undefined) return false;
  if (fit === '') tally.empty++;
  else if (typeof fit === 'string') tally.markers.set(fit, (tally.markers.get(fit) ?? 0) + 1);
  else addValue(tally, fit.kind, fit.facts);
  return true;
}

function addValue(tally: ColumnTally, kind: number, facts: CellFacts): void {
  tally.values++;
  tally.kinds |= kind;
  const slot = Math.clz32(kind);
  tally.counts[slot] = (tally.counts[slot] ?? 0) + 1;
  switch (kind) {
    case KIND.integer:
    case KIND.decimal:
    case KIND.scientific:
    case KIND.comma:
      addNumber(tally, kind, facts);
      return;
    case KIND.zoned:
      tally.offsets.set(facts.offset, (tally.offsets.get(facts.offset) ?? 0) + 1);
      return;
    case KIND.day_month:
    case KIND.day_month_time:
      tally.dayFirst &&= facts.dayFirst;
      tally.monthFirst &&= facts.monthFirst;
      tally.separators.add(facts.separator);
      if (kind === KIND.day_month) return;
      if (facts.twelveHours) tally.twelveHours = true;
      else tally.twentyFourHours = true;
      return;
  }
}

function addNumber(tally: ColumnTally, kind: number, facts: CellFacts): void {
  if (facts.integerDigits > tally.integerDigits) tally.integerDigits = facts.integerDigits;
  if (!facts.plain) tally.plain = false;
  if (facts.beyond64) tally.beyond64 = true;
  if (facts.grouped) tally.grouped = true;
  if (facts.grouped && facts.certainGroups) tally.certainGroups = true;
  if (kind === KIND.integer) return;
  if (facts.fractionDigits > tally.fractionDigits) tally.fractionDigits = facts.fractionDigits;
  if (facts.significantFraction > tally.significantFraction) {
    tally.significantFraction = facts.significantFraction;
  }
}

function doubledQuotes(bytes: Buffer, start: number, end: number, quote: number): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== quote) continue;
    count++;
    i++;
  }
  return count;
}

/** How many cells of this kind a column holds. */
export function countOf(tally: ColumnTally, kind: number): number {
  return tally.counts[Math.clz32(kind)] ?? 0;
}

/** The markers of a column, most frequent first, then by text. */
export function markerCounts(tally: ColumnTally): { text: string; count: number }[] {
  return sorted([...tally.markers].map(([text, count]) => ({ text, count })));
}

/** The offsets of a column as written, most frequent first, then by text. */
export function offsetCounts(tally: ColumnTally): { text: string; count: number }[] {
  return sorted([...tally.offsets].map(([code, count]) => ({ text: offsetText(code), count })));
}

function sorted(counts: { text: string; count: number }[]): { text: string; count: number }[] {
  return counts.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}
