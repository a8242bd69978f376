import { XmlError } from './xml-text.ts';

export const MOST_ROWS = 1_048_576;
export const MOST_COLUMNS = 16_384;

/** The column of a reference like `AB12`, from 0. Throws `XmlError` beyond XFD, the last there is. */
export function columnOfReference(bytes: Buffer, start: number, end: number): number {
  let column = 0;
  for (let at = start; at < end; at++) {
    const letter = ((bytes[at] ?? 0) | 32) - 96;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
    if (column > MOST_COLUMNS) break;
  }
  if (column >= 1 && column <= MOST_COLUMNS) return column - 1;
  throw new XmlError(`the cell ${bytes.toString('latin1', start, Math.min(end, start + 20))} can not be`);
}

/** The letters of a column, from 0: A, B … XFD. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return letters;
}

/** Rows from 1, columns from 0, the last of them included. */
export interface CellRange {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** A range like `A1:C3`, or a single cell; undefined for what is none. */
export function cellRange(text: string): CellRange | undefined {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, firstColumn = '', firstRow = '', lastColumn = firstColumn, lastRow = firstRow] = match;
  return {
    firstRow: Number(firstRow),
    lastRow: Number(lastRow),
    firstColumn: columnOfLetters(firstColumn),
    lastColumn: columnOfLetters(lastColumn),
  };
}

function columnOfLetters(letters: string): number {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
