import {
  closeSync,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failPoint, isSystemError } from '../base/index.ts';

// Durable file operations that don't wait for the event loop: opening the state is one step, with a restore finished
// on the way. What the rest of the program uses is in base/files.ts.

const RETRIED = ['EPERM', 'EACCES', 'EBUSY'];
const ATTEMPTS = 10;

/** Renames a file and syncs the folder it lands in; copies where that is on another drive. */
export function moveNow(from: string, to: string, rename: Rename = renameSync): void {
  try {
    renamePatiently(from, to, rename);
  } catch (error) {
    if (!isSystemError(error, 'EXDEV')) throw error;
    const temporary = `${to}.tmp`;
    copyFileSync(from, temporary);
    syncNow(temporary);
    renamePatiently(temporary, to, renameSync);
    rmSync(from);
  }
  syncFolderOf(to);
}

type Rename = (from: string, to: string) => void;

/** Tries again, with growing pauses, while Windows (or a virus scanner) holds the file. */
function renamePatiently(from: string, to: string, rename: Rename): void {
  for (let attempt = 1; ; attempt++) {
    try {
      failPoint('entry.renaming', to);
      rename(from, to);
      failPoint('entry.renamed', to);
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS || !isSystemError(error, ...RETRIED)) throw error;
      pause(Math.min(10 * 2 ** attempt, 1000));
    }
  }
}

/** Writes a small file and syncs it. */
export function writeNow(path: string, content: string): void {
  failPoint('file.creating', path);
  writeFileSync(path, content);
  syncNow(path);
}

/** Syncs a file's content to disk. */
export function syncNow(path: string): void {
  withDescriptor(path, 'r+');
}

/** Syncs a folder's entries; Windows can't open folders, and needs no such call. */
function syncFolderOf(path: string): void {
  if (process.platform !== 'win32') withDescriptor(dirname(path), 'r');
}

function withDescriptor(path: string, mode: 'r' | 'r+'): void {
  const descriptor = openSync(path, mode);
  try {
    failPoint(mode === 'r' ? 'folder.syncing' : 'file.syncing', path);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Makes a folder and the parents that it lacks, step by step, as `ensureDirectory` does. */
export function makeFolderNow(path: string): void {
  const isThere = () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isThere()) return;
  const parent = dirname(resolve(path));
  if (parent !== resolve(path)) makeFolderNow(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isThere()) throw error;
  }
}
