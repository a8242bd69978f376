import type { IngestOptions } from '../../contract/index.ts';
import { shownText } from '../shown-text.ts';
import type { TextTable } from '../text-table/text-table-reader.ts';
import { bomb } from '../zip/refusals.ts';
import { type DefinedTable, isMainTable } from './defined-table.ts';
import type { SheetRow } from './scan-sheet.ts';
import { CELL, CELL_SORTS } from './sheet-cells.ts';
import { findTable, hasHeader, type KeptRow } from './table-region.ts';

/** A cell that stands for others like it. */
export interface ExampleCell {
  readonly sheetRow: number;
  readonly text: string;
}

/** What was met in a column of the table, besides its texts. */
export interface SheetColumn {
  /** In the sheet, from 0. */
  readonly column: number;
  /** Cells by what they hold (`CELL`). */
  readonly counts: number[];
  /** The first cell of each sort that is worth a word. */
  readonly firsts: Map<number, ExampleCell>;
  /** Error values by text. */
  readonly errors: Map<string, number>;
  /** It came behind the first rows, by which the table was found. */
  readonly late: boolean;
}

/** What was met in a sheet besides the table. */
export interface SheetTableFacts {
  readonly columns: readonly SheetColumn[];
  /** Rows above the table, as texts. */
  readonly above: readonly { readonly number: number; readonly text: string }[];
  readonly header: boolean;
  readonly firstRow: number;
  readonly rows: number;
  readonly filledRows: number;
  /** Rows between the first and the last of the table that hold nothing. */
  readonly emptyRows: number;
  readonly hiddenRows: number;
  /** Cells to the left of the table. */
  readonly leftOut: number;
  /** The row of totals that the table has by its definition. */
  readonly totalsRow: number | undefined;
}

/** Takes the rows of a sheet and puts those of the table into a `TextTable`. */
export interface SheetTable {
  row(row: SheetRow): void;
  finish(): SheetTableFacts;
}

const SAMPLE = 200;
const SHOWN = 60;
const NOTEWORTHY: readonly number[] = [CELL.wideNumber, CELL.error, CELL.noDay, CELL.uncalculated];
/** Blank cells cost room too: a table of many is refused where hardly one is filled. */
const MANY_CELLS = 10_000_000;
const HARDLY = 1000;

export interface SheetTableOptions {
  /** Settled by the first rows where it is `auto`. */
  readonly header: IngestOptions['header'];
  /** What the workbook calls a table: taken at its word if it holds most of the first cells. */
  readonly defined?: DefinedTable;
  readonly shownPath: string;
}

