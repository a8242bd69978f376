import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from './clock.ts';
import { isSystemError } from './errors.ts';
import { removeTree } from './files.ts';
import { namesIn } from './folders.ts';
import { isLeftBehind } from './process-mark.ts';

/** The name of a file, and behind it who is writing it. Older engines gave no mark. */
const TEMPORARY = /^(.+?)(?:\.([0-9a-f]{12}-\d+))?\.[0-9a-f]{4,32}\.tmp(?:-journal)?$/;

/**
 * Of a temporary file the name of what it is to become, and the mark of who writes it, empty where it bears none.
 * Undefined where it is no such file.
 */
export function temporaryOf(name: string): { readonly of: string; readonly mark: string } | undefined {
  const [, of, mark = ''] = TEMPORARY.exec(name) ?? [];
  return of === undefined ? undefined : { of, mark };
}

/**
 * Removes what processes that are gone left beside a file when they died while they wrote it: whoever writes into a
 * folder of the operator's does this first.
 */
export async function removeTemporariesOf(path: string): Promise<void> {
  for (const name of await namesIn(dirname(path))) {
    const temporary = temporaryOf(name);
    const file = join(dirname(path), name);
    if (temporary?.of !== basename(path)) continue;
    const written = await writtenAt(file);
    if (written !== undefined && isLeftBehind(temporary.mark, { written, now: systemClock.now() }))
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
