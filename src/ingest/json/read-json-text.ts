import { setImmediate } from 'node:timers/promises';
import { HarnessError } from '../../base/index.ts';
import type { IngestOptions, TableChoice } from '../../contract/index.ts';
import type { TextTable, TextTableFacts } from '../text-table/text-table-reader.ts';
import { JsonBytes } from './json-bytes.ts';
import { asMalformed, cutOff, malformed } from './json-problems.ts';
import { type JsonTable, outlineOf } from './outline.ts';
import { type RecordLayout, recordLayout } from './record-layout.ts';
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT } from './syntax.ts';

/** A file of JSON and how it is to be read. */
export interface JsonSource {
  readonly path: string;
  readonly shownPath: string;
  readonly header: IngestOptions['header'];
  readonly table?: TableChoice;
}

interface Reading {
  readonly source: JsonSource;
  readonly layout: RecordLayout;
  readonly bytes: JsonBytes;
  /** Lets the process do something else where a block was read since. */
  breathe(): Promise<void>;
}

/**
 * Reads a JSON text: an array of records; objects one after the other; or one object, in which the largest array of
 * records is the table, or which is the only record itself.
 */
export async function readJsonText(
  source: JsonSource,
  table: TextTable,
  onBytes: (bytes: number) => void,
): Promise<TextTableFacts> {
  const first = firstByte(source);
  const layout = recordLayout(table, source.header);
  if (first === OPEN_ARRAY) {
    refuseTable(source, []);
    await reading(source, layout, onBytes, { offset: 0, line: 1 }, readWholeArray);
    return { notes: layout.notes };
  }
  const { oneValue, tables } = outlineOf(source.path, source.shownPath);
  const chosen = oneValue ? choose(source, tables) : refuseTable(source, []);
  if (chosen === undefined) {
    await reading(source, layout, onBytes, { offset: 0, line: 1 }, readSequence);
    return { notes: (columns) => [...(oneValue ? [ONE_RECORD] : []), ...layout.notes(columns)] };
  }
  await reading(source, layout, onBytes, chosen.start, readArray);
  const listed = tables.map((one) => ({ name: one.name, rows: one.records, read: one === chosen }));
  return {
    ...(tables.length > 1 && { tables: listed }),
    notes: (columns) => [tableNote(chosen, tables), ...layout.notes(columns)],
  };
}

const ONE_RECORD = 'the file is one object without an array of records in it: it is read as a single record';

/** The first byte that says something, which must open an array or an object. */
function firstByte({ path, shownPath }: JsonSource): number {
  const bytes = new JsonBytes(path, shownPath);
  try {
    const first = bytes.peek();
    if (first === OPEN_ARRAY || first === OPEN_OBJECT) return first;
    if (first === -1) throw malformed(shownPath, 'it holds nothing but blanks');
    const sign = first < 128 ? `"${String.fromCharCode(first)}"` : 'another character';
    throw malformed(shownPath, `line ${bytes.line}: an array or an object is expected, not ${sign}`);
  } finally {
    bytes.close();
  }
}

async function reading(
  source: JsonSource,
  layout: RecordLayout,
  onBytes: (bytes: number) => void,
  start: JsonTable['start'],
  read: (reading: Reading) => Promise<void>,
): Promise<void> {
  let pause = false;
  const told = (read: number): void => {
    pause = true;
    onBytes(read);
  };
  const bytes = new JsonBytes(source.path, source.shownPath, told, start);
  const breathe = async (): Promise<void> => {
    if (pause) await setImmediate();
    pause = false;
  };
  try {
    await read({ source, layout, bytes, breathe });
  } catch (error) {
    throw asMalformed(error, source.shownPath);
  } finally {
    bytes.close();
  }
}

async function readWholeArray(reading: Reading): Promise<void> {
  await readArray(reading);
  const { bytes, source } = reading;
  if (bytes.peek() === -1) return;
  throw malformed(source.shownPath, `line ${bytes.line}: text follows the end of the array`);
}

/** Reads the records of the array whose bracket comes next. */
async function readArray(reading: Reading): Promise<void> {
  const { bytes, source } = reading;
  bytes.peek();
  bytes.take();
  if (bytes.peek() === CLOSE_ARRAY)
    throw malformed(source.shownPath, 'its array is empty: there is no record');
  for (let record = 1; ; record++) {
    addRecord(reading, record);
    await reading.breathe();
    const next = bytes.peek();
    if (next === -1) throw malformed(source.shownPath, `the file is cut off behind record ${record}`);
    if (next !== COMMA && next !== CLOSE_ARRAY) {
      const place = `line ${bytes.line}, byte ${bytes.offset + 1} of the file`;
      throw malformed(source.shownPath, `${place}: a comma or ] is expected behind record ${record}`);
    }
    bytes.take();
    if (next === CLOSE_ARRAY) return;
  }
}

/** Reads records that stand one after the other. */
async function readSequence(reading: Reading): Promise<void> {
  for (let record = 1; reading.bytes.peek() !== -1; record++) {
    addRecord(reading, record);
    await reading.breathe();
  }
}

function addRecord({ bytes, layout, source }: Reading, record: number): void {
  if (bytes.peek() === -1) throw malformed(source.shownPath, `the file is cut off before record ${record}`);
  const framed = bytes.value();
  if (!framed.whole) throw cutOff(source.shownPath, framed);
  try {
    layout.add(framed.text, record, framed.line);
  } catch (error) {
    throw asMalformed(error, source.shownPath, framed, record);
  }
}

/** The table that was asked for, else the largest: of objects if there is one, the first of equals. */
function choose(source: JsonSource, tables: readonly JsonTable[]): JsonTable | undefined {
  const { table } = source;
  if (table !== undefined) {
    const asked = typeof table === 'number' ? tables[table - 1] : tables.find(({ name }) => name === table);
    return asked ?? refuseTable(source, tables);
  }
  const [best] = [...tables].sort(
    (a, b) => Number(b.ofObjects) - Number(a.ofObjects) || b.records - a.records,
  );
  return best;
}

/** Refuses a `--table` that is not there. A file that is a table itself has the one. */
function refuseTable({ table, shownPath }: JsonSource, tables: readonly JsonTable[]): undefined {
  if (table === undefined || (table === 1 && tables.length === 0)) return undefined;
  const names = tables.map(({ name, records }, i) => `${i + 1} "${name}" (${records} records)`);
  const held = tables.length === 0 ? 'one table' : names.join(', ');
  throw new HarnessError('SH_INPUT_TABLE_UNKNOWN', { path: shownPath, table, tables: held });
}

function tableNote(chosen: JsonTable, tables: readonly JsonTable[]): string {
  const read = `the table is the array "${chosen.name}" (${chosen.records} records)`;
  const others = tables.flatMap((one, i) =>
    one === chosen ? [] : [`"${one.name}" (${one.records}, --table ${i + 1})`],
  );
  return others.length === 0 ? `${read} of the file's object` : `${read}; not read: ${others.join(', ')}`;
}
