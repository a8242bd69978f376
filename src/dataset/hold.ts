import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, ColumnType } from '../contract/index.ts';
import type { OpenOptions } from './dataset.ts';
import { isMemoryShort } from './short-of-memory.ts';
import { quoteName } from './sql-text.ts';

/** From so many columns on, what a file says of all of them takes most of the time of a question about one. */
const WIDE = 100;
/** What is held takes at most this part of DuckDB's memory. */
const HELD_PART = 1 / 4;

/** A table that may be held in DuckDB's memory, which has the limit `memoryBytes`. */
export type Holdable = Pick<OpenOptions, 'parts' | 'schema' | 'memoryBytes'>;

/**
 * Makes a table in memory of a view, with the same rows in the same order, where it has so many columns, and takes so little
 * room, that to hold it costs less than to read files for each question. Where DuckDB runs out of memory, the view stays.
 * A table has row ids besides, which the gate refuses; a column of their name would be taken for them.
 */
export async function holdIfBetter(
  connection: DuckDBConnection,
  view: string,
  holdable: Holdable,
): Promise<void> {
  const { columns } = holdable.schema;
  if (columns.length < WIDE || columns.some(({ sql_name }) => sql_name.toLowerCase() === 'rowid')) return;
  try {
    if (!(await isSmall(connection, view, holdable))) return;
    await connection.run(`CREATE TABLE held AS SELECT * FROM ${view}`);
  } catch (error) {
    if (isMemoryShort(error)) return;
    throw error;
  }
  await connection.run(`DROP VIEW ${view}`);
  await connection.run(`ALTER TABLE held RENAME TO ${view}`);
}

async function isSmall(
  connection: DuckDBConnection,
  view: string,
  { parts, schema: { columns }, memoryBytes }: Holdable,
): Promise<boolean> {
  const room = memoryBytes * HELD_PART;
  const rows = parts.reduce((sum, { part }) => sum + part.row_count, 0);
  if (heldBytes(columns, rows) > room) return false;
  return heldBytes(columns, rows, await textsOf(connection, view, columns)) <= room;
}

/** How many bytes the texts of a column have: those that lie with its cells, and long ones, which lie in blocks of their own. */
interface TextBytes {
  readonly short: number;
  readonly long: number;
}

const NO_TEXT: TextBytes = { short: 0, long: 0 };
/** DuckDB's vector, its row group, the block that a column takes at a time once its first vector is full, and its long text. */
const VECTOR_ROWS = 2048;
const GROUP_ROWS = 122_880;
const BLOCK_BYTES = 256 * 1024;
const LONG_TEXT_BYTES = 4096;
/** Which cells are null, a bit each: what there is room for at first. */
const FIRST_NULLS_BYTES = 2048;

/** What a table takes at most in DuckDB's memory, where nothing is compressed, in bytes; `texts` are of its text columns, by name. */
export function heldBytes(
  columns: readonly Column[],
  rows: number,
  texts: ReadonlyMap<string, TextBytes> = new Map(),
): number {
  return columns.reduce(
    (sum, { type, sql_name }) => sum + columnBytes(type, rows, texts.get(sql_name) ?? NO_TEXT),
    0,
  );
}

function columnBytes(type: ColumnType, rows: number, text: TextBytes): number {
  const first = VECTOR_ROWS * firstCellBytes(type);
  const cells = rows * (type.kind === 'text' ? 4 : firstCellBytes(type)) + text.short;
  const groups = Math.max(1, Math.ceil(rows / GROUP_ROWS));
  // a text that does not fit leaves the end of a block empty; at worst every other block of long ones is as good as empty
  const ofCells = Math.ceil(Math.max(0, cells - first) / (BLOCK_BYTES - LONG_TEXT_BYTES)) + groups - 1;
  const ofLong = Math.ceil((2 * text.long) / BLOCK_BYTES);
  const ofNulls = rows > FIRST_NULLS_BYTES * 8 ? groups : 0;
  return first + FIRST_NULLS_BYTES + (ofCells + ofLong + ofNulls) * BLOCK_BYTES;
}

/** What a cell of the first vector takes. */
function firstCellBytes({ kind }: ColumnType): number {
  return kind === 'text' || kind === 'decimal' ? 16 : 8;
}

/** How many bytes the texts of each text column of a view have. */
export async function textsOf(
  connection: DuckDBConnection,
  view: string,
  columns: readonly Column[],
): Promise<ReadonlyMap<string, TextBytes>> {
  const names = columns.filter(({ type }) => type.kind === 'text').map(({ sql_name }) => sql_name);
  if (names.length === 0) return new Map();
  const sums = names.flatMap((name) => {
    const size = `strlen(${quoteName(name)})`;
    return ['<', '>='].map((than) => `sum(CASE WHEN ${size} ${than} ${LONG_TEXT_BYTES} THEN ${size} END)`);
  });
  const asked = sums.map((sum) => `CAST(coalesce(${sum}, 0) AS DOUBLE)`).join(', ');
  const [found = []] = (await connection.runAndReadAll(`SELECT ${asked} FROM ${view}`)).getRows();
  return new Map(
    names.map((name, i) => [name, { short: Number(found[2 * i]), long: Number(found[2 * i + 1]) }]),
  );
}
