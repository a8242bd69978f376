import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { hashFile } from '../../src/base/index.ts';
import type { Column, ColumnType, DatasetSchema, Part, RoleBinding } from '../../src/contract/index.ts';
import { chunkRowsFor, type Dataset, duckdbType, openDataset } from '../../src/dataset/index.ts';

/** A table for a test: cells are text as a source would have it, or null. */
export interface Table {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Roles for a table, by role. */
export function rolesOf(bindings: Readonly<Record<string, string>>): RoleBinding[] {
  return Object.entries(bindings).map(([role, sql_name]) => ({
    role,
    sql_name,
    confidence: 1,
    source: 'flag',
    reasons: [],
  }));
}

/** Opens a table as a dataset of one part, with `chunkRows` rows per chunk where given. */
export async function withTable<T>(
  table: Table,
  use: (dataset: Dataset) => Promise<T>,
  chunkRows?: number,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'plugin-table-'));
  try {
    const columns = table.columns.map(({ name, type }) => ({ name, sql_name: name, type }));
    const parquetPath = path.join(folder, `${randomUUID()}.parquet`);
    await writeParquet(table, folder, parquetPath);
    const schema: DatasetSchema = { schema_version: 'dataset_schema.v1', columns };
    const part = await partOf(table, columns, parquetPath);
    const dataset = await openDataset({
      parts: [{ part, parquetPath }],
      schema,
      temporaryDirectory: folder,
      memoryBytes: 512 * 1024 * 1024,
      threads: 1,
      ...(chunkRows !== undefined && { chunkRows }),
    });
    try {
      return await use(dataset);
    } finally {
      await dataset.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** CSV text in which a missing cell is `\N`. */
export function csvOf(table: Table): string {
  const header = table.columns.map((_, i) => `c${i}`).join(',');
  const lines = table.rows.map((row) =>
    row.map((cell) => (cell === null ? '\\N' : `"${cell.replaceAll('"', '""')}"`)).join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

async function writeParquet(table: Table, folder: string, parquetPath: string): Promise<void> {
  const csv = path.join(folder, 'rows.csv');
  await writeFile(csv, csvOf(table));
  const names = table.columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const cells = table.columns.map(
    ({ name, type }, i) => `CAST(c${i} AS ${duckdbType(type)}) AS "${name.replaceAll('"', '""')}"`,
  );
  writer ??= DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await (await writer).connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run(
    `COPY (SELECT row_number() OVER () AS row_number, ${cells.join(', ')}
     FROM read_csv('${csv}', header = true, delim = ',', quote = '"', escape = '"', nullstr = '\\N', columns = {${names}}))
     TO '${parquetPath}' (FORMAT parquet)`,
  );
  connection.closeSync();
}

/** What writes the tables of all tests of a process: to start and end it takes longer than to write most of them. */
let writer: Promise<DuckDBInstance> | undefined;

async function partOf(table: Table, columns: Column[], parquetPath: string): Promise<Part> {
  const sha256 = await hashFile(parquetPath);
  return {
    schema_version: 'part.v1',
    part_id: sha256,
    upload_sha256: sha256,
    reader_version: 'test',
    options: { format: 'csv', delimiter: null, quote: null, header: 'auto', types: {} },
    row_count: table.rows.length,
    rejected_rows: 0,
    chunk_rows: chunkRowsFor(columns),
    source_lines: { kind: 'none' },
    columns,
    parquet_sha256: sha256,
    parquet_bytes: 0,
  };
}
