import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isSystemError } from './errors.ts';
import { byCodePoint } from './order.ts';

/** Whether a file or folder is there; what can't be told is an error. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

/** The names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Something below a folder that is no folder itself. */
export interface EntryBelow {
  /** From the folder on, with forward slashes. */
  readonly path: string;
  /** False for a link, a pipe and the like. */
  readonly isPlain: boolean;
}

/** Everything below a folder, however deep, but the folders, by path; nothing where there is no folder. */
export async function entriesBelow(folder: string): Promise<EntryBelow[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({
        path: relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'),
        isPlain: entry.isFile(),
      }))
      .sort((a, b) => byCodePoint(a.path, b.path));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

/** The paths of the plain files below a folder, with forward slashes, in order; none where there is no folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await entriesBelow(folder)).filter(({ isPlain }) => isPlain).map(({ path }) => path);
}

/** Bytes of all files below a path, and when the newest was written. */
export async function sizeAndAge(
  path: string,
): Promise<{ readonly bytes: number; readonly written: number }> {
  const found = await stat(path).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (found === undefined) return { bytes: 0, written: 0 };
  if (!found.isDirectory()) return { bytes: found.size, written: found.mtimeMs };
  const inside = await Promise.all((await namesIn(path)).map((name) => sizeAndAge(join(path, name))));
  return {
    bytes: inside.reduce((sum, { bytes }) => sum + bytes, 0),
    written: inside.reduce((newest, { written }) => Math.max(newest, written), found.mtimeMs),
  };
}
