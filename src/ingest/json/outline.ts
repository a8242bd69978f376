import { type Framed, JsonBytes, type Place } from './json-bytes.ts';
import { asMalformed, cutOff, malformed } from './json-problems.ts';
import { kindOf } from './read-record.ts';
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  expectEnd,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  stringEnd,
  stringValue,
  valueEnd,
} from './syntax.ts';

/** An array of records somewhere inside the one object of a file. */
export interface JsonTable {
  /** The keys that lead to it, `data.items`. */
  readonly name: string;
  readonly records: number;
  /** Objects make a better table than arrays. */
  readonly ofObjects: boolean;
  /** Where its bracket opens. */
  readonly start: Place;
}

/** What a file that begins with an object holds. */
export interface Outline {
  /** False where other values follow the first. */
  readonly oneValue: boolean;
  readonly tables: readonly JsonTable[];
}

/** How deep below the file's object tables are looked for. */
const DEEPEST_TABLE = 8;

/** Walks through a file that begins with an object, checks all of its first value, and finds the tables in it. */
export function outlineOf(path: string, shownPath: string): Outline {
  const bytes = new JsonBytes(path, shownPath);
  try {
    const tables: JsonTable[] = [];
    bytes.peek();
    outlineObject({ bytes, shownPath, tables }, [], 0);
    return { oneValue: bytes.peek() === -1, tables };
  } finally {
    bytes.close();
  }
}

interface Walk {
  readonly bytes: JsonBytes;
  readonly shownPath: string;
  readonly tables: JsonTable[];
}

function outlineObject(walk: Walk, path: readonly string[], depth: number): void {
  const { bytes, shownPath } = walk;
  eachItem(walk, CLOSE_OBJECT, () => {
    if (bytes.peek() !== QUOTE) throw unexpected(walk, 'a key in quotes');
    const key = bytes.value();
    if (!key.whole) throw cutOff(shownPath, key);
    const name = checked(walk, key, (text) => stringValue(text, 0, stringEnd(text, 0)));
    if (bytes.peek() !== COLON) throw unexpected(walk, 'a colon');
    bytes.take();
    const next = bytes.peek();
    if (next === OPEN_OBJECT && depth < DEEPEST_TABLE) outlineObject(walk, [...path, name], depth + 1);
    else if (next === OPEN_ARRAY) outlineArray(walk, [...path, name].join('.'));
    else skipValue(walk);
  });
}

function outlineArray(walk: Walk, name: string): void {
  const start = { offset: walk.bytes.offset, line: walk.bytes.line };
  let records = 0;
  let kind = 'value';
  eachItem(walk, CLOSE_ARRAY, () => {
    const own = skipValue(walk);
    if (records++ === 0) kind = own;
  });
  if (kind !== 'value') walk.tables.push({ name, records, ofObjects: kind === 'object', start });
}

/** Goes through what stands between brackets, the first of which is next. */
function eachItem(walk: Walk, close: number, visit: () => void): void {
  const { bytes } = walk;
  bytes.take();
  let next = bytes.peek();
  if (next === close) bytes.take();
  while (next !== close) {
    visit();
    next = bytes.peek();
    if (next !== COMMA && next !== close) throw unexpected(walk, `a comma or ${String.fromCharCode(close)}`);
    bytes.take();
  }
}

/** Passes over a value, all of which is checked; returns its kind. */
function skipValue(walk: Walk): string {
  if (walk.bytes.peek() === -1) throw unexpected(walk, 'a value');
  const framed = walk.bytes.value();
  if (!framed.whole) throw cutOff(walk.shownPath, framed);
  return checked(walk, framed, (text) => {
    expectEnd(text, valueEnd(text, 0));
    return kindOf(text);
  });
}

function checked<T>(walk: Walk, framed: Framed, work: (text: string) => T): T {
  try {
    return work(framed.text);
  } catch (error) {
    throw asMalformed(error, walk.shownPath, framed);
  }
}

function unexpected({ bytes, shownPath }: Walk, expected: string): Error {
  const found = bytes.peek();
  const place = `line ${bytes.line}, byte ${bytes.offset + 1} of the file`;
  if (found === -1) return malformed(shownPath, `the file is cut off: it ends where ${expected} is expected`);
  const sign = found < 128 ? `"${String.fromCharCode(found)}"` : `the byte 0x${found.toString(16)}`;
  return malformed(shownPath, `${place}: ${expected} is expected, not ${sign}`);
}
