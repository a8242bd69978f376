import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppPaths, ensureDirectory, HarnessError, randomId, removeTree } from '../../base/index.ts';
import type { IngestOptions } from '../../contract/index.ts';
import { readableTable } from '../decode/readable-table.ts';
import { fileFormat, type Head, headOf, packingOf, readHead } from '../file-format.ts';
import { blobOfSize } from '../receive-upload.ts';
import { type SeenSoFar, seenColumns } from '../seen-so-far.ts';
import { parseForcedTypes, typeColumns } from '../typing/typed-columns.ts';
import { gunzip } from '../unpack/gunzip.ts';
import { chooseZipEntry } from '../unpack/zip-entry.ts';
import { headersOf, resolveDialect } from './dialect.ts';
import { planOf, scanCsv } from './scan.ts';

/** A smaller table is read before anybody has waited; of a gzip file the packed bytes count. */
const LARGE = 8 << 20;
const LARGE_PACKED = 1 << 20;
const LF = 10;

/** The first mebibyte of a table, whatever it is packed in. */
interface Beginning {
  readonly head: Head;
  /** The name that may tell its format. */
  readonly name: string;
  /** How much of all there is so many bytes of the table are. */
  shareOf(bytes: number): { readonly bytes: number; readonly ofBytes: number };
}

/**
 * What the first mebibyte of a large CSV file holds, plain or packed, read before the file is received: however large it
 * is, there is something to see at once. Undefined for other files, for one that the store may have already (it is soon
 * done), and for one whose beginning can't be read like this: reading it in earnest says why.
 */
export async function firstLook(
  path: string,
  options: IngestOptions,
  paths: AppPaths,
): Promise<SeenSoFar | undefined> {
  try {
    const beginning = await beginningOf(path, options, paths);
    if (beginning === undefined || packingOf(beginning.head) !== undefined) return undefined;
    const { head, decoding } = readableTable({ ...beginning, shownPath: path, options });
    if (fileFormat(head, options.format, path, beginning.name) !== 'csv') return undefined;
    const encodedBytes = decoding?.encodedBytes ?? ((bytes: number) => bytes);
    const shareOf = (bytes: number) => beginning.shareOf(encodedBytes(bytes));
    return await lookAt({ head, shareOf }, { path, options, paths });
  } catch (error) {
    if (error instanceof HarnessError || (error instanceof Error && 'syscall' in error)) return undefined;
    throw error;
  }
}

/** Undefined where the table is small, or may be in the store. */
async function beginningOf(
  path: string,
  options: IngestOptions,
  paths: AppPaths,
): Promise<Beginning | undefined> {
  const { size } = await stat(path);
  if (size < LARGE_PACKED || (await blobOfSize(paths, size)) !== undefined) return undefined;
  const head = await readHead(path);
  switch (packingOf(head)) {
    case undefined:
      return size < LARGE ? undefined : { head, name: path, shareOf: (bytes) => ({ bytes, ofBytes: size }) };
    case 'gzip': {
      let packed = 0;
      const unpacked = await headOf(gunzip(path, path, (bytes) => (packed = bytes)));
      const name = path.replace(/\.(gz|gzip)$/i, '');
      // How long the table is nobody knows before its end.
      return { head: unpacked, name, shareOf: () => ({ bytes: packed, ofBytes: size }) };
    }
    case 'zip': {
      const { entry } = await chooseZipEntry(path, path, options.table);
      if (entry.bytes < LARGE) return undefined;
      const { name, bytes: ofBytes } = entry;
      return { head: await headOf(entry.stream()), name, shareOf: (bytes) => ({ bytes, ofBytes }) };
    }
  }
}

async function lookAt(
  { head, shareOf }: Pick<Beginning, 'head' | 'shareOf'>,
  { path, options, paths }: { path: string; options: IngestOptions; paths: AppPaths },
): Promise<SeenSoFar | undefined> {
  const dialect = resolveDialect(head, options);
  const headers = headersOf(dialect);
  const types = parseForcedTypes(options.types);
  const forced = headers.map((header) => types.get(header));
  const bytes = head.bytes.subarray(0, head.length).lastIndexOf(LF) + 1;
  const copy = join(paths.temporary, `look-${randomId()}`);
  await ensureDirectory(paths.temporary);
  try {
    await writeFile(copy, head.bytes.subarray(0, bytes));
    const plan = planOf({ path: copy, shownPath: path }, dialect, forced);
    const scan = await scanCsv({ ...plan, onRagged: () => undefined });
    if (scan.rows === 0) return undefined;
    const typed = typeColumns(headers, forced, scan, {
      delimiter: dialect.delimiter,
      dateOrder: options.date_order,
    });
    return { rows: scan.rows, ...shareOf(bytes), columns: seenColumns(typed, scan) };
  } finally {
    await removeTree(copy);
  }
}
