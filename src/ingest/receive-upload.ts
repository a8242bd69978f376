import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AppPaths,
  asFileError,
  ensureDirectory,
  ensureDirectoryDurably,
  failPoint,
  HarnessError,
  hashFile,
  isSystemError,
  isThere,
  messageOf,
  namesIn,
  randomId,
  removeTree,
  renameDurably,
  type Sha256,
  shownBytes,
} from '../base/index.ts';

/** A file that was taken into the content-addressed store. */
export interface Upload {
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly blobPath: string;
  /** False where the store had it already. */
  readonly isNew: boolean;
  /** True where the store's copy was damaged and was put right from the file. */
  readonly repaired: boolean;
}

const BLOCK = 1 << 20;

/**
 * Takes a file into the store: copied into quarantine while it is hashed, synced, read again and verified, then
 * renamed to its content's address, read-only. A file that the store has already is hashed, and the store's copy is
 * compared with it: one that is damaged is replaced by the good bytes that came in. Throws
 * `SH_INPUT_NOT_FOUND`, `…_IS_DIRECTORY`, `…_UNREADABLE`, `…_EMPTY`, `…_CHANGED`, `SH_DISK_FULL`,
 * `SH_INTEGRITY_MISMATCH`; nothing half-made stays.
 */
export async function receiveUpload(
  path: string,
  paths: AppPaths,
  onBytes: (bytes: number) => void = () => {},
): Promise<Upload> {
  const before = await statInput(path);
  const source = await openInput(path);
  try {
    const twin = await blobOfSize(paths, before.size);
    if (twin !== undefined) {
      const { sha256, isSame } = await hashComparing(source, path, twin, onBytes);
      await refuseIfChanged(path, before);
      const isWholeTwin = isSame && paths.blob(sha256) === twin;
      if (isWholeTwin || (await isWhole(paths, sha256))) return stored(paths, sha256, before.size);
    }
    return await receiveNew(source, path, before, paths, onBytes);
  } finally {
    await source.close();
  }
}

/** Checks a stored blob's bytes against its name; throws `SH_INTEGRITY_MISMATCH` or `SH_INTEGRITY_MISSING`. */
export async function verifyBlob(paths: AppPaths, sha256: Sha256): Promise<void> {
  const path = paths.blob(sha256);
  if (!(await isThere(path)))
    throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'A stored upload', path });
  const found = await hashFile(path);
  if (found !== sha256) throw mismatch(path, sha256, found);
}

/** Takes an upload out of the store again, where what came after it failed. */
export async function removeUpload(upload: Upload): Promise<void> {
  if (upload.isNew) await removeTree(upload.blobPath);
}

async function receiveNew(
  source: FileHandle,
  path: string,
  before: Stats,
  paths: AppPaths,
  onBytes: (bytes: number) => void,
): Promise<Upload> {
  await ensureDirectory(paths.quarantine);
  const quarantined = join(paths.quarantine, randomId());
  try {
    const sha256 = await copyHashing(source, path, quarantined, onBytes);
    failPoint('blob.received', quarantined);
    await refuseIfChanged(path, before);
    return await promote(quarantined, { sha256, bytes: before.size }, paths);
  } finally {
    await removeTree(quarantined);
  }
}

/** Moves what lies in quarantine to its content's address, once it was read again and is what was hashed. */
async function promote(
  quarantined: string,
  { sha256, bytes }: { readonly sha256: Sha256; readonly bytes: number },
  paths: AppPaths,
): Promise<Upload> {
  const found = await hashFile(quarantined);
  if (found !== sha256) throw mismatch(quarantined, sha256, found);
  const damaged = await isThere(paths.blob(sha256));
  if (damaged && (await isWhole(paths, sha256))) return stored(paths, sha256, bytes);
  failPoint('blob.verified', quarantined);
  await ensureDirectoryDurably(dirname(paths.blob(sha256)));
  // Windows renames nothing over a file that is read-only.
  if (damaged) await removeTree(paths.blob(sha256));
  await renameDurably(quarantined, paths.blob(sha256));
  failPoint('blob.promoted', paths.blob(sha256));
  return { ...stored(paths, sha256, bytes), isNew: !damaged, repaired: damaged };
}

/** What is being sent, and how much of it is taken. */
export interface SentFile {
  /** What the sender calls it. */
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
  readonly limitBytes: number;
}

/**
 * Takes into the store what is being sent, as `receiveUpload` takes a file. Throws SH_INPUT_EMPTY, SH_UPLOAD_TOO_LARGE as
 * soon as there is more than the limit, SH_DISK_FULL; nothing half-made stays.
 */
export async function receiveSent(sent: SentFile, paths: AppPaths): Promise<Upload> {
  await ensureDirectory(paths.quarantine);
  const quarantined = join(paths.quarantine, randomId());
  try {
    const received = await writeHashing(sent, quarantined);
    if (received.bytes === 0) throw new HarnessError('SH_INPUT_EMPTY', { path: sent.name });
    failPoint('blob.received', quarantined);
    return await promote(quarantined, received, paths);
  } finally {
    await removeTree(quarantined);
  }
}

async function writeHashing(
  { name, content, limitBytes }: SentFile,
  target: string,
): Promise<{ readonly sha256: Sha256; readonly bytes: number }> {
  const file = await open(target, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const block of content) {
      bytes += block.length;
      if (bytes > limitBytes)
        throw new HarnessError('SH_UPLOAD_TOO_LARGE', { path: name, limit: shownBytes(limitBytes) });
      hash.update(block);
      await writeAll(file, block, target);
    }
    await file.sync();
    await file.chmod(0o444);
    return { sha256: `sha256:${hash.digest('hex')}`, bytes };
  } finally {
    await file.close();
  }
}

