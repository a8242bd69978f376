import { open } from 'node:fs/promises';

/** How a CSV file is written: delimiter and quote as bytes (both ASCII). */
export interface Dialect {
  readonly delimiter: number;
  readonly quote: number;
}

/**
 * One record as spans of a buffer; reused for the next record, so nothing of it may be kept.
 * A field's text is `bytes[starts[i] … ends[i])`, without its quotes; where `forms[i]` is `DOUBLED`, doubled quotes
 * inside still have to be halved.
 */
export interface CsvRecord {
  bytes: Buffer;
  fields: number;
  starts: Int32Array;
  ends: Int32Array;
  forms: Uint8Array;
  /** Physical line on which it starts, from 1, and how many line breaks its quoted fields hold. */
  line: number;
  innerBreaks: number;
  /** The record's raw bytes, line ending excluded. */
  start: number;
  end: number;
  /** Quotes inside unquoted fields; they are taken as written. */
  looseQuotes: number;
}

export const UNQUOTED = 0;
export const QUOTED = 1;
export const DOUBLED = 2;

/** What was met between the records. */
export interface LineEndings {
  lf: number;
  crlf: number;
  cr: number;
}

/** A place where the text breaks the rules of CSV. */
export class CsvSyntaxError extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

const LF = 10;
const CR = 13;
const FIRST_BUFFER = 4 << 20;
const LONGEST_RECORD = 256 << 20;
/** Read at a time beyond a range, to the end of its last record. */
const BEYOND_RANGE = 64 << 10;
const INCOMPLETE = -1;

/** The splitter's state between buffers. */
export interface Splitter {
  readonly dialect: Dialect;
  readonly record: CsvRecord;
  readonly endings: LineEndings;
  line: number;
}

export function newSplitter(dialect: Dialect): Splitter {
  return { dialect, record: newRecord(), endings: { lf: 0, crlf: 0, cr: 0 }, line: 1 };
}

/** A record with no fields and no bytes yet. */
export function newRecord(): CsvRecord {
  return {
    bytes: Buffer.alloc(0),
    fields: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    forms: new Uint8Array(64),
    line: 1,
    innerBreaks: 0,
    start: 0,
    end: 0,
    looseQuotes: 0,
  };
}

/** The records of a file that begin in `[from … to)`, in bytes; one begins at `from`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const WHOLE_FILE: Range = { from: 0, to: Number.POSITIVE_INFINITY };

/** What was met on the way over the records of a range. */
export interface RecordsRead {
  readonly endings: LineEndings;
  readonly byteOrderMark: boolean;
  /** Physical lines. */
  readonly lines: number;
  /** Where the first record behind the range begins, or the file ends. */
  readonly end: number;
}

/**
 * Splits a file, or a range of it, into records, streamed. `check` sees each stretch of new bytes before its records are
 * visited (for encoding, progress). Throws `CsvSyntaxError`.
 */
export async function readRecords(
  path: string,
  dialect: Dialect,
  visit: (record: CsvRecord) => void,
  check: (fresh: Buffer, last: boolean) => void = () => {},
  range: Range = WHOLE_FILE,
): Promise<RecordsRead> {
  const splitter = newSplitter(dialect);
  const file = await open(path, 'r');
  let buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER + 1);
  let held = 0;
  let read = range.from;
  let byteOrderMark = range.from === 0 ? undefined : false;
  try {
    for (;;) {
      if (held >= buffer.length - 1) buffer = grown(buffer, held, splitter.line);
      const wanted = Math.min(buffer.length - 1 - held, Math.max(range.to - read, BEYOND_RANGE));
      const { bytesRead } = await file.read(buffer, held, wanted, read);
      const last = bytesRead === 0;
      check(buffer.subarray(held, held + bytesRead), last);
      held += bytesRead;
      read += bytesRead;
      if (byteOrderMark === undefined && (held >= 3 || last)) {
        byteOrderMark = hasByteOrderMark(buffer.subarray(0, held));
        if (byteOrderMark) buffer.copyWithin(0, 3, held);
        if (byteOrderMark) held -= 3;
      }
      const behind = range.to - (read - held);
      const consumed = splitRecords(splitter, buffer, held, last, visit, behind);
      if (last || consumed >= behind) {
        const { endings, line } = splitter;
        return {
          ...{ endings, byteOrderMark: byteOrderMark ?? false },
          ...{ lines: line - 1, end: read - held + consumed },
        };
      }
      buffer.copyWithin(0, consumed, held);
      held -= consumed;
    }
  } finally {
    await file.close();
  }
}

/** True when the bytes begin with the byte order mark of UTF-8. */
export function hasByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/**
 * Visits the complete records in `buffer[0 … length)` (all of them if `last`) that begin before `behind`, and returns
 * how many bytes they took. `buffer` must have one byte of room behind `length`.
 */
