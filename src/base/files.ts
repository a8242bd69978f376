import type { Dirent } from 'node:fs';
import * as nodeFs from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HarnessError, isSystemError, messageOf } from './errors.ts';
import { failPoint } from './fail-points.ts';
import { temporaryBeside } from './process-mark.ts';

/** The file operations whose failures tests inject. */
export interface FileSystem {
  open: typeof nodeFs.open;
  rename: typeof nodeFs.rename;
  rm: typeof nodeFs.rm;
  mkdir: typeof nodeFs.mkdir;
  cp: typeof nodeFs.cp;
  readFile: typeof nodeFs.readFile;
}

export const realFileSystem: FileSystem = nodeFs;

const RETRIED = ['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'];
const ATTEMPTS = 10;

/**
 * Writes a file whole or not at all: a temporary file beside it is written and synced, renamed over it, and the
 * directory is synced. A failure leaves the old file as it was. Throws SH_DISK_FULL, SH_IO.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  fs: FileSystem = realFileSystem,
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    failPoint('file.creating', path);
    const file = await retrying(() => fs.open(temporary, 'wx'));
    try {
      await file.writeFile(content);
      failPoint('file.written', path);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameDurably(temporary, path, fs);
  } catch (error) {
    // What failed first is what counts; the temporary file has a name that nothing looks for.
    await removeTree(temporary, fs).catch(() => undefined);
    throw asFileError(error, path);
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
  await retrying(() => {
    failPoint('entry.renaming', to);
    return fs.rename(from, to);
  });
  failPoint('entry.renamed', to);
  await syncDirectory(dirname(to), fs);
}

/** Moves a file or folder to another folder, which is made where it is missing, and syncs both: neither loses the other's. */
export async function moveDurably(from: string, to: string, fs: FileSystem = realFileSystem): Promise<void> {
  await ensureDirectory(dirname(to), fs);
  await renameDurably(from, to, fs);
  await syncDirectory(dirname(from), fs);
}

/** Removes a file or folder with all it holds; what does not exist is fine. */
export async function removeTree(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  await retrying(() => {
    failPoint('entry.removing', path);
    return fs.rm(path, { recursive: true, force: true });
  });
}

/** Makes a folder and its parents. */
export async function ensureDirectory(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  await makeWithParents(path, fs);
}

/**
 * Makes a folder and the parents that it lacks: the first that was made, undefined where it was there. Step by step,
 * because Node's own recursion never ends where a parent is there and says that nothing can be in it (`/proc`).
 */
async function makeWithParents(path: string, fs: FileSystem): Promise<string | undefined> {
  if (await isFolder(path)) return undefined;
  const parent = dirname(resolve(path));
  const first = parent === resolve(path) ? undefined : await makeWithParents(parent, fs);
  await retrying(() => fs.mkdir(path)).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error;
  });
  return first ?? path;
}

async function isFolder(path: string): Promise<boolean> {
  return (await nodeFs.stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** Copies a file or folder with all it holds; waits for what another program holds open. */
export async function copyTree(from: string, to: string, fs: FileSystem = realFileSystem): Promise<void> {
  await retrying(() => {
    failPoint('entry.copying', to);
    return fs.cp(from, to, { recursive: true });
  });
}

/** A file's bytes; waits for what another program holds open. */
export function readBytes(path: string, fs: FileSystem = realFileSystem): Promise<Buffer> {
  return retrying(() => fs.readFile(path));
}

/** Opens a file to read it and to write into it; waits for what another program holds open. */
export async function changeFile(
  path: string,
  work: (file: nodeFs.FileHandle) => Promise<void>,
  fs: FileSystem = realFileSystem,
): Promise<void> {
  const file = await retrying(() => fs.open(path, 'r+'));
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

/** Syncs a file's content to disk. */
export async function syncFile(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  await syncAndClose(await retrying(() => fs.open(path, 'r+')), () => failPoint('file.syncing', path));
}

/** Syncs a directory's entries; Windows can't open directories, and needs no such call. */
export async function syncDirectory(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  await syncAndClose(await fs.open(path, 'r'), () => failPoint('folder.syncing', path));
}

/** Syncs all files of a folder and of those in it, and the folders themselves: what was copied there, by whatever means. */
export async function syncTree(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  failPoint('tree.syncing', path);
  const entries = await nodeFs.readdir(path, { recursive: true, withFileTypes: true });
  const inside = (entry: Dirent) => join(entry.parentPath, entry.name);
  const files = entries.filter((entry) => entry.isFile()).map(inside);
  const folders = [path, ...entries.filter((entry) => entry.isDirectory()).map(inside)];
  for (const file of files) await syncAndClose(await retrying(() => fs.open(file, 'r+')));
  if (process.platform === 'win32') return;
  for (const folder of folders) await syncAndClose(await fs.open(folder, 'r'));
}

/** `before` is passed before the sync. */
async function syncAndClose(handle: nodeFs.FileHandle, before: () => void = () => {}): Promise<void> {
  try {
    before();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and its parents, and syncs the folder that each new one lies in: what is renamed into it can't be lost
 * with it.
 */
export async function ensureDirectoryDurably(path: string, fs: FileSystem = realFileSystem): Promise<void> {
  const first = await makeWithParents(path, fs);
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let folder = resolve(path); folder !== above && folder !== dirname(folder); folder = dirname(folder)) {
    await syncDirectory(dirname(folder), fs);
  }
}

/** Does it again, a few seconds in all, while another program stands in the way. */
async function retrying<T>(operation: () => Promise<T>): Promise<T> {
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

/** What the operating system says when a disk, a permission or another program is in the way: no bug of ours. */
const NOT_OURS = [
  ...['EIO', 'EROFS', 'ENXIO', 'ESTALE', 'ETIMEDOUT', 'EFBIG'],
  ...['EACCES', 'EPERM', 'EBUSY', 'EMFILE', 'ENFILE', 'ENAMETOOLONG'],
];

/** A failure of the disk, or what stands in the way of a file, as SH_DISK_FULL or SH_IO; anything else stays. */
export function asFileError(error: unknown, path?: string): unknown {
  const where = path ?? pathOf(error);
  const full = asDiskFull(error, where);
  if (full !== error || !isSystemError(error, ...NOT_OURS)) return full;
  return new HarnessError('SH_IO', { path: where, reason: messageOf(error) }, { cause: error });
}

function pathOf(error: unknown): string {
  const named = error instanceof Error && 'path' in error ? error.path : undefined;
  return typeof named === 'string' ? named : 'a file';
}
