import type { Cell } from '../contract/index.ts';
import type { Batch, ExactRequest, ExactResult, MomentState, QueryParameter } from '../sdk/index.ts';

type Parameters = readonly QueryParameter[];

/**
 * The one way from a plugin to the data. Whatever rejects becomes an error inside the plugin. `signal` is aborted when
 * the execution ends, and what is under way should stop then: the host waits for it. Chunks count from 0.
 */
export interface DataDoor {
  query(
    sql: string,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<DoorRows & { readonly handle: string }>;
  exact(
    request: ExactRequest,
    signal: AbortSignal,
  ): Promise<{ readonly handle: string; readonly result: ExactResult }>;
  derive(name: string, sql: string): Promise<void>;
  /** All rows of `data`, or those of one chunk. */
  batches(columns: readonly string[], chunk: number | undefined, signal: AbortSignal): AsyncIterable<Batch>;
  chunkQuery(chunk: number, sql: string, parameters: Parameters, signal: AbortSignal): Promise<DoorRows>;
  chunkExact(
    chunk: number,
    columns: readonly string[],
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, MomentState>>>;
  /** The kept state of a chunk, as canonical JSON. */
  chunkState(chunk: number): Promise<string | undefined>;
  /** Keeps a state; `lookedAt` are the columns whose types it may depend on, besides those it was asked from. */
  saveChunkState(chunk: number, json: string, lookedAt: readonly string[]): Promise<void>;
}

export interface DoorRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}
