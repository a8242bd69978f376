import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import {
  ARCHIVE_TIME,
  asDiskFull,
  removeTemporariesOf,
  removeTree,
  renameDurably,
  syncFile,
  temporaryBeside,
} from '../base/index.ts';

/** A file of an archive: its path there, with forward slashes, and what it holds. */
export interface Member {
  readonly path: string;
  readonly content: string | Uint8Array | { readonly file: string };
}

/** Above this a file is not read whole, but copied as it is read. */
const LARGEST_IN_MEMORY = 32 * 2 ** 20;
const PLAIN_FILE = 0o100644;

/**
 * Writes a zip file whole or not at all. The same members give the same bytes on every machine: in the order given, with
 * one fixed time, and stored as they are: what deflate makes of a text depends on the version of zlib and on the
 * processor. `accept` looks at the finished file before it gets its name, and throws to refuse it.
 */
export async function writeArchive(
  path: string,
  members: readonly Member[],
  accept: (temporary: string) => Promise<void> = async () => {},
): Promise<void> {
  await removeTemporariesOf(path);
  const temporary = temporaryBeside(path);
  try {
    await pack(temporary, members);
    await syncFile(temporary);
    await accept(temporary);
    await renameDurably(temporary, path);
  } catch (error) {
    await removeTree(temporary);
    throw asDiskFull(error, path);
  }
}

async function pack(path: string, members: readonly Member[]): Promise<void> {
  const zip = new ZipFile();
  const broken = new AbortController();
  zip.on('error', (error: unknown) => broken.abort(error));
  const { signal } = broken;
  const written = pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx' }), { signal });
  // Heard below; a member that can't be read must not leave it unheard.
  written.catch(() => undefined);
  for (const member of members) await add(zip, member);
  zip.end({ forceZip64Format: false, comment: '' });
  try {
    await written;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function add(zip: ZipFile, { path, content }: Member): Promise<void> {
  const options = { mtime: ARCHIVE_TIME, forceDosTimestamp: true, mode: PLAIN_FILE, compress: false };
  if (typeof content === 'string' || content instanceof Uint8Array)
    return zip.addBuffer(Buffer.from(content), path, options);
  const { size } = await stat(content.file);
  if (size <= LARGEST_IN_MEMORY) return zip.addBuffer(await readFile(content.file), path, options);
  zip.addReadStreamLazy(path, { ...options, size }, (give) => give(null, createReadStream(content.file)));
}
