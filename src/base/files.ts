import { randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { dirname } from 'node:path';
import { HarnessError, isSystemError } from './errors.ts';

/** The file operations whose failures tests inject. */
export interface FileSystem {
  open: typeof nodeFs.open;
  rename: typeof nodeFs.rename;
  rm: typeof nodeFs.rm;
  mkdir: typeof nodeFs.mkdir;
}

export const realFileSystem: FileSystem = nodeFs;

const RETRIED = ['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'];
const ATTEMPTS = 10;

/**
 * Writes a file whole or not at all: a temporary file beside it is written and synced, renamed over it, and the
 * directory is synced. A failure leaves the old file as it was.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  fs: FileSystem = realFileSystem,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await fs.open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameDurably(temporary, path, fs);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw asDiskFull(error, path);
  }
}

/**
 * Renames a file or folder and syncs the directory it lands in. Tries again, with growing pauses, while Windows
 * (or a virus scanner) holds it: EPERM, EACCES, EBUSY.
 */
export async function renameDurably(
  from: string,
  to: string,
  fs: FileSystem = realFileSystem,
): Promise<void> {
  await retrying(() => fs.rename(from, to));
  await syncDirectory(dirname(to), fs);
}

/** Removes a file or folder with all it holds; what does not exist is fine. */
export async function removeTree(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  await retrying(() => fs.rm(path, { recursive: true, force: true }));
}

/** Makes a folder and its parents. */
export async function ensureDirectory(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  await fs.mkdir(path, { recursive: true });
}

/** Syncs a file's content to disk. */
export async function syncFile(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  const file = await fs.open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Syncs a directory's entries; Windows can't open directories, and needs no such call. */
export async function syncDirectory(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await fs.open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function retrying(operation: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isSystemError(error, ...RETRIED)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(10 * 2 ** attempt, 1000)));
    }
  }
}

/** A full disk becomes the error that the operator can act on; anything else stays. */
export function asDiskFull(error: unknown, path: string): unknown {
  return isSystemError(error, 'ENOSPC', 'EDQUOT')
    ? new HarnessError('SH_DISK_FULL', { path }, { cause: error })
    : error;
}
