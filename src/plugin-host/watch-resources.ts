import { readdirSync, readFileSync } from 'node:fs';
import { isSystemError } from '../base/index.ts';

const TICK_MS = 25;
const PAGE_BYTES = 4096;

export interface Watch {
  /** The highest resident set of the whole process tree; null where it can't be watched. */
  readonly peakMemoryBytes: () => number | null;
  readonly stop: () => void;
}

export interface WatchOptions {
  readonly pid: number;
  readonly memoryBytes: number;
  readonly onMemory: () => void;
}

/** Looks at memory from outside (Linux), and calls out when the limit is passed. */
export function watchResources(options: WatchOptions): Watch {
  const watchesMemory = process.platform === 'linux';
  let peak = 0;
  const look = () => {
    if (watchesMemory) {
      const used = treeMemory(options.pid);
      peak = Math.max(peak, used);
      if (used > options.memoryBytes) options.onMemory();
    }
  };
  const timer = setInterval(look, TICK_MS);
  return {
    peakMemoryBytes: () => (watchesMemory ? peak : null),
    stop: () => clearInterval(timer),
  };
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
