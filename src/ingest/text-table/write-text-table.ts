import { closeSync, openSync, writeSync } from 'node:fs';
import { asDiskFull } from '../../base/index.ts';
import type { RejectedRecord } from '../../contract/index.ts';
import { DOUBLED, newRecord, QUOTED, UNQUOTED } from '../csv/records.ts';
import { shownText } from '../shown-text.ts';
import { addCell, addForcedCell, type ColumnTally, newColumnTally } from '../typing/column-tally.ts';
import type { ForcedType } from '../typing/forced-type.ts';
import { keepRejected, type RejectedCells, type Tallied } from '../typing/typed-columns.ts';
import type { TextTable } from './text-table-reader.ts';

/** A table as plain CSV: LF, commas, quotes where needed, each row preceded by its number and its line in the source. */
export interface WrittenTextTable extends Tallied {
  /** The files that hold it, one behind the other. */
  readonly paths: readonly string[];
  readonly headers: readonly string[];
  readonly forced: readonly (ForcedType | undefined)[];
  readonly longestRecord: number;
  readonly rejects: {
    readonly paths: readonly string[];
    readonly count: number;
    readonly longest: number;
    readonly first: readonly RejectedRecord[];
  };
  /** Sentences about characters that could not be kept. */
  readonly notes: readonly string[];
}

/** A table being written; `finish` or `close` must end it. */
export interface OpenTextTable extends TextTable {
  finish(): WrittenTextTable;
  /** Lets go of the files, whatever happened. */
  close(): void;
}

interface TableColumn {
  readonly header: string;
  readonly forced: ForcedType | undefined;
  readonly tally: ColumnTally;
  readonly rejected: RejectedCells;
  /** Cells with characters that can't be kept, and the first row of such a cell. */
  repaired: number;
  firstRepaired: number;
}

