import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Dataset } from '../../src/dataset/index.ts';

/** DuckDB without this program: an instance that runs the printed CREATE VIEW over the part files. */
export async function plainDuckdb(
  dataset: Dataset,
  folder: string,
  threads = 2,
): Promise<{ connection: DuckDBConnection; close: () => void }> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  // The command line would be started in the folder of the parts; here their names are made absolute instead.
  const here = dataset.createViewSql.replaceAll("'part-", `'${join(folder, 'part-').replaceAll("'", "''")}`);
  await connection.run(here);
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The rows of a statement as DuckDB's own JSON form. */
export async function plainRows(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly (string | null)[] = [],
): Promise<string[]> {
  const reader = await connection.runAndReadAll(sql, [...parameters]);
  return reader.getRowsJson().map((row) => JSON.stringify(row));
}
