import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../base/index.ts';
import type { LimitName, Limits } from '../contract/index.ts';

const TICK_MS = 25;
/** Linux tells the processor time of a process in these, whatever its kernel counts in. */
const TICKS_PER_SECOND = 100;
const MEBIBYTE = 2 ** 20;
/** What the sandbox's runtime takes before a plugin does anything; it comes on top of the plugin's limit. */
export const SANDBOX_RUNTIME_BYTES = 64 * MEBIBYTE;

export interface Watch {
  /** The highest resident set of the whole process tree; null where it can't be watched. */
  readonly peakMemoryBytes: () => number | null;
  readonly stop: () => void;
}

/** What a process and all its descendants use at one moment. */
interface Usage {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
  /** Each thread, those of the first process too. */
  readonly threads: number;
}

/** How a process tree can be looked at from outside on this machine, or why it can not. */
type Watchable =
  | { readonly pageBytes: number; readonly problem?: never }
  | { readonly pageBytes?: never; readonly problem: string };

let probed: Watchable | undefined;

/** Whether a process tree can be looked at from outside. Tried once per process. */
export function tryWatch(): Watchable {
  probed ??=
    process.platform === 'linux'
      ? probeProcess(`/proc/${process.pid}`)
      : { problem: `there is no such thing on ${process.platform}` };
  return probed;
}

/** The same, by what the kernel tells in the folder of a process that lives. */
export function probeProcess(folder: string): Watchable {
  const [thread = ''] = orNothing(() => readdirSync(join(folder, 'task')), []);
  if (
    orNothing(() => readFileSync(join(folder, 'task', thread, 'children'), 'latin1'), undefined) === undefined
  )
    return { problem: 'the kernel does not tell the children of a process (CONFIG_PROC_CHILDREN)' };
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(textOf(join(folder, 'status')))?.[1] ?? 0);
  const pages = residentPages(folder);
  if (kibibytes === 0 || pages === 0) return { problem: 'the kernel does not tell the memory of a process' };
  // Both are read a moment apart; a page is a power of two.
  return { pageBytes: 2 ** Math.round(Math.log2((kibibytes * 1024) / pages)) };
}

/** Looks at a process tree from outside, several times a second, and calls out when a limit is passed. */
export function watchResources(pid: number, limits: Limits, onLimit: (limit: LimitName) => void): Watch {
  const { pageBytes } = tryWatch();
  if (pageBytes === undefined) return { peakMemoryBytes: () => null, stop: () => undefined };
  let peak = 0;
  const look = () => {
    const usage = usageOf(pid, pageBytes);
    peak = Math.max(peak, usage.memoryBytes);
    const passed = passedLimit(usage, limits);
    if (passed !== undefined) onLimit(passed);
  };
  const timer = setInterval(look, TICK_MS);
  return {
    peakMemoryBytes: () => peak,
    stop: () => clearInterval(timer),
  };
}

function passedLimit(usage: Usage, limits: Limits): LimitName | undefined {
  if (usage.memoryBytes > limits.memory_mb * MEBIBYTE + SANDBOX_RUNTIME_BYTES) return 'memory_mb';
  if (usage.cpuSeconds > limits.cpu_s) return 'cpu_s';
  if (usage.openFiles > limits.open_files) return 'open_files';
  return usage.threads > limits.processes ? 'processes' : undefined;
}

function usageOf(pid: number, pageBytes: number): Usage {
  const threads = orNothing(() => readdirSync(`/proc/${pid}/task`), []);
  const own: Usage = {
    memoryBytes: residentPages(`/proc/${pid}`) * pageBytes,
    cpuSeconds: cpuSecondsIn(textOf(`/proc/${pid}/stat`)),
    openFiles: orNothing(() => readdirSync(`/proc/${pid}/fd`), []).length,
    threads: threads.length,
  };
  const children = threads.flatMap((thread) => numbersIn(textOf(`/proc/${pid}/task/${thread}/children`)));
  return children.map((child) => usageOf(child, pageBytes)).reduce(together, own);
}

function together(a: Usage, b: Usage): Usage {
  return {
    memoryBytes: a.memoryBytes + b.memoryBytes,
    cpuSeconds: a.cpuSeconds + b.cpuSeconds,
    openFiles: a.openFiles + b.openFiles,
    threads: a.threads + b.threads,
  };
}

/** User and system time of a process and of those children of it that have ended, from its `stat`. */
function cpuSecondsIn(stat: string): number {
  // The name before the last ")" may hold anything; utime, stime, cutime, cstime are the 12th to 15th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
  return ticks / TICKS_PER_SECOND;
}

function residentPages(folder: string): number {
  return Number(textOf(join(folder, 'statm')).split(' ')[1] ?? 0);
}

function numbersIn(text: string): number[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

function textOf(path: string): string {
  return orNothing(() => readFileSync(path, 'latin1'), '');
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