const BLOCK = 4 << 20;
/** DuckDB holds on to all of a file that it reads with one thread, until it comes to the next one. */
const PIECE = 16 << 20;
const COMMA = 44;
const QUOTE = 34;
const LF = 10;
const REJECTED_KEPT = 1000;
const REJECTED_SHOWN = 200;
// Room for the row's number and line, and its end.
const ROW_OVERHEAD = 64;
/** What needs quotes, or can't stand in UTF-8 text: half a surrogate pair, NUL. */
const SPECIAL = /[",\r\n\0\ud800-\udfff]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Opens a table to be written to `path`, its rejected records to `rejectsPath` (made only if there are any). What is long
 * goes on in files beside these, each with whole rows.
 */
export function openTextTable(
  path: string,
  rejectsPath: string,
  forced: ReadonlyMap<string, ForcedType>,
): OpenTextTable {
  const columns: TableColumn[] = [];
  const record = newRecord();
  const out = blockWriter(path);
  const rejects = { paths: [] as readonly string[], count: 0, longest: 0, first: [] as RejectedRecord[] };
  let rejectsOut: BlockWriter | undefined;
  const total = { records: 0, rows: 0, longest: 0 };

  function putCell(column: TableColumn, text: string, row: number): void {
    const kept = SPECIAL.test(text) ? keepable(column, text, row) : text;
    const before = out.used;
    const form = putText(out, kept);
    record.bytes = out.block;
    record.starts[0] = form === UNQUOTED ? before : before + 1;
    record.ends[0] = form === UNQUOTED ? out.used : out.used - 1;
    record.forms[0] = form;
    if (column.forced === undefined || column.forced.kind === 'text') {
      addCell(column.tally, record, 0, QUOTE, row);
    } else if (!addForcedCell(column.tally, column.forced, record, 0)) {
      keepRejected(column.rejected, row, kept);
      out.used = before;
    }
  }

  return {
    addColumn(given) {
      const header = given.toWellFormed().replaceAll('\0', '\ufffd');
      const rejected = { cells: [], count: 0 };
      const tally = newColumnTally();
      columns.push({ header, forced: forced.get(header), tally, rejected, repaired: 0, firstRepaired: 0 });
      return columns.length - 1;
    },
    addRow(cells, sourceLine) {
      if (cells.length > columns.length) throw new Error(`${cells.length} cells, ${columns.length} columns`);
      const row = ++total.records;
      total.rows++;
      const start = out.begin(cells.reduce(textRoom, ROW_OVERHEAD));
      out.ascii(`${row},${sourceLine}`);
      for (let i = 0; i < cells.length; i++) {
        out.byte(COMMA);
        const [cell, column] = [cells[i], columns[i]];
        if (typeof cell === 'string' && column !== undefined) putCell(column, cell, row);
      }
      out.byte(LF);
      total.longest = Math.max(total.longest, out.used - start);
    },
    addReject(reason, text, sourceLine) {
      const row_number = ++total.records;
      rejects.count++;
      const file = (rejectsOut ??= blockWriter(rejectsPath));
      const cells = [reason, text.toWellFormed().replaceAll('\0', '\ufffd')];
      const start = file.begin(cells.reduce(textRoom, ROW_OVERHEAD));
      file.ascii(`${row_number},${sourceLine}`);
      for (const cell of cells) {
        file.byte(COMMA);
        putText(file, cell);
      }
      file.byte(LF);
      rejects.longest = Math.max(rejects.longest, file.used - start);
      if (rejects.first.length >= REJECTED_KEPT) return;
      const shown = shownText(cells[1] ?? '', REJECTED_SHOWN);
      rejects.first.push({ row_number, source_line: sourceLine, reason, text: shown });
    },
    finish() {
      out.flush();
      rejectsOut?.flush();
      rejects.paths = rejectsOut?.paths ?? [];
      return {
        paths: out.paths,
        headers: columns.map(({ header }) => header),
        rows: total.rows,
        columns: columns.map(({ tally }) => tally),
        rejected: columns.map(({ rejected }) => rejected),
        forced: columns.map(({ forced }) => forced),
        longestRecord: total.longest,
        rejects,
        notes: columns.flatMap(repairNote),
      };
    },
    close() {
      out.close();
      rejectsOut?.close();
    },
  };
}

function textRoom(sum: number, cell: string | null | undefined): number {
  // A character takes at most three bytes in UTF-8; a quote takes two; and then there are comma and quotes.
  return sum + (cell?.length ?? 0) * 3 + 3;
}

/** The text with what UTF-8 text can't hold replaced, and counted. */
function keepable(column: TableColumn, text: string, row: number): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  if (column.repaired++ === 0) column.firstRepaired = row;
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

function repairNote(column: TableColumn): string[] {
  if (column.repaired === 0) return [];
  const cells = column.repaired === 1 ? '1 cell holds' : `${column.repaired} cells hold`;
  return [
    `column "${column.header}": ${cells} characters that text can not hold (NUL, half of a surrogate pair), the ` +
      `first in row ${column.firstRepaired}; each is replaced by U+FFFD`,
  ];
}

/** Writes a text, in quotes where it needs them; returns the form it has then. */
function putText(out: BlockWriter, text: string): number {
  if (text !== '' && !NEEDS_QUOTES.test(text)) {
    out.text(text);
    return UNQUOTED;
  }
  const doubled = text.replaceAll('"', '""');
  out.byte(QUOTE);
  out.text(doubled);
  out.byte(QUOTE);
  return doubled.length === text.length ? QUOTED : DOUBLED;
}

/** Files written in blocks; a row lies in one block, so that its cells can be looked at where they lie. */
interface BlockWriter {
  readonly paths: readonly string[];
  block: Buffer;
  used: number;
  /** Makes room for a row of at most so many bytes; returns where it begins. */
  begin(bytes: number): number;
  byte(value: number): void;
  ascii(text: string): void;
  text(text: string): void;
  flush(): void;
  close(): void;
}

function blockWriter(path: string): BlockWriter {
  const paths = [path];
  let file = openSync(path, 'wx');
  let written = 0;

  function nextFile(): void {
    const next = `${path}.${paths.length + 1}`;
    const opened = openSync(next, 'wx');
    closeSync(file);
    file = opened;
    paths.push(next);
    written = 0;
  }

  const writer: BlockWriter = {
    paths,
    block: Buffer.allocUnsafeSlow(BLOCK),
    used: 0,
    begin(bytes) {
      if (writer.used + bytes > writer.block.length) {
        writer.flush();
        if (written >= PIECE) nextFile();
        if (bytes > writer.block.length) writer.block = Buffer.allocUnsafeSlow(bytes);
      }
      return writer.used;
    },
    byte(value) {
      writer.block[writer.used++] = value;
    },
    ascii(text) {
      for (let i = 0; i < text.length; i++) writer.block[writer.used++] = text.charCodeAt(i);
    },
    text(text) {
      writer.used += writer.block.write(text, writer.used);
    },
    flush() {
      try {
        for (let at = 0; at < writer.used; ) at += writeSync(file, writer.block, at, writer.used - at);
      } catch (error) {
        throw asDiskFull(error, path);
      }
      written += writer.used;
      writer.used = 0;
    },
    close: () => closeSync(file),
  };
  return writer;
}
