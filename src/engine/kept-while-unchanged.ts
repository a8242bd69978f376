import { stat } from 'node:fs/promises';
import { isSystemError, systemClock } from '../base/index.ts';

/** A file that was written so lately may be written again within the same tick of the drive's clock. */
const SETTLED_MS = 2000;

/**
 * Keeps in this process what was made of files, as long as none of them was written, replaced or moved: which device and
 * inode they are, their size, and when content and inode changed last, as finely as the drive notes it. POSIX lets nobody set
 * back when an inode changed; NTFS lets a program do that, and FAT and some shares note no such time, or no inode: there, whoever
 * sets the time of the content back is not seen. Nor is what a drive loses by itself: whatever is to be cited is read anew.
 */
export function keptWhileUnchanged<T>() {
  const kept = new Map<string, { readonly stamp: string; readonly made: T }>();
  return async (key: string, files: () => Promise<readonly string[]>, make: () => Promise<T>): Promise<T> => {
    const before = await stampOf(await files());
    const known = kept.get(key);
    if (known !== undefined && known.stamp === before?.stamp) return known.made;
    const made = await make();
    const after = await stampOf(await files());
    if (before?.settled === true && before.stamp === after?.stamp)
      kept.set(key, { stamp: before.stamp, made });
    else kept.delete(key);
    return made;
  };
}

/** Undefined where one of them is not there. */
async function stampOf(files: readonly string[]) {
  const now = Date.parse(systemClock.now());
  try {
    const all = await Promise.all(files.map((path) => stat(path, { bigint: true })));
    return {
      stamp: all
        .map(({ dev, ino, size, mtimeNs, ctimeNs }, i) =>
          [files[i], dev, ino, size, mtimeNs, ctimeNs].join(' '),
        )
        .join('\n'),
      settled: all.every(
        ({ mtimeMs, ctimeMs }) => now - Math.max(Number(mtimeMs), Number(ctimeMs)) > SETTLED_MS,
      ),
    };
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
