import { newDuckDb } from './new-duckdb.ts';

const ROOM = { memoryBytes: 64_000_000, threads: 1, spill: '' };

/** The names of the time zones that queries know, in their order: those of the database that DuckDB carries. */
export async function timeZones(): Promise<readonly string[]> {
  const instance = await newDuckDb(ROOM);
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      'SELECT DISTINCT name FROM pg_timezone_names() ORDER BY name',
    );
    connection.closeSync();
    return result.getRows().map(([name]) => String(name));
  } finally {
    instance.closeSync();
  }
}
