import type { DuckDBConnection } from '@duckdb/node-api';
import { hashJson, type Sha256 } from '../base/index.ts';
import { parquetAt } from '../dataset/index.ts';
import { queryTexts, quoteName } from './duckdb.ts';

/** Goes up where DuckDB's `hash` gives other values for the same rows: a test holds them fast. */
const METHOD = 'duckdb-hash.1';

/** The hash of rows, and what was counted besides. */
export interface HashedRows {
  readonly sha256: Sha256;
  readonly found: readonly (string | null)[];
}

/**
 * The hash of the rows of a Parquet file, whatever its bytes: names and types of its columns, how many rows, and the sum
 * over them of DuckDB's 64-bit hash of all cells, the row's number among them. It finds what was not meant, not what
 * somebody contrived; that is for the hash of the file. The aggregates `besides`, which may use `file_row_number`, are
 * counted in the same pass.
 */
export async function hashRows(
  connection: DuckDBConnection,
  parquetPath: string,
  besides: readonly string[] = [],
): Promise<HashedRows> {
  const described = await queryTexts(connection, `DESCRIBE SELECT * FROM ${parquetAt(parquetPath)}`);
  const columns = described.map(([name, type]) => [name ?? '', type ?? '']);
  const cells = columns.map(([name]) => quoteName(name ?? '')).join(', ');
  const counted = ['count(*)', `sum(CAST(hash(${cells}) AS HUGEINT))`, ...besides].join(', ');
  const [[rows, sum, ...found] = []] = await queryTexts(
    connection,
    `SELECT ${counted} FROM ${parquetAt(parquetPath, ', file_row_number = true')}`,
  );
  return { sha256: hashJson({ method: METHOD, columns, rows: rows ?? null, sum: sum ?? null }), found };
}
