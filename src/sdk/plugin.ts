import type { ChunkContext, Context, HealthContext, PartialContext, ProvisionalContext } from './context.ts';

/**
 * What a plugin exports: functions that look at a table. `S` is the state of a chunk: JSON values and `bigint`, at most
 * 8 MB as JSON.
 *
 * With `partial` and `merge` it streams: `partial` sees one chunk at a time, states are merged two by two in chunk
 * order, and `analyze` finds the whole in `ctx.state`. States are kept, so `partial` has to depend on its chunk only;
 * the next chunk is under way while one is waited for, so it keeps nothing outside of itself. With `provisional` besides, it says what it has seen while the rest is still to come.
 */
export interface Plugin<S = unknown> {
  /** Looks at the whole table and says what it found through `ctx`. */
  analyze(ctx: Context<S>): Promise<void> | void;
  /** The state of one chunk. */
  partial?(chunk: ChunkContext, ctx: PartialContext): Promise<S> | S;
  /** Must not depend on how the rows were cut: merge(merge(a, b), c) says the same as merge(a, merge(b, c)). */
  merge?(a: S, b: S): S;
  /**
   * Says plain facts about the rows merged so far, for whoever watches: its `state` is a copy, and nothing that it says or
   * throws reaches a result. Called after some of the chunks, never after the last.
   */
  provisional?(state: S, ctx: ProvisionalContext): void;
  /** Throws if the plugin can't work on this machine. */
  health?(ctx: HealthContext): Promise<void> | void;
}

/** Declares a plugin: `export default definePlugin({ async analyze(ctx) { … } })`. */
export function definePlugin<S = unknown>(plugin: Plugin<S>): Plugin<S> {
  return plugin;
}
