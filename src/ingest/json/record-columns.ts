import type { Column } from '../../contract/index.ts';
import type { TextTable } from '../text-table/text-table-reader.ts';

/** A place in records: `a`, or `b` inside `a`. The same key in another object is another place. */
export interface Place {
  readonly name: string;
  readonly members: Map<string, Place>;
  /** The column of its values, once there was one. */
  column: number;
  /** The record that had it last, to tell a key that is said twice. */
  record: number;
}

/** What the cells of a column were in the file. */
interface CellCounts {
  readonly name: string;
  numbers: number;
  strings: number;
  booleans: number;
  nested: number;
  nulls: number;
}

export type CellForm = 'numbers' | 'strings' | 'booleans' | 'nested' | 'nulls';

/** What has no column of its own but is told. */
export type Oddity = 'empty_object' | 'not_a_number';

/** The columns that records are laid out in: places that held a value, in the order in which they came up. */
export interface RecordColumns {
  readonly root: Place;
  /** Begins a record, by its number. */
  begin(record: number): void;
  /** The member of a place; where this record had it before, what it said then is forgotten. */
  member(place: Place, key: string): Place;
  /** Puts a value where a place's column is, or will be. */
  put(place: Place, form: CellForm, text: string | null): void;
  count(oddity: Oddity): void;
  /** Puts the record into the table. A record that never comes here leaves nothing behind, no column either. */
  end(line: number): void;
  notes(columns: readonly Column[]): string[];
}

/** The most columns that records may make, and places with and without values: beyond them, keys are data. */
export const MOST_COLUMNS = 2000;
const MOST_PLACES = 5 * MOST_COLUMNS;
const LONGEST_NAME = 1000;

/** Records that can't be laid out in columns, in words for the operator. */
export class RecordError extends Error {}

export function newRecordColumns(table: TextTable): RecordColumns {
  const root: Place = { name: '', members: new Map(), column: -1, record: 0 };
  const counts: CellCounts[] = [];
  const cells: (string | null)[] = [];
  const forms: (CellForm | undefined)[] = [];
  /** Values of the record at hand whose place has no column yet. */
  const fresh = new Map<Place, { readonly form: CellForm; readonly text: string | null }>();
  const twice = { count: 0, key: '', record: 0 };
  const odd: Record<Oddity, number> = { empty_object: 0, not_a_number: 0 };
  const total = { record: 0, rows: 0, places: 0 };

  function addPlace(place: Place, key: string): Place {
    const name = place === root ? key : `${place.name}.${key}`;
    if (name.length > LONGEST_NAME) throw new RecordError(`a key is longer than ${LONGEST_NAME} characters`);
    if (++total.places > MOST_PLACES) throw tooMany(MOST_PLACES);
    const member = { name, members: new Map(), column: -1, record: 0 };
    place.members.set(key, member);
    return member;
  }

  function addColumn(place: Place): number {
    if (counts.length >= MOST_COLUMNS) throw tooMany(MOST_COLUMNS);
    counts.push({ name: place.name, numbers: 0, strings: 0, booleans: 0, nested: 0, nulls: 0 });
    return table.addColumn(place.name);
  }

  function forget(place: Place): void {
    fresh.delete(place);
    if (place.column !== -1) {
      cells[place.column] = null;
      forms[place.column] = undefined;
    }
    for (const member of place.members.values()) {
      if (member.record === total.record) forget(member);
      member.record = 0;
    }
  }

  return {
    root,
    begin(record) {
      total.record = record;
      fresh.clear();
      cells.fill(null);
      forms.fill(undefined);
    },
    member(place, key) {
      const member = place.members.get(key) ?? addPlace(place, key);
      if (member.record === total.record) {
        if (twice.count++ === 0) Object.assign(twice, { key: member.name, record: total.record });
        forget(member);
      }
      member.record = total.record;
      return member;
    },
    put(place, form, text) {
      if (place.column === -1) fresh.set(place, { form, text });
      else {
        cells[place.column] = text;
        forms[place.column] = form;
      }
    },
    count(oddity) {
      odd[oddity]++;
    },
    end(line) {
      for (const [place, { form, text }] of fresh) {
        place.column = addColumn(place);
        cells[place.column] = text;
        forms[place.column] = form;
      }
      for (let i = 0; i < forms.length; i++) {
        const [form, count] = [forms[i], counts[i]];
        if (form !== undefined && count !== undefined) count[form]++;
      }
      total.rows++;
      table.addRow(cells, line);
    },
    notes(columns) {
      return [
        ...(twice.count > 0 ? [twiceNote(twice)] : []),
        ...oddNotes(odd),
        ...counts.flatMap((count, i) => columnNotes(count, columns[i], total.rows)),
      ];
    },
  };
}

function tooMany(most: number): RecordError {
  return new RecordError(`its records have more than ${most} different keys; keys seem to be data here`);
}

function oddNotes(odd: Readonly<Record<Oddity, number>>): string[] {
  return [
    ...(odd.empty_object > 0 ? [`${counted(odd.empty_object, 'empty object')} read as missing`] : []),
    ...(odd.not_a_number > 0 ? [notANumberNote(odd.not_a_number)] : []),
  ];
}

/** Some programs write what JSON does not have. */
export function notANumberNote(count: number): string {
  const values = count === 1 ? '1 value is' : `${count} values are`;
  return `${values} NaN or Infinity, which JSON does not have, read as text`;
}

function twiceNote({ count, key, record }: { count: number; key: string; record: number }): string {
  const times = count === 1 ? 'A key is said twice' : `${count} times a key is said twice`;
  return `${times} in one record (first "${key}" in record ${record}): the last value counts`;
}

function columnNotes(count: CellCounts, column: Column | undefined, rows: number): string[] {
  const absent = rows - count.numbers - count.strings - count.booleans - count.nested - count.nulls;
  const name = `column "${count.name}"`;
  const notes: string[] = [];
  if (count.strings > 0 && column !== undefined && TOLD.has(column.type.kind)) {
    const type = `--type "${count.name}=text"`;
    const are = count.strings === 1 ? 'cell is a string' : 'cells are strings';
    notes.push(
      `${name}: ${count.strings} ${are} in the file, read as ${column.type.kind}; ${type} keeps the text`,
    );
  }
  if (count.nested > 0) {
    notes.push(
      `${name}: ${counted(count.nested, 'array or deep object', 'arrays or deep objects')} kept as JSON text`,
    );
  }
  if (count.nulls > 0 && absent > 0) {
    notes.push(`${name}: null in ${records(count.nulls)}, absent from ${records(absent)}; both are missing`);
  }
  return notes;
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

const TOLD = new Set(['integer', 'decimal', 'double', 'boolean']);

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one} is` : `${count} ${many} are`;
}
