import type { LimitName, Limits } from '../../src/contract/index.ts';
import type { DataDoor, ExecutionEnd, ExecutionRequest } from '../../src/plugin-host/index.ts';
import type { BundleKit } from '../plugin-registry/bundle-kit.ts';

/** What the escape suite has attacks of. */
export const GROUPS = [
  'file system',
  'network',
  'processes and signals',
  'environment and host facts',
  'code loading',
  'persistence',
  'time and randomness',
  'resources',
  'protocol',
  'tampering',
  'SQL',
  'bundles',
] as const;
export type Group = (typeof GROUPS)[number];

interface Named {
  readonly group: Group;
  readonly name: string;
}

/**
 * One thing that a plugin tries: the body of an async function of `at` (the world's places, see world.ts) and `ctx`.
 * Many attempts share one execution; each is judged for itself.
 */
export interface Attempt extends Named {
  readonly kind: 'attempt';
  readonly code: string;
  /** What it gives where nothing stands in its way: in Deno with every permission. Otherwise it would be a dud. */
  readonly works: RegExp;
  /** How it is denied: the error, as `Name: message`. */
  readonly denied?: RegExp;
  /** Where it is no error: what it gives instead. */
  readonly gives?: RegExp;
  /** How bubblewrap alone denies it, with every permission of Deno granted. Left out where only Deno's permissions do. */
  readonly inBubblewrap?: RegExp;
  /** `plain`: what denies it is the hygiene of globals. `bare`: with plain globals a module of Node's breaks at once. */
  readonly only?: 'plain' | 'bare';
}

/** A plugin of its own, since it ends its execution. */
export interface Execution extends Named {
  readonly kind: 'execution';
  /** The module. */
  readonly code: string;
  readonly status: ExecutionEnd['status'];
  readonly reason?: RegExp;
  /** The limit that ended it. */
  readonly limit?: LimitName;
  readonly limits?: Partial<Limits>;
  readonly settings?: Record<string, unknown>;
  readonly start?: Partial<ExecutionRequest['start']>;
  readonly door?: Partial<DataDoor>;
  /** How it ends in bubblewrap, where that is another way. */
  readonly inBubblewrap?: Pick<Execution, 'status' | 'limit' | 'reason'>;
  /** What it took of what is limited, and the limit: at most twice of it. */
  readonly bound?: (took: Took) => { readonly took: number; readonly limit: number };
  /** Linux alone limits it from outside. */
  readonly linuxOnly?: true;
}

/** What an execution took, measured from outside. */
export interface Took {
  readonly peakMemoryBytes: number;
  readonly cpuSeconds: number;
  readonly logBytes: number;
}

/** A query that reaches for more than the rows of the dataset, and a benign one that looks like it. */
export interface SqlAttack extends Named {
  readonly kind: 'sql';
  readonly sql: string;
  readonly refused: RegExp;
  readonly twin: string;
}

/** A bundle that has to be refused; `kit` makes it of a good one, which is installed. */
export interface BundleAttack extends Named {
  readonly kind: 'bundle';
  readonly make: (kit: BundleKit) => Promise<Buffer> | Buffer;
  readonly refused: RegExp;
}

/** A permission of Deno that an attempt lacks. */
export const lacks = (permission: string): RegExp => new RegExp(`Requires ${permission} access`);