export function sheetTable(table: TextTable, options: SheetTableOptions): SheetTable {
  const { header, shownPath } = options;
  let sample: KeptRow[] | undefined = [];
  const columns: SheetColumn[] = [];
  /** The ordinal of a sheet's column in the table. */
  const ordinals: (number | undefined)[] = [];
  const cells: (string | null)[] = [];
  let above: KeptRow[] = [];
  let firstColumn = 0;
  let defined: DefinedTable | undefined;
  let totalsRow: number | undefined;
  const seen = {
    header: false,
    first: 0,
    last: 0,
    rows: 0,
    filled: 0,
    hidden: 0,
    leftOut: 0,
    cells: 0,
    space: 0,
  };

  function settle(rows: readonly KeptRow[]): void {
    sample = undefined;
    if (options.defined !== undefined && isMainTable(options.defined, rows)) defined = options.defined;
    const region = findTable(rows, defined?.firstRow);
    firstColumn = region.firstColumn;
    above = rows.slice(0, region.firstRow);
    const inTable = rows.slice(region.firstRow);
    seen.header = header === 'auto' ? (defined?.header ?? hasHeader(inTable)) : header === 'yes';
    seen.first = inTable[0]?.number ?? 0;
    seen.last = seen.first;
    addColumns(inTable);
    for (const row of seen.header ? inTable.slice(1) : inTable) put(row);
  }

  /** Adds the columns with a header or a cell in the first rows, in the order of the sheet. */
  function addColumns(rows: readonly KeptRow[]): void {
    const headers = seen.header ? rows[0] : undefined;
    const width = Math.max(0, ...rows.map((row) => row.width));
    for (let column = firstColumn; column < width; column++) {
      if (!rows.some((row) => column < row.width && row.sorts[column] !== CELL.none)) continue;
      addColumn(
        column,
        headers === undefined ? `C${columns.length + 1}` : headerText(headers, column),
        false,
      );
    }
  }

  function addColumn(column: number, name: string, late: boolean): number {
    const counts = new Array<number>(CELL_SORTS).fill(0);
    columns.push({ column, counts, firsts: new Map(), errors: new Map(), late });
    return (ordinals[column] = table.addColumn(name));
  }

  function put(row: KeptRow): void {
    if (defined?.totals === true && row.number === defined.lastRow) {
      totalsRow = row.number;
      return;
    }
    let width = 0;
    for (let column = 0; column < row.width; column++) {
      const sort = row.sorts[column] ?? CELL.none;
      if (sort === CELL.none) continue;
      if (column < firstColumn) {
        seen.leftOut++;
        continue;
      }
      const ordinal =
        ordinals[column] ?? addColumn(column, seen.header ? '' : `C${columns.length + 1}`, true);
      while (width <= ordinal) cells[width++] = null;
      if (sort < CELL.error) cells[ordinal] = row.texts[column] ?? '';
      count(columns[ordinal], sort, row, column);
      seen.cells++;
    }
    if (cells.length > width) cells.length = width;
    seen.rows++;
    seen.last = Math.max(seen.last, row.number);
    if (row.hidden) seen.hidden++;
    refuseBlankSpace(width);
    table.addRow(cells, row.number);
  }

  function refuseBlankSpace(width: number): void {
    seen.space += width;
    if (seen.space < MANY_CELLS || seen.cells * HARDLY > seen.space) return;
    throw bomb(
      shownPath,
      `it has ${columns.length} columns in ${seen.rows} rows, and hardly a cell with anything in it`,
    );
  }

  return {
    row(row) {
      seen.filled++;
      if (sample === undefined) put(row);
      else if (sample.push(kept(row)) === SAMPLE) settle(sample);
    },
    finish() {
      if (sample !== undefined) settle(sample);
      const span = seen.last - seen.first + 1;
      const inTable = seen.rows + (seen.header ? 1 : 0);
      return {
        columns,
        above: above.map((row) => ({ number: row.number, text: rowText(row) })),
        header: seen.header,
        firstRow: seen.first,
        rows: seen.rows,
        filledRows: seen.filled,
        emptyRows: Math.max(0, span - inTable),
        hiddenRows: seen.hidden,
        leftOut: seen.leftOut,
        totalsRow,
      };
    },
  };
}

function count(column: SheetColumn | undefined, sort: number, row: KeptRow, at: number): void {
  if (column === undefined) return;
  column.counts[sort] = (column.counts[sort] ?? 0) + 1;
  if (!NOTEWORTHY.includes(sort)) return;
  const text = row.texts[at] ?? '';
  if (!column.firsts.has(sort)) column.firsts.set(sort, { sheetRow: row.number, text });
  if (sort === CELL.error) column.errors.set(text, (column.errors.get(text) ?? 0) + 1);
}

function kept(row: SheetRow): KeptRow {
  return { ...row, sorts: row.sorts.slice(0, row.width), texts: row.texts.slice(0, row.width) };
}

/** A header on one line, without blanks around. */
function headerText(row: KeptRow, column: number): string {
  const sort = column < row.width ? (row.sorts[column] ?? CELL.none) : CELL.none;
  return sort === CELL.none || sort >= CELL.noDay
    ? ''
    : (row.texts[column] ?? '').replace(/\s+/g, ' ').trim();
}

function rowText(row: KeptRow): string {
  const texts = row.texts.filter((_, i) => row.sorts[i] !== CELL.none && row.sorts[i] !== CELL.emptyText);
  return shownText(texts.join(' | ').replace(/\s+/g, ' '), SHOWN);
}
