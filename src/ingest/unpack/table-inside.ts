import { HarnessError } from '../../base/index.ts';
import type { IngestOptions, IngestReport } from '../../contract/index.ts';
import { type Head, headOf, isZip, packingOf, readHead } from '../file-format.ts';
import type { Upload } from '../receive-upload.ts';
import { gunzip, unpackedBytes } from './gunzip.ts';
import { type Unpacking, writeUnpacked } from './write-unpacked.ts';
import { chooseZipEntry, isOfficeFile } from './zip-entry.ts';

/** The table of an upload: the upload itself, or what it packs. */
export interface TableInside {
  /** The beginning of the table. */
  readonly head: Head;
  /** Its name for the operator, and the name whose ending may tell its format. */
  readonly shownPath: string;
  readonly name: string;
  /** Options as they go on to the table's own reader: a choice that was made here is not among them. */
  readonly options: IngestOptions;
  readonly packing?: Packing;
}

/** How a table is packed, and how to get at it. */
export interface Packing {
  readonly reader: string;
  readonly container: { readonly kind: 'gzip' | 'zip'; readonly entry: string | null };
  /** Which of several tables was taken, from 1. */
  readonly table?: number;
  readonly tables?: NonNullable<IngestReport['tables']>;
  readonly notes: readonly string[];
  /** How many bytes the table has, as the packing says. */
  bytes(): Promise<number>;
  /** Writes the table to a file, decoded; returns how many bytes it unpacked to. */
  unpack(target: string, onBytes: (bytes: number) => void, decode?: Unpacking['decode']): Promise<number>;
}

/** Go up with every change in what is unpacked from the same bytes. */
const GZIP_READER = 'gzip.1';
const ZIP_READER = 'zip.1';

/**
 * Finds the table of an upload. A gzip file holds one; of a zip archive with several the largest is taken, unless
 * another is asked for. Throws `SH_INPUT_DAMAGED`, `…_BOMB`, `…_PASSWORD`, `…_MALFORMED`, `…_EMPTY`,
 * `…_FORMAT_UNSUPPORTED` for what is packed more than once.
 */
export async function tableInside(
  upload: Upload,
  shownPath: string,
  options: IngestOptions,
): Promise<TableInside> {
  const head = await readHead(upload.blobPath);
  const packing = await packingOfFile(upload, shownPath, head);
  if (packing === undefined) return { head, shownPath, name: shownPath, options };
  const inside =
    packing === 'gzip' ? insideGzip(upload, shownPath, options) : insideZip(upload, shownPath, options);
  const found = await inside;
  if (found.head.length === 0) throw new HarnessError('SH_INPUT_EMPTY', { path: found.shownPath });
  const nested = packingOf(found.head);
  if (nested === undefined) return found;
  const format = `${NAMES[nested]} inside ${NAMES[packing]}`;
  throw new HarnessError('SH_INPUT_FORMAT_UNSUPPORTED', { path: found.shownPath, format });
}

/** An archive is told from an office file by its directory: one may lie in the other as it is. */
async function packingOfFile(
  upload: Upload,
  shownPath: string,
  head: Head,
): Promise<'gzip' | 'zip' | undefined> {
  if (!isZip(head)) return packingOf(head);
  return (await isOfficeFile(upload.blobPath, shownPath)) ? undefined : 'zip';
}

const NAMES = { gzip: 'a gzip file', zip: 'a zip archive' };

async function insideGzip(upload: Upload, shownPath: string, options: IngestOptions): Promise<TableInside> {
  return {
    head: await headOf(gunzip(upload.blobPath, shownPath)),
    shownPath,
    name: shownPath.replace(/\.(gz|gzip)$/i, ''),
    options,
    packing: {
      reader: GZIP_READER,
      container: { kind: 'gzip', entry: null },
      bytes: () => unpackedBytes(upload.blobPath),
      notes: [],
      unpack: (target, onBytes, decode) => {
        let packed = 0;
        const blocks = gunzip(upload.blobPath, shownPath, (bytes) => {
          packed = bytes;
        });
        const packedBytes = () => packed;
        return writeUnpacked({ blocks, ...(decode && { decode }), target, shownPath, packedBytes, onBytes });
      },
    },
  };
}

async function insideZip(upload: Upload, shownPath: string, options: IngestOptions): Promise<TableInside> {
  const { entry, table, tables, notes } = await chooseZipEntry(upload.blobPath, shownPath, options.table);
  const { table: _chosenHere, ...others } = options;
  const entryPath = `${entry.name} in ${shownPath}`;
  return {
    head: await headOf(entry.stream()),
    shownPath: entryPath,
    name: entry.name,
    options: table === undefined ? options : others,
    packing: {
      reader: ZIP_READER,
      container: { kind: 'zip', entry: entry.name },
      bytes: async () => entry.bytes,
      ...(table !== undefined && { table, tables }),
      notes,
      unpack: (target, onBytes, decode) =>
        writeUnpacked({
          blocks: entry.stream(),
          ...(decode && { decode }),
          target,
          shownPath: entryPath,
          packedBytes: entry.packedBytes,
          expectedBytes: entry.bytes,
          onBytes,
        }),
    },
  };
}
