import type { SheetRow } from './scan-sheet.ts';
import { CELL } from './sheet-cells.ts';

/** A row that is kept while the next ones go by. */
export type KeptRow = Readonly<SheetRow>;

/** Where the table begins: the ordinal of its first row in the sample, and its first column in the sheet. */
export interface TableRegion {
  readonly firstRow: number;
  readonly firstColumn: number;
}

/** Rows above a table are few. */
const MOST_ABOVE = 50;

/**
 * Finds where a table begins, given the first rows of its sheet that hold anything: behind titles, notes and groups of
 * headers. Most rows of a table are filled alike; a row above it has less than half as many cells, or it has no more
 * than half as many and an empty row behind, or its only cell stands in the first column. Where it is known in which row
 * of the sheet the table begins, that row is taken.
 */
export function findTable(rows: readonly KeptRow[], begins?: number): TableRegion {
  const firstRow = begins === undefined ? -1 : rows.findIndex(({ number }) => number === begins);
  if (firstRow !== -1) return { firstRow, firstColumn: firstColumnOf(rows.slice(firstRow)) };
  return guessedTable(rows);
}

function guessedTable(rows: readonly KeptRow[]): TableRegion {
  const filled = rows.map(filledCells);
  const typical = median(filled);
  let firstRow = 0;
  while (firstRow < Math.min(MOST_ABOVE, rows.length - 1) && isAbove(rows, filled, firstRow, typical))
    firstRow++;
  if (firstRow === Math.min(MOST_ABOVE, rows.length - 1)) firstRow = 0;
  return { firstRow, firstColumn: firstColumnOf(rows.slice(firstRow)) };
}

function isAbove(rows: readonly KeptRow[], filled: readonly number[], at: number, typical: number): boolean {
  const cells = filled[at] ?? 0;
  if (typical < 2) return false;
  if (cells < typical / 2) return true;
  if (cells <= typical / 2 && isBeforeGap(rows, filled, at, typical)) return true;
  const [row, next] = [rows[at], rows[at + 1]];
  return cells === 1 && row !== undefined && next !== undefined && firstFilled(row) <= firstFilled(next);
}

/** Whether nothing but sparse rows stands between this row and the next empty one. */
function isBeforeGap(
  rows: readonly KeptRow[],
  filled: readonly number[],
  at: number,
  typical: number,
): boolean {
  for (let i = at; i + 1 < rows.length && (filled[i] ?? 0) <= typical / 2; i++) {
    if ((rows[i + 1]?.number ?? 0) > (rows[i]?.number ?? 0) + 1) return true;
  }
  return false;
}

function filledCells(row: KeptRow): number {
  let count = 0;
  for (let i = 0; i < row.width; i++) if (row.sorts[i] !== CELL.none) count++;
  return count;
}

function firstFilled(row: KeptRow): number {
  const first = row.sorts.findIndex((sort, i) => i < row.width && sort !== CELL.none);
  return first === -1 ? row.width : first;
}

function firstColumnOf(rows: readonly KeptRow[]): number {
  return Math.min(...rows.map(firstFilled));
}

/** The upper median. */
function median(counts: readonly number[]): number {
  return counts.toSorted((a, b) => a - b)[counts.length >> 1] ?? 0;
}

/**
 * Whether the first row of a table names its columns. It does unless it looks like the rows below: a column of numbers,
 * dates or truth values has its own kind in the first row too. A row of years or dates in steps above other numbers
 * names columns all the same.
 */
export function hasHeader(rows: readonly KeptRow[]): boolean {
  const [first, ...body] = rows;
  if (first === undefined) return false;
  const kinds = Array.from({ length: first.width }, (_, column) => kindBelow(body, column));
  const fits = kinds.filter((kind, i) => kind !== undefined && familyOf(first.sorts[i]) === kind).length;
  const differs = kinds.some(
    (kind, i) =>
      kind !== undefined && familyOf(first.sorts[i]) !== undefined && familyOf(first.sorts[i]) !== kind,
  );
  if (differs) return true;
  if (body.length === 0)
    return first.sorts
      .slice(0, first.width)
      .every((sort) => familyOf(sort) === undefined || sort === CELL.text);
  return fits === 0 || (isSeries(first) && !body.slice(0, 3).some(isSeries));
}

type Family = 'number' | 'text' | 'boolean' | 'date';

function familyOf(sort: number | undefined): Family | undefined {
  switch (sort) {
    case CELL.number:
    case CELL.wideNumber:
    case CELL.elapsed:
      return 'number';
    case CELL.text:
      return 'text';
    case CELL.boolean:
      return 'boolean';
    case CELL.date:
      return 'date';
    default:
      return undefined;
  }
}

/** What all cells of a column are, if they are all of one family that isn't text. */
function kindBelow(body: readonly KeptRow[], column: number): Family | undefined {
  const families = new Set<Family>();
  for (const row of body) {
    const family = column < row.width ? familyOf(row.sorts[column]) : undefined;
    if (family !== undefined) families.add(family);
  }
  const [only] = families;
  return families.size === 1 && only !== 'text' ? only : undefined;
}

const YEARS = /^(19|20|21)\d\d$/;

/** Two or more years one after the other, or two or more days in order. */
function isSeries(row: KeptRow): boolean {
  const cells: string[] = [];
  for (let i = 0; i < row.width; i++) {
    const family = familyOf(row.sorts[i]);
    if (family === 'number' || family === 'date') cells.push(row.texts[i] ?? '');
  }
  const years = cells.every((text) => YEARS.test(text));
  const inOrder = cells.every((text, i) => {
    const before = cells[i - 1];
    if (before === undefined) return true;
    return years ? Math.abs(Number(text) - Number(before)) === 1 : text > before;
  });
  return (
    cells.length > 1 && inOrder && (years || cells.every((text) => text.includes('-') && text.length >= 10))
  );
}
