import { unescapeText } from './escapes.ts';
import type { DateFormat } from './number-format.ts';
import { isShortest, numberText, shortestValue, wholeNumber } from './number-text.ts';
import { isoText, serialText } from './serial-date.ts';
import type { StringStore } from './string-store.ts';
import type { StyleFormats } from './styles.ts';
import { textOf, XmlError } from './xml-text.ts';

/** What the cells of all sheets are read with. */
export interface CellContext {
  readonly strings: StringStore;
  readonly formats: StyleFormats;
  readonly epoch1904: boolean;
}

/**
 * What a cell holds. Cells from `error` on are missing: an error value, a number in the format of a date for which
 * there is no day, a formula without a stored value, a text without a character.
 */
export const CELL = {
  none: 0,
  number: 1,
  wideNumber: 2,
  text: 3,
  boolean: 4,
  date: 5,
  elapsed: 6,
  error: 7,
  noDay: 8,
  uncalculated: 9,
  emptyText: 10,
} as const;

/** How many sorts of cells there are. */
export const CELL_SORTS = 11;

/** How a cell's value is written (ECMA-376 part 1, 18.18.11). */
export type CellType = 'n' | 's' | 'str' | 'inlineStr' | 'b' | 'e' | 'd';

const ONE_LETTER: readonly CellType[] = ['n', 's', 'b', 'e', 'd'];

/** Throws `XmlError` for a type that there is not. */
export function cellTypeAt(bytes: Buffer, start: number, end: number): CellType {
  if (end - start === 1) {
    const letter = bytes[start];
    for (const type of ONE_LETTER) if (letter === type.charCodeAt(0)) return type;
  }
  const text = bytes.toString('latin1', start, end);
  if (text === 'str' || text === 'inlineStr') return text;
  throw new XmlError(`a cell has the type "${text}"`);
}

/** A cell while it goes by; reused for the next one. */
export interface OpenCell {
  type: CellType;
  /** What its style makes of numbers. */
  format: StyleFormats[number];
  /** It has a formula; a place for a value. */
  formula: boolean;
  valued: boolean;
  /** What is written between its tags: as text, or as a number where that could be read at once, else -1. */
  written: string;
  number: number;
  /** The text is a number in its shortest form. */
  shortest: boolean;
  pieces: number;
  /** The result: what the cell holds, and its text (of what can't be read too, as written). */
  sort: number;
  value: string;
}

export function newCell(): OpenCell {
  return {
    type: 'n',
    format: undefined,
    formula: false,
    valued: false,
    written: '',
    number: -1,
    shortest: false,
    pieces: 0,
    sort: CELL.none,
    value: '',
  };
}

export function beginCell(cell: OpenCell, type: CellType, format: StyleFormats[number]): void {
  cell.type = type;
  cell.format = format;
  cell.formula = false;
  cell.valued = false;
  cell.written = '';
  cell.number = -1;
  cell.shortest = false;
  cell.pieces = 0;
}

/** Adds a stretch of what is written in a cell. Nearly always it is the only one. */
export function addToCell(cell: OpenCell, bytes: Buffer, start: number, end: number, form: number): void {
  if (start === end) return;
  if (cell.pieces++ > 0) {
    const before = cell.number === -1 ? cell.written : String(cell.number);
    cell.written = before + textOf(bytes, start, end, form);
    cell.number = -1;
    cell.shortest = false;
    return;
  }
  if (cell.type === 's') cell.number = wholeNumber(bytes, start, end);
  else if (cell.type === 'n' && isShortest(bytes, start, end)) {
    cell.shortest = true;
    if (cell.format !== undefined) cell.number = shortestValue(bytes, start, end);
  }
  if (cell.number === -1) cell.written = textOf(bytes, start, end, form);
}

/** Settles what a cell holds, by its type, and by the format of its style where it is a number. */
export function endCell(cell: OpenCell, strings: StringStore, epoch1904: boolean): void {
  const { type, written } = cell;
  if (cell.pieces === 0 && !(type === 'inlineStr' || (type === 'str' && cell.valued))) {
    setCell(cell, cell.formula ? CELL.uncalculated : CELL.none, '');
    return;
  }
  switch (type) {
    case 'n':
      if (cell.format === undefined) endNumber(cell);
      else endDate(cell, cell.format, epoch1904);
      return;
    case 's':
      setText(cell, sharedText(strings, cell));
      return;
    case 'str':
    case 'inlineStr':
      setText(cell, written.includes('_x') || written.includes('\r') ? unescapeText(written) : written);
      return;
    case 'b':
      setCell(cell, CELL.boolean, written === '1' || written === 'true' ? 'true' : 'false');
      return;
    case 'e':
      setCell(cell, CELL.error, written);
      return;
    case 'd':
      setCell(cell, CELL.date, isoText(written.trim(), cell.format));
  }
}

function endNumber(cell: OpenCell): void {
  if (cell.shortest) {
    setCell(cell, CELL.number, cell.written);
    return;
  }
  if (cell.written.trim() === '') {
    setCell(cell, cell.formula ? CELL.uncalculated : CELL.none, '');
    return;
  }
  const { text, beyondDoubles } = numberText(cell.written);
  setCell(cell, beyondDoubles ? CELL.wideNumber : CELL.number, text);
}

function endDate(cell: OpenCell, format: DateFormat, epoch1904: boolean): void {
  const serial = cell.number === -1 ? Number(cell.written) : cell.number;
  const text = Number.isFinite(serial) ? serialText(serial, format, epoch1904) : undefined;
  if (text === undefined) setCell(cell, CELL.noDay, cell.written || String(cell.number));
  else setCell(cell, format === 'elapsed' ? CELL.elapsed : CELL.date, text);
}

function sharedText(strings: StringStore, cell: OpenCell): string {
  const index = cell.number === -1 && /^\s*\d+\s*$/.test(cell.written) ? Number(cell.written) : cell.number;
  const text = strings.get(index);
  if (text !== undefined) return text;
  throw new XmlError(`a cell names the shared text ${cell.written || index}, which is not there`);
}

function setText(cell: OpenCell, text: string): void {
  setCell(cell, text === '' ? CELL.emptyText : CELL.text, text);
}

function setCell(cell: OpenCell, sort: number, value: string): void {
  cell.sort = sort;
  cell.value = value;
}
