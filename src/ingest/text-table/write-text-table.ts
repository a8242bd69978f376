import { newRecord, UNQUOTED } from '../csv/records.ts';
import { type OpenRejects, openRejects, type Rejects } from '../rejects.ts';
import { putText, ROW_OVERHEAD, rowWriter, textRoom } from '../row-writer.ts';
import { addCell, addForcedCell, type ColumnTally, newColumnTally } from '../typing/column-tally.ts';
import type { ForcedType } from '../typing/forced-type.ts';
import { keepRejected, type RejectedCells, type Tallied } from '../typing/tallied.ts';
import type { TextTable } from './text-table-reader.ts';

/** A table as plain CSV: LF, commas, quotes where needed, each row preceded by its number and its line in the source. */
export interface WrittenTextTable extends Tallied {
  /** The files that hold it, one behind the other. */
  readonly paths: readonly string[];
  readonly headers: readonly string[];
  readonly forced: readonly (ForcedType | undefined)[];
  readonly longestRecord: number;
  readonly rejects: Rejects;
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

const COMMA = 44;
const QUOTE = 34;
const LF = 10;
/** What needs quotes, or can't stand in UTF-8 text: half a surrogate pair, NUL. */
const SPECIAL = /[",\r\n\0\ud800-\udfff]/;

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
  const out = rowWriter(path);
  const rejects: OpenRejects = openRejects(rejectsPath);
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
      rejects.add(reason, text, ++total.records, sourceLine);
    },
    finish() {
      out.flush();
      return {
        paths: out.paths,
        headers: columns.map(({ header }) => header),
        rows: total.rows,
        columns: columns.map(({ tally }) => tally),
        rejected: columns.map(({ rejected }) => rejected),
        forced: columns.map(({ forced }) => forced),
        longestRecord: total.longest,
        rejects: rejects.finish(),
        notes: columns.flatMap(repairNote),
      };
    },
    close() {
      out.close();
      rejects.close();
    },
  };
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
