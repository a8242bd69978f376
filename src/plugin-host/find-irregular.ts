import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The first thing in a folder (or the folder itself) that is neither a plain file nor a plain folder, if any. */
export async function findIrregular(folder: string): Promise<string | undefined> {
  const own = await lstat(folder);
  if (!own.isDirectory()) return own.isFile() ? undefined : folder;
  for (const name of (await readdir(folder)).sort()) {
    const found = await findIrregular(join(folder, name));
    if (found !== undefined) return found;
  }
  return undefined;
}
