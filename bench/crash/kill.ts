import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Arming, armed } from '../../test/crash/arming.ts';

/** Where a process is killed: at a passage of a fail point, or some time after its start. */
export type Moment = { readonly point: string; readonly nth: number } | { readonly milliseconds: number };

/** What a command does when nobody disturbs it. */
export interface Undisturbed {
  readonly milliseconds: number;
  /** How often each fail point is passed, sorted by name. */
  readonly passages: readonly (readonly [string, number])[];
}

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'stat-harness.mjs');

/**
 * Starts the command line and kills it. True only where the system says that the process was ended by SIGKILL; one that
 * had ended before, well or not, was not killed. Throws where it had ended with an error.
 */
export async function kill(args: readonly string[], moment: Moment): Promise<boolean> {
  const ended = await ('point' in moment
    ? start(args, { at: { name: moment.point, nth: moment.nth, effect: 'kill', times: 1 } })
    : start(args, {}, moment.milliseconds));
  if (ended.signal === 'SIGKILL') return true;
  if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.errors}`);
  return false;
}

/** Lets a command end, and says how long it took and what it passed. */
export async function undisturbed(args: readonly string[], folder: string): Promise<Undisturbed> {
  const names = join(folder, 'passed.txt');
  const began = performance.now();
  const ended = await start(args, { names });
  const milliseconds = performance.now() - began;
  if (ended.code !== 0) throw new Error(`${args.join(' ')} ended with ${ended.code}: ${ended.errors}`);
  const passed = readFileSync(names, 'utf8').trim().split('\n');
  rmSync(names);
  const counts = Map.groupBy(passed, (name) => name);
  return { milliseconds, passages: [...counts].map(([name, all]) => [name, all.length] as const).sort() };
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

function start(args: readonly string[], arming: Arming, killAfter?: number): Promise<Ended> {
  const { nodeArguments, environment } = armed(arming);
  const child = spawn(process.execPath, [...nodeArguments, LAUNCHER, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (data: Buffer) => void errors.push(data));
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Not `close`: what it had started may hold its error stream for a moment longer.
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, errors: Buffer.concat(errors).toString() });
    });
  });
}
