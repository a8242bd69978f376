import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppPaths, ensureDirectory, HarnessError, randomId, removeTree } from '../../base/index.ts';
import type { IngestOptions } from '../../contract/index.ts';
import { fileFormat, type Head, packingOf, readHead } from '../file-format.ts';
import { type SeenSoFar, seenColumns } from '../seen-so-far.ts';
import { parseForcedTypes, typeColumns } from '../typing/typed-columns.ts';
import { dialectBytes, resolveDialect } from './dialect.ts';
import { scanCsv } from './scan.ts';

/** A smaller file is read before anybody has waited. */
const LARGE = 8 << 20;
const LF = 10;

/**
 * What the first mebibyte of a large CSV file holds, read before the file is received: however large it is, there is
 * something to see at once. Undefined for other files, and for one whose beginning can't be read like this: reading it in
 * earnest says why.
 */
export async function firstLook(
  path: string,
  options: IngestOptions,
  paths: AppPaths,
): Promise<SeenSoFar | undefined> {
  try {
    const { size } = await stat(path);
    if (size < LARGE) return undefined;
    const head = await readHead(path);
    if (packingOf(head) !== undefined || fileFormat(head, options.format, path, path) !== 'csv')
      return undefined;
    return await lookAt(head, { path, size, options, paths });
  } catch (error) {
    if (error instanceof HarnessError || (error instanceof Error && 'syscall' in error)) return undefined;
    throw error;
  }
}

async function lookAt(
  head: Head,
  { path, size, options, paths }: { path: string; size: number; options: IngestOptions; paths: AppPaths },
): Promise<SeenSoFar | undefined> {
  const dialect = resolveDialect(head, options);
  const headers = dialect.header ? dialect.firstRecord : dialect.firstRecord.map((_, i) => `C${i + 1}`);
  const types = parseForcedTypes(options.types);
  const forced = headers.map((header) => types.get(header));
  const bytes = head.bytes.subarray(0, head.length).lastIndexOf(LF) + 1;
  const copy = join(paths.temporary, `look-${randomId()}`);
  await ensureDirectory(paths.temporary);
  try {
    await writeFile(copy, head.bytes.subarray(0, bytes));
    const scan = await scanCsv({
      path: copy,
      shownPath: path,
      dialect: dialectBytes(dialect.delimiter, dialect.quote),
      header: dialect.header,
      columns: headers.length,
      forced,
      onRagged: () => undefined,
    });
    if (scan.rows === 0) return undefined;
    const typed = typeColumns(headers, forced, scan, dialect.delimiter);
    return { rows: scan.rows, bytes, ofBytes: size, columns: seenColumns(typed, scan) };
  } finally {
    await removeTree(copy);
  }
}
