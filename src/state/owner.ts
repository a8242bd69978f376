import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import Type, { type Static } from 'typebox';
import { isSystemError } from '../base/index.ts';
import { closed } from '../contract/index.ts';

/**
 * A process that holds a lock or executes a run. A pid alone says nothing after a restart, so its start time and the
 * machine's boot go with it. `host` and `pid_space` say where the pid means anything at all.
 *
 * On Windows and macOS a process can't learn boot and start time without starting another program; both are
 * `unknown` there, and an owner counts as alive as long as any process has its pid.
 */
export const Owner = closed({
  pid: Type.Integer({ minimum: 1 }),
  process_start: Type.String(),
  boot_id: Type.String(),
  host: Type.String(),
  pid_space: Type.String(),
});
export type Owner = Static<typeof Owner>;

/** Tells whether the process of an owner of this very pid space still exists. */
export type IsAlive = (owner: Owner) => boolean;

/** `foreign`: in a pid space that can't be seen from here; it may be alive. */
export type OwnerState = 'alive' | 'dead' | 'foreign';

const UNKNOWN = 'unknown';

/** This process as an owner. */
export function currentOwner(): Owner {
  const machine = readLine('/etc/machine-id') ?? hostname();
  return {
    pid: process.pid,
    process_start: processFacts(process.pid)?.start ?? UNKNOWN,
    boot_id: readLine('/proc/sys/kernel/random/boot_id') ?? UNKNOWN,
    host: `${process.platform}:${machine}`,
    pid_space: pidSpace(),
  };
}

/** What can be said of `owner` from where `self` runs. */
export function ownerState(owner: Owner, self: Owner, isAlive: IsAlive): OwnerState {
  if (owner.host !== self.host) return 'foreign';
  const bothKnown = owner.boot_id !== UNKNOWN && self.boot_id !== UNKNOWN;
  // Nothing survives a restart of the machine, whatever pid space it was in.
  if (bothKnown && owner.boot_id !== self.boot_id) return 'dead';
  if (owner.pid_space !== self.pid_space) return 'foreign';
  return isAlive(owner) ? 'alive' : 'dead';
}

/** The real `IsAlive`: pid and start time on Linux, the pid alone elsewhere. When in doubt, alive. */
export function isProcessAlive(owner: Owner): boolean {
  const facts = processFacts(owner.pid);
  if (facts === undefined) return answersSignals(owner.pid);
  if (facts.ended) return false;
  return owner.process_start === UNKNOWN || facts.start === owner.process_start;
}

/** An owner in words, for messages. */
export function describeOwner(owner: Owner): string {
  return `${owner.pid} on ${owner.host}`;
}

interface ProcessFacts {
  /** Start time in clock ticks since boot (field 22 of proc_pid_stat(5)). */
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
