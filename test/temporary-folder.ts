import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** More than all that tests have in temporary files at once. */
const ROOM_BYTES = 8 * 2 ** 30;

/** Types of file systems, as Linux counts them: tmpfs, ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];

const NAME = `sh-tests-${process.pid}`;

/**
 * Where tests, and the processes that they start, are to make their temporary folders. In memory where the system has room
 * there: they write many small files, and each of those waits for the disk.
 */
export function folderOfTests(): string {
  return join(hasRoom('/dev/shm') ? '/dev/shm' : tmpdir(), NAME);
}

/** The same on a disk, for tests of what a crash leaves: in memory nothing waits for `fsync`. */
export function folderOnDisk(): string {
  const beside = join(import.meta.dirname, '..', 'node_modules', '.cache', 'statistic-harness');
  return join(isInMemory(tmpdir()) ? beside : tmpdir(), NAME);
}

/** Whether a folder that is there lies on a file system in memory. */
export function isInMemory(folder: string): boolean {
  return process.platform === 'linux' && IN_MEMORY.includes(statfsSync(folder).type);
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return process.platform === 'linux' && Math.min(bavail * bsize, freemem()) > ROOM_BYTES;
  } catch {
    return false;
  }
}

/** In the folder of the tests: the run of the example that they share. */
export const EXAMPLE_RUN = 'example-run';

/** Before the first test and after the last one; where files are watched, what tests share is made anew after each edit. */
export default function setup(project: Pick<TestProject, 'config' | 'onTestsRerun'>): () => void {
  const folder = project.config.env['TMPDIR'] ?? '';
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(dirname(folder))) if (isLeftOver(name)) remove(join(dirname(folder), name));
  project.onTestsRerun(async () => remove(join(folder, EXAMPLE_RUN)));
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
