import { type CellRange, cellRange, columnOfReference, MOST_COLUMNS, MOST_ROWS } from './cell-references.ts';
import { wholeNumber } from './number-text.ts';
import {
  addToCell,
  beginCell,
  CELL,
  type CellContext,
  type CellType,
  cellTypeAt,
  endCell,
  newCell,
} from './sheet-cells.ts';
import { type Attributes, attributeFlag, attributeNumber, attributeText } from './xml-attributes.ts';
import { type XmlScanner, xmlScanner } from './xml-scanner.ts';
import { XmlError } from './xml-text.ts';

/** A row with at least one cell that is not blank; reused for the next one. Columns count from 0. */
export interface SheetRow {
  /** As in the sheet, from 1. */
  number: number;
  hidden: boolean;
  /** One behind the last cell. */
  width: number;
  /** What each cell holds (`CELL`), and its text. */
  readonly sorts: number[];
  readonly texts: string[];
}

/** What is made of a sheet while it goes by. */
export interface SheetVisitor {
  row(row: SheetRow): void;
  /** Merged cells, told behind the rows. */
  merged(range: CellRange): void;
  /** Columns that are not shown, from 0, told before the rows. */
  hiddenColumns(first: number, last: number): void;
}

const NAMES = ['worksheet', 'row', 'c', 'v', 'f', 'is', 't', 'rPh', 'mergeCell', 'col'];
const [ROW, CELL_, VALUE, FORMULA, INLINE, TEXT, PHONETIC, MERGED, COLUMN] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const LOWER_R = 114;
const LOWER_S = 115;
const LOWER_T = 116;

/** A scanner of a sheet's XML. Rows and cells that don't say where they are follow each other. Throws `XmlError`. */
export function sheetScanner(context: CellContext, visitor: SheetVisitor): XmlScanner {
  const { strings, formats, epoch1904 } = context;
  const row: SheetRow = { number: 0, hidden: false, width: 0, sorts: [], texts: [] };
  const cell = newCell();
  let column = -1;
  let filled = false;
  let inValue = false;
  let inPhonetic = false;
  let inInline = false;

  function openRow(attributes: Attributes): void {
    row.number = attributeNumber(attributes, 'r') ?? row.number + 1;
    if (row.number < 1 || row.number > MOST_ROWS)
      throw new XmlError(`there is no row ${row.number} in a sheet`);
    row.hidden = attributeFlag(attributes, 'hidden');
    row.width = 0;
    column = -1;
    filled = false;
  }

  function openCell(attributes: Attributes): void {
    let type: CellType = 'n';
    let style = 0;
    let next = column + 1;
    const { bytes, nameStarts, nameEnds, valueStarts, valueEnds } = attributes;
    for (let i = 0; i < attributes.count; i++) {
      const name = nameStarts[i] ?? 0;
      if ((nameEnds[i] ?? 0) - name !== 1) continue;
      const [start, end] = [valueStarts[i] ?? 0, valueEnds[i] ?? 0];
      if (bytes[name] === LOWER_R) next = columnOfReference(bytes, start, end);
      else if (bytes[name] === LOWER_S) style = wholeNumber(bytes, start, end);
      else if (bytes[name] === LOWER_T) type = cellTypeAt(bytes, start, end);
    }
    if (next >= MOST_COLUMNS) throw new XmlError(`row ${row.number} has more than ${MOST_COLUMNS} cells`);
    column = next;
    beginCell(cell, type, formats[style]);
  }

  function closeCell(): void {
    endCell(cell, strings, epoch1904);
    if (cell.sort === CELL.none) return;
    for (; row.width <= column; row.width++) row.sorts[row.width] = CELL.none;
    row.sorts[column] = cell.sort;
    row.texts[column] = cell.value;
    filled = true;
  }

  return xmlScanner(NAMES, {
    open(element, attributes) {
      if (element === CELL_) openCell(attributes);
      else if (element === VALUE) inValue = cell.valued = true;
      else if (element === TEXT) inValue = inInline && !inPhonetic;
      else if (element === FORMULA) cell.formula = true;
      else if (element === ROW) openRow(attributes);
      else if (element === INLINE) inInline = true;
      else if (element === PHONETIC) inPhonetic = true;
      else if (element === MERGED) {
        const range = cellRange(attributeText(attributes, 'ref') ?? '');
        if (range !== undefined) visitor.merged(range);
      } else if (element === COLUMN && attributeFlag(attributes, 'hidden')) {
        const first = attributeNumber(attributes, 'min') ?? 1;
        visitor.hiddenColumns(first - 1, (attributeNumber(attributes, 'max') ?? first) - 1);
      }
    },
    close(element) {
      if (element === VALUE || element === TEXT) inValue = false;
      else if (element === CELL_) closeCell();
      else if (element === ROW) {
        if (filled) visitor.row(row);
      } else if (element === INLINE) inInline = false;
      else if (element === PHONETIC) inPhonetic = false;
    },
    text(bytes, start, end, form) {
      if (inValue) addToCell(cell, bytes, start, end, form);
    },
  });
}
