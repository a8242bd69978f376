import type { LimitName, Limits, PluginManifest } from '../../src/contract/index.ts';
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

/** A frame of the protocol; `length` and `kind` as it should be where left out. */
export interface Frame {
  readonly kind?: number;
  readonly json?: string;
  readonly hex?: string;
  readonly length?: number;
}

/**
 * A plugin of its own, since it ends its execution, or changes all of its world. That it is no dud is shown by a canary, by
 * what it takes, or by a twin.
 */
export interface Execution extends Named {
  readonly kind: 'execution';
  /** The module; `{{secret}}` is where the world has its secret, and so on with all its places. */
  readonly code: string;
  readonly status: ExecutionEnd['status'];
  readonly reason?: RegExp;
  /** The limit that ended it. */
  readonly limit?: LimitName;
  readonly limits?: Partial<Limits>;
  readonly settings?: Record<string, unknown>;
  readonly start?: Partial<ExecutionRequest['start']>;
  readonly door?: Partial<DataDoor>;
  readonly manifest?: Partial<PluginManifest>;
  /** How it ends in bubblewrap, where that is another way. */
  readonly inBubblewrap?: Pick<Execution, 'status' | 'limit' | 'reason'>;
  /** What is seen of it in Deno with every permission, before a host that judges nothing. */
  readonly canary?: RegExp;
  /** A message, or the body of a plugin, that looks like it, and that is accepted. */
  readonly twin?: Frame | string;
  /** What it took of what is limited, and the most that the margin of its limit lets it take: docs/explain/sandbox.md. */
  readonly bound?: (took: Took) => { readonly took: number; readonly most: number };
  /** Linux alone limits it from outside. */
  readonly linuxOnly?: true;
}

/** What an execution took, measured from outside. */
export interface Took {
  readonly peakMemoryBytes: number;
  readonly cpuSeconds: number;
  /** What was kept of log, files and output. */
  readonly keptBytes: number;
  /** The most at once, of all its processes. */
  readonly openFiles: number;
  readonly threads: number;
  /** In files that it holds open, also those that have no name any more. */
  readonly diskBytes: number;
  /** How often it had reported progress when it was ended: it does after each call. */
  readonly progress: number;
  /** How many questions had reached the data. */
  readonly questions: number;
}

/** A query that reaches for more than the rows of the dataset, and a benign one that looks like it. */
export interface SqlAttack extends Named {
  readonly kind: 'sql';
  readonly sql: string;
  readonly refused: RegExp;
  readonly twin: string;
}

/** A bundle that has to be refused, and one that looks like it and is installed; both are made of a good one. */
export interface BundleAttack extends Named {
  readonly kind: 'bundle';
  readonly make: (kit: BundleKit) => Promise<Buffer> | Buffer;
  readonly twin: BundleAttack['make'];
  readonly refused: RegExp;
}

/** A permission of Deno that an attempt lacks. */
export const lacks = (permission: string): RegExp => new RegExp(`Requires ${permission} access`);
