import Type, { type Static } from 'typebox';
import { closed, oneOf } from './common.ts';

/** Characters that the text of one question to the data may have. */
export const MAX_SQL_CHARACTERS = 200_000;

/** What a plugin may load of a table at once, in MB: the same everywhere, so that no machine decides a result. */
export const MAX_LOAD_MB = 256;

/** What can end an execution from outside, by name. `disk_mb` has no number: nothing may be written at all. */
export const LimitName = oneOf(
  'wall_s',
  'cpu_s',
  'memory_mb',
  'output_mb',
  'open_files',
  'processes',
  'disk_mb',
  'load_mb',
  'calls',
);
export type LimitName = Static<typeof LimitName>;

const limits = {
  /** Seconds that pass. */
  wall_s: Type.Number({ exclusiveMinimum: 0 }),
  /** Seconds of processors, all threads and processes together. */
  cpu_s: Type.Number({ exclusiveMinimum: 0 }),
  memory_mb: Type.Integer({ minimum: 64 }),
  /** What it gives to be kept: artifacts, log and output together. Held in the host's memory until its end. */
  output_mb: Type.Integer({ minimum: 1, maximum: 1024 }),
  open_files: Type.Integer({ minimum: 64 }),
  /** Threads and processes together; the runtime has some of its own. */
  processes: Type.Integer({ minimum: 32 }),
};

/**
 * The limits in force for an execution: the lowest of what its manifest asks for, what the operator allows, and, of memory,
 * its share of the run's. That may be less than anybody may ask for.
 */
export const Limits = closed({ ...limits, memory_mb: Type.Integer({ minimum: 1 }) });
export type Limits = Static<typeof Limits>;

/** The operator's ceilings: each may be left out. */
export const Ceilings = Type.Partial(closed(limits), { additionalProperties: false });
export type Ceilings = Static<typeof Ceilings>;
