import type { ChunkContext, Context, HealthContext, PartialContext } from './context.ts';

/**
 * What a plugin exports: functions that look at a table. `S` is the state of a chunk: JSON values and `bigint`, at most
 * 8 MB as JSON.
 *
 * With `partial` and `merge` it streams: `partial` sees one chunk at a time, states are merged two by two in chunk
 * order, and `analyze` finds the whole in `ctx.state`. States are kept, so `partial` has to depend on its chunk only.
 */
export interface Plugin<S = unknown> {
  /** Looks at the whole table and says what it found through `ctx`. */
  analyze(ctx: Context<S>): Promise<void> | void;
  /** The state of one chunk. */
  partial?(chunk: ChunkContext, ctx: PartialContext): Promise<S> | S;
  /** Must not depend on how the rows were cut: merge(merge(a, b), c) says the same as merge(a, merge(b, c)). */
  merge?(a: S, b: S): S;
  /** Throws if the plugin can't work on this machine. */
  health?(ctx: HealthContext): Promise<void> | void;
}

/** Declares a plugin: `export default definePlugin({ async analyze(ctx) { … } })`. */
export function definePlugin<S = unknown>(plugin: Plugin<S>): Plugin<S> {
  return plugin;
}
