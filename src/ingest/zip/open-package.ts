import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { HarnessError, isSystemError, messageOf } from '../../base/index.ts';
import { guardPackage, MOST_ENTRIES, partKey } from './guard-package.ts';
import { bomb, damaged, hasPassword } from './refusals.ts';

/** An entry of a package. */
export interface PackagePart {
  readonly name: string;
  /** Unpacked; enforced while it is read. */
  readonly bytes: number;
  readonly packedBytes: number;
  /** False where the archive says that it is a link or a device. */
  readonly isPlain: boolean;
  /** Its content from the beginning. Throws `SH_INPUT_DAMAGED`, `SH_INPUT_BOMB`. */
  stream(): AsyncIterable<Buffer>;
}

/** A zip file whose directory was found sane. */
export interface Package {
  readonly parts: readonly PackagePart[];
  /** The part of this name; ASCII case does not count. */
  find(name: string): PackagePart | undefined;
  close(): void;
}

/** The kind of a file in Unix's modes (S_IFMT), which archives made there carry; 0 where they don't. */
const FILE_KIND = 0o170000;
const REGULAR_FILE = 0o100000;
const INFLATED_BLOCK = 256 << 10;

/**
 * Opens a zip file and guards against what its directory says (see `guardPackage`), before anything is unpacked.
 * Throws `SH_INPUT_DAMAGED`, `SH_INPUT_BOMB`, `SH_INPUT_PASSWORD`.
 */
export async function openPackage(path: string, shownPath: string): Promise<Package> {
  const zip = await openZip(path, shownPath);
  try {
    const parts = (await readDirectory(zip, shownPath)).map((entry) => partOf(zip, entry, shownPath));
    const byName = new Map(parts.map((part) => [partKey(part.name), part]));
    return { parts, find: (name) => byName.get(partKey(name)), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(path: string, shownPath: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false });
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'EACCES', 'EIO', 'EMFILE')) throw error;
    const reason = 'it begins like a zip file, but its directory at the end is missing or broken (cut off?)';
    throw damaged(shownPath, reason, error);
  }
}

async function readDirectory(zip: ZipFile, shownPath: string): Promise<Entry[]> {
  if (zip.entryCount > MOST_ENTRIES) throw bomb(shownPath, `it has ${zip.entryCount} entries`);
  const entries: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry);
  } catch (error) {
    if (/strong encryption/.test(messageOf(error))) throw hasPassword(shownPath);
    throw damaged(shownPath, `its directory can not be read: ${messageOf(error)}`, error);
  }
  guardPackage(
    entries.map((entry) => Object.assign(entry, { encrypted: entry.isEncrypted() })),
    zip.fileSize,
    shownPath,
  );
  return entries.filter(({ fileName }) => !fileName.endsWith('/'));
}

function partOf(zip: ZipFile, entry: Entry, shownPath: string): PackagePart {
  return {
    name: entry.fileName,
    bytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    isPlain: [0, REGULAR_FILE].includes((entry.externalFileAttributes >>> 16) & FILE_KIND),
    stream: () => unpacked(zip, entry, shownPath),
  };
}

/** Unpacks an entry; what it holds must have the declared size and checksum. */
async function* unpacked(zip: ZipFile, entry: Entry, shownPath: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  let checksum = 0;
  try {
    for await (const block of await openEntry(zip, entry)) {
      if (!Buffer.isBuffer(block)) throw new Error('a stream of a file gave something else than bytes');
      bytes += block.length;
      if (bytes > entry.uncompressedSize) {
        throw bomb(
          shownPath,
          `${entry.fileName} unpacks to more than the ${entry.uncompressedSize} bytes it declares`,
        );
      }
      checksum = crc32(block, checksum);
      yield block;
    }
  } catch (error) {
    throw asDamagedEntry(error, entry, shownPath);
  }
  if (bytes !== entry.uncompressedSize || checksum !== entry.crc32) {
    throw damaged(shownPath, `${entry.fileName} does not have the size and checksum it declares`);
  }
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new ZipContentError(`it is packed by method ${entry.compressionMethod}, not by deflate`);
  }
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  if (entry.compressionMethod === 0) return packed;
  return pipeline(packed, createInflateRaw({ chunkSize: INFLATED_BLOCK }), () => {});
}

class ZipContentError extends Error {}

/** Errors of zlib and yauzl as damage; anything else as it is. */
function asDamagedEntry(error: unknown, entry: Entry, shownPath: string): unknown {
  if (error instanceof HarnessError || !(error instanceof Error)) return error;
  const ofContent =
    error instanceof ZipContentError ||
    isSystemError(error, 'Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT') ||
    /local file header|file bounds|EOF/i.test(error.message);
  return ofContent
    ? damaged(shownPath, `${entry.fileName} can not be unpacked: ${error.message}`, error)
    : error;
}
