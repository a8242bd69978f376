import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { DataDoor } from '../../src/plugin-host/index.ts';
import { executeHostile, type HostileEnd, NO_DATA } from '../plugin-host/execute-hostile.ts';
import type { Execution, Took } from './attack.ts';

/** Clock ticks of /proc are hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

/** Of the flags with which a file was opened: O_WRONLY and O_RDWR. */
const WRITABLE = 3;

type Executed = Pick<Execution, 'code' | 'limits' | 'settings' | 'start' | 'door' | 'manifest' | 'bound'>;

/** Executes an attack that ends its execution, with bare globals, and measures from outside what it took. */
export async function executeMeasured(
  { code, limits, settings, start, door, manifest, bound }: Executed,
  osSandbox: 'auto' | 'off',
): Promise<HostileEnd & { readonly took: Took }> {
  const watch = watchFromOutside(bound !== undefined);
  let questions = 0;
  const query: DataDoor['query'] = (...asked) => {
    questions += 1;
    return (door?.query ?? NO_DATA.query)(...asked);
  };
  const done = await executeHostile('', {
    ...{ code, osSandbox, bareGlobals: true },
    // Ample, so that on a busy machine nothing ends by another limit than the one that is tried.
    limits: { wall_s: 60, cpu_s: 60, ...limits },
    ...(settings && { settings }),
    ...(start && { start }),
    ...(manifest && { manifest }),
    door: { ...door, query },
  }).finally(watch.stop);
  const { end, log, progress } = done;
  const kept = end.status === 'ok' ? [JSON.stringify(end.output), ...end.artifacts.values()] : [];
  return {
    ...done,
    took: {
      ...watch.took(),
      peakMemoryBytes: end.peakMemoryBytes ?? 0,
      keptBytes: [...kept, ...log.map((line) => `${line}\n`)].reduce(
        (sum, it) => sum + Buffer.byteLength(it),
        0,
      ),
      ...{ progress, questions },
    },
  };
}

/** Looks at everything that this process starts from now on; all 0 where the system does not tell, or nobody asks. */
function watchFromOutside(isAsked: boolean) {
  const before = new Set(descendants(process.pid));
  const cpu = new Map<string, number>();
  const most = { openFiles: 0, threads: 0, diskBytes: 0 };
  const look = () => {
    const now = { openFiles: 0, threads: 0, diskBytes: 0 };
    for (const pid of descendants(process.pid)) {
      if (before.has(pid)) continue;
      cpu.set(pid, cpuSecondsOf(pid));
      const files = listed(`/proc/${pid}/fd`);
      now.openFiles += files.length;
      now.threads += listed(`/proc/${pid}/task`).length;
      for (const file of files) now.diskBytes += writtenBytes(`/proc/${pid}/fd/${file}`);
    }
    for (const what of ['openFiles', 'threads', 'diskBytes'] as const)
      most[what] = Math.max(most[what], now[what]);
  };
  const timer = isAsked ? setInterval(look, 20) : undefined;
  return {
    took: () => ({ ...most, cpuSeconds: [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0) }),
    stop: () => clearInterval(timer),
  };
}

function cpuSecondsOf(pid: string): number {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** Bytes of an open file that is the plugin's own: the sandbox has no file open to be written. */
function writtenBytes(link: string): number {
  try {
    const found = statSync(link);
    if (!found.isFile()) return 0;
    const { flags } = /^flags:\s+(?<flags>\d+)$/m.exec(read(link.replace('/fd/', '/fdinfo/')))?.groups ?? {};
    return (Number.parseInt(flags ?? '0', 8) & WRITABLE) !== 0 ? found.size : 0;
  } catch {
    return 0;
  }
}

function descendants(pid: number | string): string[] {
  const children = process.platform === 'linux' ? read(`/proc/${pid}/task/${pid}/children`).trim() : '';
  return children === '' ? [] : children.split(' ').flatMap((child) => [child, ...descendants(child)]);
}

/** A file of /proc; nothing where its process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function listed(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