export function splitRecords(
  splitter: Splitter,
  buffer: Buffer,
  length: number,
  last: boolean,
  visit: (record: CsvRecord) => void,
  behind = length,
): number {
  buffer[length] = LF;
  splitter.record.bytes = buffer;
  const stop = Math.min(length, behind);
  let position = 0;
  while (position < stop) {
    const next = splitRecord(splitter, buffer, position, length, last);
    if (next === INCOMPLETE) break;
    visit(splitter.record);
    splitter.line += splitter.record.innerBreaks + 1;
    position = next;
  }
  return position;
}

/** Finds one record's fields; returns the position behind its line ending, or INCOMPLETE. */
function splitRecord(
  splitter: Splitter,
  bytes: Buffer,
  start: number,
  length: number,
  last: boolean,
): number {
  const { record } = splitter;
  const { delimiter, quote } = splitter.dialect;
  record.line = splitter.line;
  record.start = start;
  record.innerBreaks = 0;
  record.looseQuotes = 0;
  record.fields = 0;
  let at = start;
  for (;;) {
    const field = record.fields++;
    if (field >= record.starts.length) widen(record);
    if (bytes[at] === quote && at < length) {
      const close = closingQuote(splitter, bytes, at, length, last);
      if (close === INCOMPLETE) return INCOMPLETE;
      record.starts[field] = at + 1;
      record.ends[field] = close;
      at = close + 1;
    } else {
      record.starts[field] = at;
      let byte = bytes[at];
      while (byte !== delimiter && byte !== LF && byte !== CR) {
        if (byte === quote) record.looseQuotes++;
        byte = bytes[++at];
      }
      record.ends[field] = at;
      record.forms[field] = UNQUOTED;
    }
    if (at >= length) {
      record.end = length;
      return last ? length : INCOMPLETE;
    }
    if (bytes[at] !== delimiter) return lineEnd(splitter, bytes, at, length, last);
    at++;
  }
}

/** The position of the quote that closes a quoted field opened at `open`; notes the field's form. */
function closingQuote(
  splitter: Splitter,
  bytes: Buffer,
  open: number,
  length: number,
  last: boolean,
): number {
  const { record } = splitter;
  const { delimiter, quote } = splitter.dialect;
  const opened = record.line + record.innerBreaks;
  let form = QUOTED;
  for (let at = open + 1; ; ) {
    at = bytes.indexOf(quote, at);
    if (at === -1 || at >= length) {
      if (last) throw new CsvSyntaxError(opened, 'a quote is opened and never closed');
      return INCOMPLETE;
    }
    if (at + 1 >= length && !last) return INCOMPLETE;
    const next = at + 1 < length ? bytes[at + 1] : LF;
    if (next === quote) {
      form = DOUBLED;
      at += 2;
      continue;
    }
    record.innerBreaks += lineBreaks(bytes, open + 1, at);
    if (next !== delimiter && next !== LF && next !== CR) {
      throw new CsvSyntaxError(
        record.line + record.innerBreaks,
        'text follows a closing quote; a quote inside a quoted cell has to be doubled',
      );
    }
    record.forms[record.fields - 1] = form;
    return at;
  }
}

function lineEnd(splitter: Splitter, bytes: Buffer, at: number, length: number, last: boolean): number {
  splitter.record.end = at;
  if (bytes[at] === LF) {
    splitter.endings.lf++;
    return at + 1;
  }
  if (at + 1 >= length && !last) return INCOMPLETE;
  if (at + 1 < length && bytes[at + 1] === LF) {
    splitter.endings.crlf++;
    return at + 2;
  }
  splitter.endings.cr++;
  return at + 1;
}

/** Line breaks (LF, CRLF or CR) in a stretch of bytes. */
function lineBreaks(bytes: Buffer, start: number, end: number): number {
  let breaks = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === LF || (byte === CR && (i + 1 >= end || bytes[i + 1] !== LF))) breaks++;
  }
  return breaks;
}

function widen(record: CsvRecord): void {
  const size = record.starts.length * 2;
  const starts = new Int32Array(size);
  starts.set(record.starts);
  const ends = new Int32Array(size);
  ends.set(record.ends);
  const forms = new Uint8Array(size);
  forms.set(record.forms);
  Object.assign(record, { starts, ends, forms });
}

function grown(buffer: Buffer, held: number, line: number): Buffer<ArrayBuffer> {
  if (held >= LONGEST_RECORD) {
    throw new CsvSyntaxError(
      line,
      `the record is longer than ${LONGEST_RECORD >> 20} MiB (a quote not closed?)`,
    );
  }
  const larger = Buffer.allocUnsafeSlow((buffer.length - 1) * 2 + 1);
  buffer.copy(larger, 0, 0, held);
  return larger;
}

/** A field's text: quotes halved. */
export function fieldText(record: CsvRecord, field: number, quote: number): string {
  const text = record.bytes.toString('utf8', record.starts[field], record.ends[field]);
  if (record.forms[field] !== DOUBLED) return text;
  const q = String.fromCharCode(quote);
  return text.replaceAll(q + q, q);
}

/** True for a line with nothing on it. */
export function isBlank(record: CsvRecord): boolean {
  return record.fields === 1 && record.start === record.end;
}
