import type { Column, IngestOptions } from '../../contract/index.ts';
import type { TextTable } from '../text-table/text-table-reader.ts';
import { cellKind, KIND, newCellFacts } from '../typing/cell-kind.ts';
import { isNotANumber, kindOf, readArray, readObject, readValue, type ValueKind } from './read-record.ts';
import { newRecordColumns, notANumberNote, type RecordColumns } from './record-columns.ts';

/** A record that is not like those before it, in words for the operator. */
export class UnlikeError extends Error {}

/** Turns records into rows: objects by their keys, arrays by their order, other values as a single column. */
export interface RecordLayout {
  /**
   * Adds a record, by its number and line; the first one says of what kind all are. Throws `JsonSyntaxError`,
   * `UnlikeError`, `RecordError`; after the first two the next record may come all the same.
   */
  add(text: string, record: number, line: number): void;
  notes(columns: readonly Column[]): string[];
}

const NAMES: Readonly<Record<ValueKind, string>> = {
  object: 'an object',
  array: 'an array',
  value: 'a single value',
};

export function recordLayout(table: TextTable, header: IngestOptions['header']): RecordLayout {
  const objects = newRecordColumns(table);
  const arrays = arrayLayout(table, header);
  let kind: ValueKind | undefined;
  return {
    add(text, record, line) {
      const own = kindOf(text);
      if (kind !== undefined && own !== kind) {
        throw new UnlikeError(`it is ${NAMES[own]}, where ${NAMES[kind]} is expected as before`);
      }
      if (own === 'object') addObject(objects, text, record, line);
      else if (own === 'array') arrays.add(text, line);
      else addValue(table, text, line, kind === undefined);
      kind = own;
    },
    notes: (columns) => [...(kind === 'array' ? arrays.notes() : []), ...objects.notes(columns)],
  };
}

function addObject(objects: RecordColumns, text: string, record: number, line: number): void {
  objects.begin(record);
  readObject(text, objects);
  objects.end(line);
}

function addValue(table: TextTable, text: string, line: number, isFirst: boolean): void {
  const cell = readValue(text);
  if (isFirst) table.addColumn('value');
  table.addRow([cell], line);
}

function arrayLayout(table: TextTable, header: IngestOptions['header']) {
  let width: number | undefined;
  let named = false;
  let notNumbers = 0;
  return {
    add(text: string, line: number): void {
      const { cells, strings } = readArray(text);
      if (width === undefined) {
        named = header === 'auto' ? looksLikeHeader(cells, strings) : header === 'yes';
        for (const [i, cell] of cells.entries()) table.addColumn(named ? (cell ?? '') : `C${i + 1}`);
        width = cells.length;
        if (named) return;
      }
      if (cells.length !== width) {
        throw new UnlikeError(`it has ${cells.length} values, where ${width} are expected as before`);
      }
      notNumbers += cells.filter((cell, i) => !strings[i] && cell !== null && isNotANumber(cell)).length;
      table.addRow(cells, line);
    },
    notes: () => [
      named
        ? 'the first array holds the names of the columns'
        : 'the first array is data, not a header: the columns are called C1, C2 and so on',
      ...(notNumbers > 0 ? [notANumberNote(notNumbers)] : []),
    ],
  };
}

const facts = newCellFacts();

/** A first array is a header where it holds nothing but different strings, none of which reads as a number or date. */
function looksLikeHeader(cells: readonly (string | null)[], strings: readonly boolean[]): boolean {
  if (!strings.every((isString) => isString) || new Set(cells).size !== cells.length) return false;
  return cells.every((cell) => {
    const bytes = Buffer.from(cell ?? '');
    return bytes.length > 0 && cellKind(bytes, 0, bytes.length, facts) === KIND.text;
  });
}
