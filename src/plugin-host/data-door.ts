import type { Cell } from '../contract/index.ts';
import type { Batch, ExactRequest, ExactResult, MomentState, QueryParameter } from '../sdk/index.ts';

/** The one way from a plugin to the data. Whatever rejects becomes an error inside the plugin. */
export interface DataDoor {
  query(sql: string, parameters: readonly QueryParameter[]): Promise<DoorRows & { readonly handle: string }>;
  exact(request: ExactRequest): Promise<{ readonly handle: string; readonly result: ExactResult }>;
  derive(name: string, sql: string): Promise<void>;
  /** All rows of `data`, or those of one chunk (from 0). */
  batches(columns: readonly string[], chunk?: number): AsyncIterable<Batch>;
  chunkQuery(chunk: number, sql: string, parameters: readonly QueryParameter[]): Promise<DoorRows>;
  chunkExact(chunk: number, columns: readonly string[]): Promise<Readonly<Record<string, MomentState>>>;
  /** The kept state of a chunk, as canonical JSON. */
  chunkState(chunk: number): Promise<string | undefined>;
  saveChunkState(chunk: number, json: string): Promise<void>;
}

export interface DoorRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Cell[])[];
}
