import Type, { type Static } from 'typebox';
import { isPidAlive, processStart, thisPlace, UNKNOWN } from '../base/index.ts';
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

/** This process as an owner. */
export function currentOwner(): Owner {
  return { pid: process.pid, process_start: processStart(process.pid), ...thisPlace() };
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
export function isProcessAlive({ pid, process_start }: Owner): boolean {
  return isPidAlive(pid, process_start);
}

/** An owner in words, for messages. */
export function describeOwner(owner: Owner): string {
  return `${owner.pid} on ${owner.host}`;
}
