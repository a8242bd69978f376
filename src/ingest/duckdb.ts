import type { DuckDBConnection } from '@duckdb/node-api';
import { ensureDirectory, removeTree } from '../base/index.ts';
import { type DuckDbRoom, newDuckDb, plainPattern, quoteText, writingFailed } from '../dataset/index.ts';

export { quoteName, quoteText } from '../dataset/index.ts';

/** What a reader may use of the machine; the folder that it may fill is removed afterwards. */
export type Resources = DuckDbRoom;

/** Runs `work` on a fresh DuckDB instance that installs and loads nothing. Full disks become `SH_DISK_FULL`, too little memory `SH_MEMORY_SHORT`. */
export async function withDuckDb<T>(
  resources: Resources,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  await ensureDirectory(resources.spill);
  const instance = await newDuckDb(resources);
  try {
    const connection = await instance.connect();
    try {
      await connection.run(`SET TimeZone = 'UTC'`);
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } catch (error) {
    throw writingFailed(error, resources.spill);
  } finally {
    instance.closeSync();
    await removeTree(resources.spill);
  }
}

/**
 * How Parquet files are written: pages of version 2 (numbers as differences) under a light compression are a third smaller
 * and take a fifth less time than what DuckDB does if left alone. The rows keep the order in which they are read, in however
 * many threads: a row's number is its place.
 */
export const PARQUET =
  'FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, PRESERVE_ORDER true';

/** All rows of a query, cells as DuckDB's own text (or null). */
export async function queryTexts(connection: DuckDBConnection, sql: string): Promise<(string | null)[][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
}

/** A path as a literal for a table function, with the signs that DuckDB would take for patterns made plain. */
export function quotePath(path: string): string {
  return quoteText(plainPattern(path));
}

/** Paths as a literal for a table function. */
export function quotePaths(paths: readonly string[]): string {
  return `[${paths.map(quotePath).join(', ')}]`;
}
