import type { DuckDBConnection } from '@duckdb/node-api';
import { hashJson, type Sha256 } from '../base/index.ts';
import { queryTexts, quoteName, quotePath } from './duckdb.ts';

/** Goes up where DuckDB's `hash` gives other values for the same rows: a test holds them fast. */
const METHOD = 'duckdb-hash.1';

/**
 * The hash of the rows of a Parquet file, whatever its bytes: names and types of its columns, how many rows, and the sum
 * over them of DuckDB's 64-bit hash of all cells, the row's number among them. It finds what was not meant, not what
 * somebody contrived; that is for the hash of the file.
 */
export async function hashRows(connection: DuckDBConnection, parquetPath: string): Promise<Sha256> {
  const source = `read_parquet(${quotePath(parquetPath)}, hive_partitioning = false)`;
  const described = await queryTexts(connection, `DESCRIBE SELECT * FROM ${source}`);
  const columns = described.map(([name, type]) => [name ?? '', type ?? '']);
  const cells = columns.map(([name]) => quoteName(name ?? '')).join(', ');
  const sql = `SELECT count(*), sum(CAST(hash(${cells}) AS HUGEINT)) FROM ${source}`;
  const [[rows, sum] = []] = await queryTexts(connection, sql);
  return hashJson({ method: METHOD, columns, rows: rows ?? null, sum: sum ?? null });
}
