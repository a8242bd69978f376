import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetAt } from '../../dataset/index.ts';
import { queryTexts, quoteName, quotePath } from '../duckdb.ts';
import { bytesAsHex, bytesAsText, type Taken, takenAs } from './stored-type.ts';

/** A column of a Parquet file, and what it becomes. */
export interface StoredColumn extends Taken {
  /** As in the file. */
  readonly name: string;
  /** DuckDB's type. */
  readonly storedAs: string;
}

/** The columns of a Parquet file in their order. Bytes are looked through: they may be text that nobody called so. */
export async function storedColumns(connection: DuckDBConnection, path: string): Promise<StoredColumn[]> {
  const described = await queryTexts(connection, `DESCRIBE SELECT * FROM ${parquetAt(path)}`);
  const columns = described.map(([shown, type]) => ({ shown: shown ?? '', storedAs: type ?? '' }));
  const headers = await headersOf(connection, path);
  const bytes = columns.filter(({ storedAs }) => storedAs === 'BLOB').map(({ shown }) => shown);
  const texts = await textsAmong(connection, path, bytes);
  return columns.map(({ shown, storedAs }, i) => ({
    ...(storedAs === 'BLOB' ? (texts.has(shown) ? bytesAsText : bytesAsHex) : takenAs(storedAs)),
    name: (headers.length === columns.length ? headers[i] : undefined) ?? shown,
    storedAs,
  }));
}

/** Headers as stored: DuckDB renames those that differ by case only. What lies inside of columns is passed over. */
async function headersOf(connection: DuckDBConnection, path: string): Promise<readonly string[]> {
  const sql = `SELECT name, num_children FROM parquet_schema(${quotePath(path)})`;
  const [, ...elements] = await queryTexts(connection, sql);
  const headers: string[] = [];
  let inside = 0;
  for (const [name, children] of elements) {
    if (inside === 0) headers.push(name ?? '');
    inside = Math.max(0, inside - 1) + Number(children ?? 0);
  }
  return headers;
}

/** Signs that no text has, but bytes that are none often do. */
const NO_TEXT = '[\\x00-\\x08\\x0E-\\x1F]';

/** Those of some columns of bytes that hold UTF-8 only, without such signs. */
async function textsAmong(
  connection: DuckDBConnection,
  path: string,
  columns: readonly string[],
): Promise<ReadonlySet<string>> {
  if (columns.length === 0) return new Set();
  const isText = (name: string) => `NOT regexp_matches(TRY(decode(${name})), '${NO_TEXT}')`;
  const items = columns.map(quoteName).map((name) => {
    return `CAST(count(*) FILTER (WHERE ${isText(name)}) = count(${name}) AS VARCHAR)`;
  });
  const [found = []] = await queryTexts(connection, `SELECT ${items.join(', ')} FROM ${parquetAt(path)}`);
  return new Set(columns.filter((_, i) => found[i] === 'true'));
}
