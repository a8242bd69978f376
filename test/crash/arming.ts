import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The environment variable by which test/crash/arm.ts is told what to do. */
export const ARMED = 'STAT_HARNESS_TEST_ARMED';

export type Effect = 'kill' | 'ENOSPC' | 'EIO' | 'EPERM' | 'EACCES' | 'EBUSY';

/** What is to happen at fail points. */
export interface Arming {
  /** At each passage the folder is copied as it is: what a process that is killed at this moment leaves behind. */
  readonly snapshots?: { readonly of: string; readonly folder: string };
  /** At this name the process stands still until the file is there. */
  readonly hold?: { readonly name: string; readonly until: string };
  /** A file that gets a line with the name at each passage. */
  readonly names?: string;
  /** From the `nth` passage of a name on, the process is killed, or an error is thrown `times` times. */
  readonly at?: {
    readonly name: string;
    readonly nth: number;
    readonly effect: Effect;
    readonly times: number;
    /** Counts only what is about a path that begins so. */
    readonly below?: string;
  };
}

const HOOK = Symbol.for('statistic-harness.fail-point');

/** Arms the fail points of this process. Returns how often each name was passed, as it is counted. */
export function arm({ snapshots, names, hold, at }: Arming): ReadonlyMap<string, number> {
  const passed = new Map<string, number>();
  const takeSnapshot = snapshots && snapshotter(snapshots);
  let reached = 0;
  let failures = 0;
  Reflect.set(globalThis, HOOK, (name: string, path: string): void => {
    passed.set(name, (passed.get(name) ?? 0) + 1);
    takeSnapshot?.(name);
    if (names !== undefined) appendFileSync(names, `${name}\n`);
    if (hold?.name === name) while (!existsSync(hold.until)) standStill(50);
    if (at === undefined || at.name !== name || !path.startsWith(at.below ?? '')) return;
    reached += 1;
    if (reached < at.nth || failures >= at.times) return;
    if (at.effect === 'kill') process.kill(process.pid, 'SIGKILL');
    failures += 1;
    throw Object.assign(new Error(`${at.effect}: injected at ${name}`), {
      ...{ code: at.effect, errno: -1, syscall: 'write', path },
    });
  });
  return passed;
}

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

export function disarm(): void {
  Reflect.deleteProperty(globalThis, HOOK);
}

/** How a process is started with armed fail points. */
export function armed(arming: Arming): {
  readonly nodeArguments: readonly string[];
  readonly environment: Record<string, string>;
} {
  const module = fileURLToPath(new URL('./arm.ts', import.meta.url));
  return { nodeArguments: ['--import', module], environment: { [ARMED]: JSON.stringify(arming) } };
}

/** Killed at the `nth` passage of a fail point; of those about a path below a folder, where one is named. */
export function killedAt(name: string, nth = 1, below = '') {
  return armed({ at: { name, nth, effect: 'kill', times: 1, below } });
}

/** Copies a folder at each call, but where nothing has changed since the last; `index.txt` says which copy is of which name. */
function snapshotter({ of, folder }: NonNullable<Arming['snapshots']>): (name: string) => void {
  let last = '';
  let count = 0;
  return (name) => {
    const files = filesIn(of);
    const now = JSON.stringify(files);
    const isNew = now !== last;
    last = now;
    if (isNew) count += 1;
    const target = join(folder, String(count).padStart(4, '0'));
    appendFileSync(join(folder, 'index.txt'), `${name} ${target}\n`);
    if (!isNew) return;
    mkdirSync(target, { recursive: true });
    for (const { path, isFolder } of files) {
      if (isFolder) mkdirSync(join(target, path), { recursive: true });
      else copyIfThere(join(of, path), join(target, path));
    }
  };
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly changed: number;
}

function filesIn(folder: string): Found[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((path) => {
      const found = statSync(join(folder, path), { throwIfNoEntry: false });
      if (found === undefined) return [];
      const isFolder = found.isDirectory();
      return [{ path, isFolder, bytes: isFolder ? 0 : found.size, changed: isFolder ? 0 : found.mtimeMs }];
    });
}

/** Other threads work on: a file may go between two looks, a folder come. */
function copyIfThere(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  } catch (error) {
    if (statSync(from, { throwIfNoEntry: false }) !== undefined) throw error;
  }
}