/** A file that was received before, once its bytes are what they were. Throws SH_INTEGRITY_…. */
export async function storedUpload(paths: AppPaths, sha256: Sha256): Promise<Upload> {
  await verifyBlob(paths, sha256);
  return stored(paths, sha256, (await stat(paths.blob(sha256))).size);
}

async function statInput(path: string): Promise<Stats> {
  let found: Stats;
  try {
    found = await stat(path);
  } catch (error) {
    throw asInputError(error, path);
  }
  if (found.isDirectory()) throw new HarnessError('SH_INPUT_IS_DIRECTORY', { path });
  if (!found.isFile())
    throw new HarnessError('SH_INPUT_UNREADABLE', { path, reason: 'it is not a regular file' });
  if (found.size === 0) throw new HarnessError('SH_INPUT_EMPTY', { path });
  return found;
}

async function openInput(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw asInputError(error, path);
  }
}

function asInputError(error: unknown, path: string): unknown {
  if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return new HarnessError('SH_INPUT_NOT_FOUND', { path });
  if (isSystemError(error, 'EISDIR')) return new HarnessError('SH_INPUT_IS_DIRECTORY', { path });
  if (!isSystemError(error, 'EACCES', 'EPERM', 'EBUSY', 'EIO', 'ELOOP', 'ENAMETOOLONG')) return error;
  const denied = isSystemError(error, 'EACCES', 'EPERM');
  const reason = denied ? 'permission denied' : messageOf(error);
  return new HarnessError('SH_INPUT_UNREADABLE', { path, reason }, { cause: error });
}

/** Hashes a file and compares it, block by block, with one of the same size, which costs less than to hash both. */
async function hashComparing(
  source: FileHandle,
  path: string,
  twin: string,
  onBytes: (bytes: number) => void,
): Promise<{ readonly sha256: Sha256; readonly isSame: boolean }> {
  const file = await open(twin, 'r');
  try {
    const own = Buffer.allocUnsafe(BLOCK);
    let isSame = true;
    const sha256 = await eachBlock(source, path, async (block) => {
      isSame &&= block.equals(own.subarray(0, await readFully(file, own, block.length)));
      onBytes(block.length);
    });
    return { sha256, isSame };
  } finally {
    await file.close();
  }
}

/** Reads on until there are so many bytes, or no more. */
async function readFully(file: FileHandle, target: Buffer, bytes: number): Promise<number> {
  for (let held = 0; ; ) {
    const { bytesRead } = await file.read(target, held, bytes - held);
    held += bytesRead;
    if (bytesRead === 0 || held === bytes) return held;
  }
}

async function copyHashing(
  source: FileHandle,
  path: string,
  target: string,
  onBytes: (bytes: number) => void,
): Promise<Sha256> {
  const file = await open(target, 'wx', 0o600);
  try {
    const sha256 = await eachBlock(source, path, async (block) => {
      await writeAll(file, block, target);
      onBytes(block.length);
    });
    await file.sync();
    await file.chmod(0o444);
    return sha256;
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, block: Uint8Array, target: string): Promise<void> {
  try {
    failPoint('blob.receiving', target);
    for (let written = 0; written < block.length; ) {
      written += (await file.write(block, written, block.length - written)).bytesWritten;
    }
  } catch (error) {
    throw asFileError(error, target);
  }
}

/**
 * Reads a file from its beginning, block by block, and returns the hash of all of it. While a block is used, the next one
 * is read and hashed.
 */
async function eachBlock(
  source: FileHandle,
  path: string,
  use: (block: Buffer) => Promise<void>,
): Promise<Sha256> {
  const hash = createHash('sha256');
  let [buffer, other] = [Buffer.allocUnsafe(BLOCK), Buffer.allocUnsafe(BLOCK)];
  let using = Promise.resolve();
  try {
    for (let position = 0; ; ) {
      const { bytesRead } = await source.read(buffer, 0, BLOCK, position).catch((error: unknown) => {
        throw asInputError(error, path);
      });
      if (bytesRead === 0) break;
      const block = buffer.subarray(0, bytesRead);
      hash.update(block);
      await using;
      using = use(block);
      // Told when it is waited for.
      using.catch(() => undefined);
      position += bytesRead;
      [buffer, other] = [other, buffer];
    }
  } finally {
    await using;
  }
  return `sha256:${hash.digest('hex')}`;
}

async function refuseIfChanged(path: string, before: Stats): Promise<void> {
  const after = await stat(path).catch(() => undefined);
  const same = after?.size === before.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino;
  if (!same) throw new HarnessError('SH_INPUT_CHANGED', { path });
}

function stored(paths: AppPaths, sha256: Sha256, bytes: number): Upload {
  return { sha256, bytes, blobPath: paths.blob(sha256), isNew: false, repaired: false };
}

/** True where the store has this content, byte for byte. */
async function isWhole(paths: AppPaths, sha256: Sha256): Promise<boolean> {
  return (await isThere(paths.blob(sha256))) && (await hashFile(paths.blob(sha256))) === sha256;
}

function mismatch(path: string, expected: string, found: string): HarnessError {
  return new HarnessError('SH_INTEGRITY_MISMATCH', { what: 'A stored upload', path, expected, found });
}

/** A stored blob that is as long as a file, so that it may be the same; undefined where there is none. */
export async function blobOfSize(paths: AppPaths, bytes: number): Promise<string | undefined> {
  const root = join(paths.root, 'blobs', 'sha256');
  for (const folder of await namesIn(root)) {
    for (const name of await namesIn(join(root, folder))) {
      const path = join(root, folder, name);
      const blob = await stat(path).catch(() => undefined);
      if (blob?.size === bytes) return path;
    }
  }
  return undefined;
}
