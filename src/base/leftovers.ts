import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from './clock.ts';
import { isSystemError } from './errors.ts';
import { removeTree } from './files.ts';
import { namesIn } from './folders.ts';
import { isLeftBehind } from './process-mark.ts';

/** Behind the name of a file: who is writing it. Older engines gave no mark. */
const TEMPORARY = /^(?:([0-9a-f]{12}-\d+)\.)?[0-9a-f]{4,32}\.tmp(?:-journal)?$/;

/** The mark of a temporary file beside `name`; empty where it bears none, undefined where it is no such file. */
export function markOfTemporary(name: string, of: string): string | undefined {
  if (!name.startsWith(`${of}.`)) return undefined;
  const found = TEMPORARY.exec(name.slice(of.length + 1));
  return found === null ? undefined : (found[1] ?? '');
}

/**
 * Removes what processes that are gone left beside a file when they died while they wrote it: whoever writes into a
 * folder of the operator's does this first.
 */
export async function removeTemporariesOf(path: string): Promise<void> {
  for (const name of await namesIn(dirname(path))) {
    const mark = markOfTemporary(name, basename(path));
    const file = join(dirname(path), name);
    if (mark === undefined) continue;
    const written = await writtenAt(file);
    if (written !== undefined && isLeftBehind(mark, { written, now: systemClock.now() }))
      await removeTree(file);
  }
}

async function writtenAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
