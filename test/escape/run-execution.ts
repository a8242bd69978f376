import { readFileSync } from 'node:fs';
import { executeHostile, type HostileEnd } from '../plugin-host/execute-hostile.ts';
import type { Execution, Took } from './attack.ts';

/** Clock ticks of /proc are hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

/** Executes an attack that ends its execution, with bare globals, and measures from outside what it took. */
export async function executeMeasured(
  { code, limits, settings, start, door }: Pick<Execution, 'code' | 'limits' | 'settings' | 'start' | 'door'>,
  osSandbox: 'auto' | 'off',
): Promise<HostileEnd & { readonly took: Took }> {
  const watch = watchCpu();
  const done = await executeHostile('', {
    ...{ code, osSandbox, bareGlobals: true },
    // Ample, so that on a busy machine nothing ends by another limit than the one that is tried.
    limits: { wall_s: 60, cpu_s: 60, ...limits },
    ...(settings && { settings }),
    ...(start && { start }),
    ...(door && { door }),
  }).finally(watch.stop);
  return {
    ...done,
    took: {
      peakMemoryBytes: done.end.peakMemoryBytes ?? 0,
      cpuSeconds: watch.seconds(),
      logBytes: done.log.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    },
  };
}

/** Looks at the processor time of everything that this process has started; 0 where the system does not tell. */
function watchCpu(): { seconds(): number; stop(): void } {
  const seen = new Map<string, number>();
  const look = () => {
    for (const pid of descendants(process.pid)) {
      const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
      seen.set(pid, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND);
    }
  };
  const timer = setInterval(look, 20);
  return {
    seconds: () => [...seen.values()].reduce((sum, seconds) => sum + seconds, 0),
    stop: () => clearInterval(timer),
  };
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
