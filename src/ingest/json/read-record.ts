import type { Place, RecordColumns } from './record-columns.ts';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  compact,
  eachMember,
  expectEnd,
  JsonSyntaxError,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  scalarEnd,
  skipBlank,
  stringEnd,
  stringValue,
  valueEnd,
} from './syntax.ts';

/** How deep objects become columns of their own, `a.b.c`; what lies deeper stays JSON text. */
export const DEEPEST_COLUMN = 8;

/** What kind of value a text begins with. */
export type ValueKind = 'object' | 'array' | 'value';

export function kindOf(text: string): ValueKind {
  const code = text.charCodeAt(skipBlank(text, 0));
  if (code === OPEN_OBJECT) return 'object';
  return code === OPEN_ARRAY ? 'array' : 'value';
}

/**
 * Lays one object out in columns: numbers as written, strings as what they say, `true` and `false`, null as missing;
 * objects inside as `a.b`, arrays as JSON text. Throws `JsonSyntaxError`, `RecordError`.
 */
export function readObject(text: string, columns: RecordColumns): void {
  const start = skipBlank(text, 0);
  if (text.charCodeAt(start) !== OPEN_OBJECT) throw new JsonSyntaxError(text, start, 'an object');
  expectEnd(text, members(text, start, columns.root, columns, 1));
}

/** The cells of an array, as `readObject` reads them; objects inside stay JSON text. */
export function readArray(text: string): { readonly cells: (string | null)[]; readonly strings: boolean[] } {
  const cells: (string | null)[] = [];
  const strings: boolean[] = [];
  const start = skipBlank(text, 0);
  if (text.charCodeAt(start) !== OPEN_ARRAY) throw new JsonSyntaxError(text, start, 'an array');
  const end = eachMember(text, start, CLOSE_ARRAY, (at) => {
    const behind = valueEnd(text, at);
    cells.push(cellOf(text, at, behind));
    strings.push(text.charCodeAt(at) === QUOTE);
    return behind;
  });
  expectEnd(text, end);
  return { cells, strings };
}

/** A text that is one value, alone. */
export function readValue(text: string): string | null {
  const start = skipBlank(text, 0);
  const end = valueEnd(text, start);
  expectEnd(text, end);
  return cellOf(text, start, end);
}

function members(text: string, from: number, place: Place, columns: RecordColumns, depth: number): number {
  let empty = true;
  const end = eachMember(text, from, CLOSE_OBJECT, (at, keyFrom, keyEnd) => {
    empty = false;
    const member = columns.member(place, stringValue(text, keyFrom, keyEnd));
    return value(text, at, member, columns, depth);
  });
  if (empty) columns.count('empty_object');
  return end;
}

function value(text: string, at: number, place: Place, columns: RecordColumns, depth: number): number {
  const code = text.charCodeAt(at);
  if (code === QUOTE) {
    const end = stringEnd(text, at);
    columns.put(place, 'strings', stringValue(text, at, end));
    return end;
  }
  if (code === OPEN_OBJECT && depth < DEEPEST_COLUMN) return members(text, at, place, columns, depth + 1);
  if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
    const end = valueEnd(text, at);
    columns.put(place, 'nested', compact(text.slice(at, end)));
    return end;
  }
  const end = scalarEnd(text, at);
  const cell = text.slice(at, end);
  if (cell === 'null') columns.put(place, 'nulls', null);
  else columns.put(place, cell === 'true' || cell === 'false' ? 'booleans' : 'numbers', cell);
  if (isNotANumber(cell)) columns.count('not_a_number');
  return end;
}

/** What some programs write for numbers that JSON has no form for. */
export function isNotANumber(cell: string): boolean {
  return cell === 'NaN' || cell === 'Infinity' || cell === '-Infinity';
}

function cellOf(text: string, at: number, end: number): string | null {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return stringValue(text, at, end);
    case OPEN_OBJECT:
    case OPEN_ARRAY:
      return compact(text.slice(at, end));
    default:
      return text[at] === 'n' ? null : text.slice(at, end);
  }
}
