import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type AppPaths, appPaths, type Sha256 } from '../../src/base/index.ts';
import type { IngestOptions, IngestReport } from '../../src/contract/index.ts';
import { type IngestedFiles, type IngestFilesRequest, ingestFiles } from '../../src/ingest/index.ts';

export const AUTO: IngestOptions = {
  format: 'auto',
  delimiter: null,
  quote: null,
  header: 'auto',
  types: {},
};

export const noRoles: NonNullable<IngestFilesRequest['inferRoles']> = async () => ({
  schema_version: 'role_map.v1',
  bindings: [],
});

/** A folder for input files beside an appdata, both removed by `remove`. */
export interface Workshop {
  readonly folder: string;
  readonly paths: AppPaths;
  write(name: string, content: string | Uint8Array): string;
  ingest(files: readonly string[], options?: Partial<IngestOptions>): Promise<IngestedFiles>;
  /** Ingests one text as CSV. */
  ingestText(content: string | Uint8Array, options?: Partial<IngestOptions>): Promise<Table>;
  /** Every file and folder under the appdata that holds anything, but for empty folders. */
  leftovers(): string[];
  remove(): void;
}

export interface Table {
  readonly done: IngestedFiles;
  readonly report: IngestReport;
  /** Values as DuckDB's text, without `row_number`, by column in schema order. */
  readonly rows: (string | null)[][];
}

export function workshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  const paths = appPaths(join(folder, 'appdata'));
  let count = 0;
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const ingest = (files: readonly string[], options: Partial<IngestOptions> = {}) =>
    ingestFiles({
      files: files.map((path) => ({ path })),
      options: { ...AUTO, ...options },
      paths,
      memoryBytes: 512 << 20,
      threads: 2,
      engineCode: 'code',
      inferRoles: noRoles,
    });
  return {
    folder,
    paths,
    write,
    ingest,
    async ingestText(content, options) {
      const done = await ingest([write(`input-${++count}.csv`, content)], options);
      const [report] = done.reports;
      if (report === undefined) throw new Error('no report');
      return { done, report, rows: await rowsOf(paths, done) };
    },
    leftovers: () => filesUnder(paths.root),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function parquetPath(paths: AppPaths, partId: Sha256 | undefined): string {
  if (partId === undefined) throw new Error('no part');
  return join(paths.part(partId), 'part.parquet');
}

async function rowsOf(paths: AppPaths, done: IngestedFiles): Promise<(string | null)[][]> {
  // A sign before each cell, because the client library takes a byte order mark off the beginning of a text.
  const names = done.version.schema.columns.map(({ sql_name }) => `'_' || "${sql_name}"`).join(', ');
  const marked = await query(
    `SELECT ${names} FROM read_parquet('${parquetPath(paths, done.version.parts[0])}') ORDER BY row_number`,
  );
  return marked.map((row) => row.map((cell) => cell?.slice(1) ?? null));
}

/** Runs SQL on a fresh DuckDB in UTC; cells as text. */
export async function query(sql: string): Promise<(string | null)[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    const reader = await connection.runAndReadAll(sql);
    const rows = reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
  }
}
