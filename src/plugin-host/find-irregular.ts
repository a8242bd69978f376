import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesBelow } from '../base/index.ts';

/** The first thing in a folder (or the folder itself) that is neither a plain file nor a plain folder, if any. */
export async function findIrregular(folder: string): Promise<string | undefined> {
  const own = await lstat(folder);
  if (!own.isDirectory()) return own.isFile() ? undefined : folder;
  const found = (await entriesBelow(folder)).find(({ isPlain }) => !isPlain);
  return found === undefined ? undefined : join(folder, found.path);
}
