import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appPaths } from '../../../src/base/index.ts';
import type { IngestOptions, IngestReport } from '../../../src/contract/index.ts';
import { openTextTable } from '../../../src/ingest/text-table/write-text-table.ts';
import { typeColumns } from '../../../src/ingest/typing/typed-columns.ts';
import { xlsxReader } from '../../../src/ingest/xlsx/xlsx-reader.ts';
import { AUTO } from '../ingesting.ts';
import { type WorkbookSpec, workbook } from './make-workbook.ts';

/** What the reader makes of a workbook, before DuckDB sees it. */
export interface ReadTable {
  /** Name and type of each column: `amount decimal`. */
  readonly columns: readonly string[];
  /** The texts that were handed over, by column. */
  readonly rows: (string | null)[][];
  /** The row of the sheet in which each row stands. */
  readonly sheetRows: readonly number[];
  readonly notes: string;
  readonly tables: IngestReport['tables'];
  /** The options that identify the part. */
  readonly options: Omit<IngestOptions, 'types'>;
}

/** A folder in which workbooks are read, removed by `remove`. */
export interface ReadingRoom {
  read(content: WorkbookSpec | Buffer, options?: Partial<IngestOptions>): Promise<ReadTable>;
  readFile(path: string, options?: Partial<IngestOptions>): Promise<ReadTable>;
  remove(): void;
}

export function readingRoom(): ReadingRoom {
  const folder = mkdtempSync(join(tmpdir(), 'workbooks-'));
  let count = 0;
  const readFile = (path: string, options: Partial<IngestOptions> = {}) =>
    read(path, join(folder, `table-${++count}.csv`), folder, { ...AUTO, ...options });
  return {
    readFile,
    async read(content, options) {
      const path = join(folder, `book-${++count}.xlsx`);
      writeFileSync(path, Buffer.isBuffer(content) ? content : await workbook(content));
      return readFile(path, options);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function read(
  path: string,
  tablePath: string,
  folder: string,
  options: IngestOptions,
): Promise<ReadTable> {
  const reader = await xlsxReader({
    upload: { blobPath: path },
    shownPath: path,
    options,
    paths: appPaths(join(folder, 'appdata')),
    unpackedBy: '',
  });
  const table = openTextTable(tablePath, `${tablePath}.rejects`, new Map());
  const rows: (string | null)[][] = [];
  const sheetRows: number[] = [];
  const facts = await reader.read(
    path,
    {
      ...table,
      addRow(cells, sourceLine) {
        rows.push(cells.map((cell) => cell ?? null));
        sheetRows.push(sourceLine);
        table.addRow(cells, sourceLine);
      },
    },
    () => {},
  );
  const written = table.finish();
  table.close();
  const { columns } = typeColumns(written.headers, written.forced, written, { delimiter: ',' });
  return {
    columns: columns.map(({ name, type }) => `${name} ${type.kind}`),
    rows: rows.map((row) => columns.map((_, i) => row[i] ?? null)),
    sheetRows,
    notes: facts.notes(columns).join('\n'),
    tables: facts.tables,
    options: reader.options,
  };
}
