import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column } from '../contract/index.ts';
import type { OpenOptions, PartFile } from './dataset.ts';
import { quoteName } from './sql-text.ts';

/** From so many columns on, what a file says of all of them takes most of the time of a question about one. */
const WIDE = 100;
/** What is held takes at most this part of DuckDB's memory, and is written to disk where a question needs that. */
const HELD_PART = 1 / 4;

/** A table that may be held in DuckDB's memory. */
export interface Holdable {
  readonly columns: readonly Column[];
  readonly parts: readonly PartFile[];
  /** DuckDB's own limit. */
  readonly memoryBytes: number;
}

/** Whether a view has so many columns, and takes so little room, that to hold it costs less than to read files for each question. */
export async function isHeldBetter(
  connection: DuckDBConnection,
  view: string,
  { columns, parts, memoryBytes }: Holdable,
): Promise<boolean> {
  if (columns.length < WIDE) return false;
  const room = memoryBytes * HELD_PART;
  const rows = parts.reduce((sum, { part }) => sum + part.row_count, 0);
  const bytes = rows * columns.reduce((sum, column) => sum + cellBytes(column), 0);
  if (bytes > room) return false;
  const texts = columns.filter(({ type }) => type.kind === 'text').map(({ sql_name }) => sql_name);
  return bytes + (await bytesOf(connection, view, texts)) <= room;
}

/** What a cell takes, its text apart. */
function cellBytes({ type: { kind } }: Column): number {
  return kind === 'text' || kind === 'decimal' ? 16 : 8;
}

async function bytesOf(
  connection: DuckDBConnection,
  view: string,
  texts: readonly string[],
): Promise<number> {
  if (texts.length === 0) return 0;
  const sizes = texts.map((name) => `CAST(coalesce(sum(strlen(${quoteName(name)})), 0) AS DOUBLE)`);
  const result = await connection.runAndReadAll(`SELECT ${sizes.join(', ')} FROM ${view}`);
  return result.getRows()[0]?.reduce<number>((sum, size) => sum + Number(size), 0) ?? 0;
}

/**
 * Makes a table in memory of the view `data`, with the same rows in the same order, where that is better. A table has row
 * ids besides, which the gate refuses; a column of their name would be taken for them.
 */
export async function holdData(
  connection: DuckDBConnection,
  { parts, schema: { columns }, memoryBytes }: Pick<OpenOptions, 'parts' | 'schema' | 'memoryBytes'>,
): Promise<void> {
  if (columns.some(({ sql_name }) => sql_name.toLowerCase() === 'rowid')) return;
  if (!(await isHeldBetter(connection, 'data', { columns, parts, memoryBytes }))) return;
  await connection.run('ALTER VIEW data RENAME TO stored');
  await connection.run('CREATE TABLE data AS SELECT * FROM stored');
  await connection.run('DROP VIEW stored');
}
