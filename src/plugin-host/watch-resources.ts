import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../base/index.ts';

const TICK_MS = 25;
const SCRATCH_EVERY = 8;
const PAGE_BYTES = 4096;

export interface Watch {
  /** The highest resident set of the whole process tree; null where it can't be watched. */
  readonly peakMemoryBytes: () => number | null;
  readonly stop: () => void;
}

export interface WatchOptions {
  readonly pid: number;
  readonly scratch: string;
  readonly memoryBytes: number;
  readonly scratchBytes: number;
  readonly onMemory: () => void;
  readonly onScratch: () => void;
}

/** Looks at memory (Linux) and the scratch folder from outside, and calls out when a limit is passed. */
export function watchResources(options: WatchOptions): Watch {
  const watchesMemory = process.platform === 'linux';
  let peak = 0;
  let tick = 0;
  const look = () => {
    if (watchesMemory) {
      const used = treeMemory(options.pid);
      peak = Math.max(peak, used);
      if (used > options.memoryBytes) options.onMemory();
    }
    if (tick++ % SCRATCH_EVERY === 0 && folderBytes(options.scratch) > options.scratchBytes)
      options.onScratch();
  };
  const timer = setInterval(look, TICK_MS);
  return {
    peakMemoryBytes: () => (watchesMemory ? peak : null),
    stop: () => clearInterval(timer),
  };
}

/** Bytes of all files in a folder, however deep. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of orNothing(() => readdirSync(folder, { withFileTypes: true }), [])) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory() ? folderBytes(path) : orNothing(() => lstatSync(path).size, 0);
  }
  return bytes;
}

/** Resident bytes of a process and all its descendants. */
function treeMemory(pid: number): number {
  const pages = Number(orNothing(() => readFileSync(`/proc/${pid}/statm`, 'latin1'), '0 0').split(' ')[1]);
  return childrenOf(pid).reduce((sum, child) => sum + treeMemory(child), pages * PAGE_BYTES);
}

function childrenOf(pid: number): number[] {
  const threads = orNothing(() => readdirSync(`/proc/${pid}/task`), []);
  return threads.flatMap((thread) =>
    orNothing(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1'), '')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number),
  );
}

/** What is read may be gone by then. */
function orNothing<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL')) return nothing;
    throw error;
  }
}
