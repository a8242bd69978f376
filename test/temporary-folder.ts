import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** More than all that tests have in temporary files at once. */
const ROOM_BYTES = 8 * 2 ** 30;

/**
 * Where tests, and the processes that they start, are to make their temporary folders. In memory where the system has room
 * there: they write many small files, and each of those waits for the disk.
 */
export function folderOfTests(): string {
  return join(hasRoom('/dev/shm') ? '/dev/shm' : tmpdir(), `sh-tests-${process.pid}`);
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return process.platform === 'linux' && Math.min(bavail * bsize, freemem()) > ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Before the first test and after the last one. */
export default function setup({ config }: TestProject): () => void {
  const folder = config.env['TMPDIR'] ?? '';
  for (const name of readdirSync(dirname(folder))) if (isLeftOver(name)) remove(join(dirname(folder), name));
  mkdirSync(folder, { recursive: true });
  return () => remove(folder);
}

/** Of tests that were killed. */
function isLeftOver(name: string): boolean {
  const [, pid] = /^sh-tests-(\d+)$/.exec(name) ?? [];
  if (pid === undefined) return false;
  try {
    return !process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
