import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import {
  asDiskFull,
  ensureDirectory,
  HarnessError,
  messageOf,
  removeTemporariesOf,
  renameDurably,
  syncFile,
  temporaryBeside,
} from '../base/index.ts';
import type { Column, DatasetSchema } from '../contract/index.ts';
import type { PartFile } from './dataset.ts';
import { quoteName, quoteText } from './sql-text.ts';
import { createViewSql, storedSource } from './view.ts';

export interface ExportOptions {
  readonly parts: readonly PartFile[];
  readonly schema: DatasetSchema;
  readonly format: 'csv' | 'parquet';
  readonly path: string;
  /** Texts that a spreadsheet would run as a formula get an apostrophe in front (CSV only). On unless false. */
  readonly escapeFormulas?: boolean;
}

/** The version of DuckDB that answers. */
export function duckdbVersion(): string {
  return version();
}

/**
 * Writes all rows as one clean table, in source order, whole or not at all. CSV is UTF-8 with the source's headers
 * and quotes as in RFC 4180; a missing cell is empty, an empty text is "".
 */
export async function exportTable(options: ExportOptions): Promise<void> {
  await ensureDirectory(dirname(options.path));
  await removeTemporariesOf(options.path);
  const temporary = temporaryBeside(options.path);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`SET TimeZone = 'UTC'`);
    await connection.run(createViewSql(options.parts, options.schema, storedSource));
    await connection.run(copySql(options, temporary));
    await syncFile(temporary);
    await renameDurably(temporary, options.path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (/no space left/i.test(messageOf(error)))
      throw new HarnessError('SH_DISK_FULL', { path: options.path });
    throw asDiskFull(error, options.path);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function copySql({ schema, format, escapeFormulas = true }: ExportOptions, path: string): string {
  const isCsv = format === 'csv';
  const escaped = isCsv && escapeFormulas;
  const headers = headersOf(schema.columns).map((name) => (escaped && isFormula(name) ? `'${name}` : name));
  const items = schema.columns.map((column, index) => {
    const value = escaped && column.type.kind === 'text' ? escapedText(column) : quoteName(column.sql_name);
    return `${value} AS ${quoteName(headers[index] ?? column.sql_name)}`;
  });
  const form = isCsv ? 'FORMAT csv, HEADER true' : 'FORMAT parquet, COMPRESSION zstd';
  return `COPY (SELECT ${items.join(', ')} FROM data) TO ${quoteText(path)} (${form})`;
}

/** The source's headers where they can be told apart, else the names in SQL. */
function headersOf(columns: readonly Column[]): readonly string[] {
  const names = columns.map((column) => column.name);
  const distinct = new Set(names.map((name) => name.toLowerCase()));
  const usable = distinct.size === names.length && !distinct.has('');
  return usable ? names : columns.map((column) => column.sql_name);
}

function isFormula(text: string): boolean {
  return /^[=+\-@\t\r]/.test(text);
}

function escapedText(column: Column): string {
  const name = quoteName(column.sql_name);
  const risky = `left(${name}, 1) IN ('=', '+', '-', '@', chr(9), chr(13))`;
  return `CASE WHEN ${risky} THEN chr(39) || ${name} ELSE ${name} END`;
}
