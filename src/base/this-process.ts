import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSystemError } from './errors.ts';

/** Where the id of a process means something: on a machine, since its start, in one space of ids. */
export interface Place {
  readonly host: string;
  readonly boot_id: string;
  readonly pid_space: string;
}

/** What can't be learned: boot and start time on Windows and macOS, without starting another program. */
export const UNKNOWN = 'unknown';

/** Where this process runs. */
export function thisPlace(): Place {
  const machine = readLine('/etc/machine-id') ?? hostname();
  return {
    boot_id: readLine('/proc/sys/kernel/random/boot_id') ?? UNKNOWN,
    host: `${process.platform}:${machine}`,
    pid_space: pidSpace(),
  };
}

/** When a process of this place was started, in clock ticks since boot; `unknown` off Linux. */
export function processStart(pid: number): string {
  return processFacts(pid)?.start ?? UNKNOWN;
}

/** Whether a process of this place lives: by pid and start time on Linux, by the pid alone elsewhere. When in doubt, yes. */
export function isPidAlive(pid: number, start: string = UNKNOWN): boolean {
  const facts = processFacts(pid);
  if (facts === undefined) return answersSignals(pid);
  if (facts.ended) return false;
  return start === UNKNOWN || facts.start === start;
}

interface ProcessFacts {
  /** Field 22 of proc_pid_stat(5). */
  readonly start: string;
  /** Ended, but not yet collected by its parent. */
  readonly ended: boolean;
}

function processFacts(pid: number): ProcessFacts | undefined {
  const line = readLine(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses, which may hold spaces and parentheses itself.
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const start = fields?.[19];
  if (state === undefined || start === undefined) return undefined;
  return { start, ended: state === 'Z' || state === 'X' };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isSystemError(error, 'ESRCH');
  }
}

function pidSpace(): string {
  if (process.platform !== 'linux') return process.platform;
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return UNKNOWN;
  }
}

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
