import type { Column } from '../../contract/index.ts';
import { columnLetters } from './cell-references.ts';
import { CELL } from './sheet-cells.ts';
import type { SheetColumn, SheetTableFacts } from './sheet-table.ts';

/** What was met in a sheet besides the cells of its table. */
export interface SheetFacts {
  readonly table: SheetTableFacts;
  /** The last row of each group of merged cells. */
  readonly mergedUpTo: readonly number[];
  /** Columns that are not shown, from 0. */
  readonly hiddenColumns: ReadonlySet<number>;
  readonly epoch1904: boolean;
}

/** Sentences about what was assumed, left out or repaired in a sheet, given the columns as they were typed. */
export function sheetNotes(facts: SheetFacts, columns: readonly Column[]): string[] {
  const { table } = facts;
  return [
    ...aboveNotes(table),
    ...(table.header ? [] : ['the first row is data, not a header: the columns are called C1, C2 and so on']),
    ...countNote(
      table.emptyRows,
      'empty row inside the table was skipped',
      'empty rows inside the table were skipped',
    ),
    ...(table.totalsRow === undefined
      ? []
      : [`row ${table.totalsRow} holds the totals of the table, as the workbook says; it was not read`]),
    ...countNote(
      table.leftOut,
      'cell to the left of the table was not read',
      'cells to the left of the table were not read',
    ),
    ...hiddenNotes(facts),
    ...mergedNotes(facts),
    ...epochNotes(facts),
    ...columns.flatMap((column, i) => columnNotes(column, table.columns[i])),
  ];
}

function aboveNotes({ above, firstRow }: SheetTableFacts): string[] {
  if (above.length === 0) return [];
  const texts = above.map(({ number, text }) => `${number}: ${text}`).slice(0, 5);
  const more = above.length > 5 ? ` and ${above.length - 5} more` : '';
  return [
    `the table begins in row ${firstRow} of the sheet; rows above it were not read (${texts.join('; ')}${more})`,
  ];
}

function hiddenNotes({ table, hiddenColumns }: SheetFacts): string[] {
  const hidden = table.columns
    .filter(({ column }) => hiddenColumns.has(column))
    .map(({ column }) => columnLetters(column));
  return [
    ...countNote(
      table.hiddenRows,
      'row is hidden in the sheet (by a filter, perhaps); it was read like the others',
      'rows are hidden in the sheet (by a filter, perhaps); they were read like the others',
    ),
    ...(hidden.length === 0
      ? []
      : [
          `hidden columns of the sheet were read like the others: ${hidden.slice(0, 20).join(', ')}${hidden.length > 20 ? ' …' : ''}`,
        ]),
  ];
}

function mergedNotes({ table, mergedUpTo }: SheetFacts): string[] {
  const inside = mergedUpTo.filter((last) => last >= table.firstRow).length;
  return countNote(
    inside,
    'group of merged cells: the value stands in the first of them, the others are missing',
    'groups of merged cells: the value stands in the first of each, the others are missing',
  );
}

function epochNotes({ table, epoch1904 }: SheetFacts): string[] {
  const dates = table.columns.some(({ counts }) => (counts[CELL.date] ?? 0) > 0);
  return epoch1904 && dates ? ['days are counted from 1904-01-01, as the workbook says'] : [];
}

function columnNotes(column: Column, met: SheetColumn | undefined): string[] {
  if (met === undefined) return [];
  const of = (sort: number) => met.counts[sort] ?? 0;
  const first = (sort: number) => {
    const example = met.firsts.get(sort);
    return example === undefined ? '' : `, the first in ${columnLetters(met.column)}${example.sheetRow}`;
  };
  const notes = [
    ...countNote(
      of(CELL.error),
      `cell holds an error${errorTexts(met)} and is missing`,
      `cells hold errors${errorTexts(met)} and are missing`,
    ),
    ...countNote(
      of(CELL.uncalculated),
      `formula has no stored value and is missing${first(CELL.uncalculated)}; open and save the workbook in its program to have it calculated`,
      `formulas have no stored values and are missing${first(CELL.uncalculated)}; open and save the workbook in its program to have them calculated`,
    ),
    ...noDayNotes(met, of(CELL.noDay)),
    ...countNote(
      of(CELL.emptyText),
      'cell holds an empty text and is missing',
      'cells hold empty texts and are missing',
    ),
    ...(of(CELL.elapsed) > 0 ? ['elapsed times are read as seconds'] : []),
    ...countNote(
      of(CELL.wideNumber),
      `whole number is beyond 2^53, where spreadsheet programs change the last digits${first(CELL.wideNumber)}`,
      `whole numbers are beyond 2^53, where spreadsheet programs change the last digits${first(CELL.wideNumber)}`,
    ),
    ...mixtureNotes(column, of),
    ...(met.late
      ? [
          `it stands in column ${columnLetters(met.column)} of the sheet and begins late, so it is the last here`,
        ]
      : []),
  ];
  return notes.map((note) => `column "${column.name || column.sql_name}": ${note}`);
}

function errorTexts({ errors }: SheetColumn): string {
  const texts = [...errors].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5);
  return ` (${texts.map(([text, count]) => `${text} × ${count}`).join(', ')})`;
}

function noDayNotes(met: SheetColumn, count: number): string[] {
  const example = met.firsts.get(CELL.noDay);
  if (example === undefined) return [];
  const where = `${example.text} in ${columnLetters(met.column)}${example.sheetRow}`;
  return countNote(
    count,
    `number is shown as a date, but there is no such day (${where}): missing`,
    `numbers are shown as dates, but there are no such days (the first: ${where}): missing`,
  );
}

const NUMBERS = new Set<string>(['integer', 'decimal', 'double']);

/** Cells that are not in the workbook what their column is read as. */
function mixtureNotes(column: Column, of: (sort: number) => number): string[] {
  const { kind } = column.type;
  const numbers = of(CELL.number) + of(CELL.wideNumber);
  if (kind === 'text') {
    return of(CELL.date) > 0 && numbers > 0
      ? [
          `dates (${of(CELL.date)} cells) and numbers (${numbers} cells) are mixed: dates are written like 2025-01-31`,
        ]
      : [];
  }
  const what = NUMBERS.has(kind) ? 'numbers' : 'values';
  return countNote(
    of(CELL.text),
    `cell is text in the workbook; it is read like the ${what} beside it, or as a marker of a missing value`,
    `cells are text in the workbook; they are read like ${what}, or as markers of missing values`,
  );
}

function countNote(count: number, one: string, many: string): string[] {
  if (count === 0) return [];
  return [count === 1 ? `1 ${one}` : `${count} ${many}`];
}
