import { fileURLToPath } from 'node:url';

/** The environment variable by which test/crash/arm.ts is told what to do. */
export const ARMED = 'STAT_HARNESS_TEST_ARMED';

/** What is to happen at fail points. */
export interface Arming {
  /** Each name that is passed is appended to this file. */
  readonly log?: string;
  /** At each passage the folder is copied as it is: what a process that is killed at this moment leaves behind. */
  readonly snapshots?: { readonly of: string; readonly folder: string };
  /** From the `nth` passage of a name on, the process is killed, or an error is thrown `times` times. */
  readonly at?: {
    readonly name: string;
    readonly nth: number;
    readonly effect: 'kill' | 'ENOSPC' | 'EIO' | 'EPERM' | 'EBUSY';
    readonly times: number;
  };
}

/** How a process is started with armed fail points. */
export function armed(arming: Arming): {
  readonly nodeArguments: readonly string[];
  readonly environment: Record<string, string>;
} {
  const module = fileURLToPath(new URL('./arm.ts', import.meta.url));
  return {
    nodeArguments: ['--import', module],
    environment: { [ARMED]: JSON.stringify(arming) },
  };
}

/** Killed at the `nth` passage of a fail point. */
export function killedAt(name: string, nth = 1) {
  return armed({ at: { name, nth, effect: 'kill', times: 1 } });
}
