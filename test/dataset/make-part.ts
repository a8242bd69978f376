import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { hashFile, sha256 } from '../../src/base/index.ts';
import type { Column, ColumnType, DatasetSchema } from '../../src/contract/index.ts';
import {
  chunkRowsFor,
  type Dataset,
  duckdbType,
  type OpenOptions,
  openDataset,
  type PartFile,
} from '../../src/dataset/index.ts';

/** Columns by name, in order: `{a: 'integer', m: 'decimal(18,2)'}`. */
export type ColumnSpec = Readonly<Record<string, string>>;

/** A folder that goes away with `remove`. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sh-dataset-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** `integer`, `decimal(18,2)`, `text` … as a contract type. */
export function typeOf(text: string): ColumnType {
  const [, precision, scale] = /^decimal\((\d+),(\d+)\)$/.exec(text) ?? [];
  if (precision && scale) return { kind: 'decimal', precision: Number(precision), scale: Number(scale) };
  switch (text) {
    case 'integer':
    case 'double':
    case 'boolean':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'text':
      return { kind: text };
    default:
      throw new Error(`no type ${text}`);
  }
}

export function schemaOf(spec: ColumnSpec): DatasetSchema {
  const columns: Column[] = Object.entries(spec).map(([name, type]) => ({
    name,
    sql_name: name,
    type: typeOf(type),
  }));
  return { schema_version: 'dataset_schema.v1', columns };
}

/** What writes the parts of all tests of a process: to start and end it takes longer than to write most of them. */
let writer: Promise<DuckDBInstance> | undefined;

/**
 * Writes a Parquet part whose rows are those of `select`, a SELECT that gives `row_number` and the columns of `spec`
 * (cast to their types).
 */
export async function makePart(
  folder: string,
  name: string,
  spec: ColumnSpec,
  select: string,
  rejectedRows = 0,
): Promise<PartFile> {
  const { columns } = schemaOf(spec);
  const parquetPath = join(folder, `${name}.parquet`);
  const casts = columns.map(
    ({ sql_name: name, type }) => `CAST(${quoted(name)} AS ${duckdbType(type)}) AS ${quoted(name)}`,
  );
  writer ??= DuckDBInstance.create(':memory:');
  const connection = await (await writer).connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run(
    `COPY (SELECT ${['CAST(row_number AS BIGINT) AS row_number', ...casts].join(', ')} FROM (${select})
      ORDER BY row_number) TO '${parquetPath.replaceAll("'", "''")}' (FORMAT parquet)`,
  );
  const count = await connection.runAndReadAll(
    `SELECT count(*), (SELECT sum(total_compressed_size) FROM parquet_metadata('${parquetPath.replaceAll("'", "''")}'))
     FROM read_parquet('${parquetPath.replaceAll("'", "''")}')`,
  );
  const [rows, bytes] = count.getRowsJS()[0] ?? [];
  connection.closeSync();
  return {
    parquetPath,
    part: {
      schema_version: 'part.v1',
      part_id: sha256(name),
      upload_sha256: sha256(select),
      reader_version: 'test',
      options: { format: 'parquet', delimiter: null, quote: null, header: 'auto', types: {} },
      row_count: Number(rows),
      rejected_rows: rejectedRows,
      chunk_rows: chunkRowsFor(columns),
      source_lines: { kind: 'none' },
      columns,
      parquet_sha256: await hashFile(parquetPath),
      parquet_bytes: Number(bytes ?? 0),
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Opens parts with modest limits. */
export function openParts(
  folder: string,
  parts: readonly PartFile[],
  spec: ColumnSpec,
  options: Partial<
    Pick<
      OpenOptions,
      'chunkRows' | 'threads' | 'memoryBytes' | 'answers' | 'known' | 'sample' | 'manyQuestions'
    >
  > = {},
): Promise<Dataset> {
  return openDataset({
    parts,
    schema: schemaOf(spec),
    temporaryDirectory: join(folder, 'spill'),
    memoryBytes: 512 * 1024 * 1024,
    threads: 2,
    ...options,
  });
}
