import type { Attempt, Execution } from './attack.ts';
import { BUNDLES } from './attacks/bundles.ts';
import { CODE_LOADING } from './attacks/code-loading.ts';
import { ENVIRONMENT } from './attacks/environment.ts';
import { FILE_SYSTEM, FILE_SYSTEM_ENDS } from './attacks/file-system.ts';
import { NETWORK, NETWORK_ENDS } from './attacks/network.ts';
import { PERSISTENCE } from './attacks/persistence.ts';
import { PROCESSES } from './attacks/processes.ts';
import { PROTOCOL } from './attacks/protocol.ts';
import { RESOURCES } from './attacks/resources.ts';
import { SQL } from './attacks/sql.ts';
import { TAMPERING } from './attacks/tampering.ts';
import { TIME_AND_RANDOMNESS } from './attacks/time-and-randomness.ts';

/** Attempts that share executions, by group. */
export const ATTEMPTS: readonly Attempt[] = [
  ...FILE_SYSTEM,
  ...NETWORK,
  ...PROCESSES,
  ...ENVIRONMENT,
  ...CODE_LOADING,
  ...PERSISTENCE,
  ...TIME_AND_RANDOMNESS,
];

/** Attacks that need an execution of their own, since they end it. */
export const EXECUTIONS: readonly Execution[] = [
  ...FILE_SYSTEM_ENDS,
  ...NETWORK_ENDS,
  ...RESOURCES,
  ...PROTOCOL,
  ...TAMPERING,
];

/** Every attack of the suite, in one table. */
export const ATTACKS = [...ATTEMPTS, ...EXECUTIONS, ...SQL, ...BUNDLES];

export { ENDLESS_SQL, SQL } from './attacks/sql.ts';
