import {
  type ChunkContext,
  type ContextDoor,
  decodeState,
  encodeState,
  makePartialContext,
  type Plugin,
  saidSoFar,
} from '../../sdk/index.ts';
import type { StartMessage } from '../messages.ts';
import { ask, send } from './channel.ts';

const { parse, stringify } = JSON;
const FIRST_TOLD = 16;

/**
 * The states of all chunks, merged in chunk order: by a left fold, or from the right where the task says so. A state
 * that the host has kept is not computed again; both kinds go through JSON, so that they can't differ.
 */
export async function streamChunks(
  { partial, merge, provisional }: Pick<Plugin, 'partial' | 'merge' | 'provisional'>,
  start: StartMessage,
  door: ContextDoor,
): Promise<unknown> {
  if (partial === undefined || merge === undefined) return undefined;
  const { chunks } = start.document;
  // Over all chunks: a plugin may remember at one chunk what it saw at another.
  const lookedAt = new Set<string>();
  const compute = async (chunk: ChunkContext, ordinal: number): Promise<string> => {
    const state = await partial(chunk, makePartialContext(start.document, ordinal, door, lookedAt));
    return save(ordinal, state, [...lookedAt], start);
  };
  const stateOf = async (chunk: ChunkContext, ordinal: number): Promise<unknown> => {
    const kept = await ask({ method: 'chunkState', chunk: ordinal });
    return decodeState(parse(typeof kept === 'string' ? kept : await compute(chunk, ordinal)));
  };
  const inOrder = oneAhead(chunks, stateOf);
  if (start.task === 'analyze_from_right') {
    const states: unknown[] = [];
    for await (const state of inOrder) {
      states.push(state);
      door.progress(states.length, chunks.length);
    }
    return states.length === 0 ? undefined : states.reduceRight((right, left) => merge(left, right));
  }
  let merged: unknown;
  let done = 0;
  for await (const state of inOrder) {
    merged = done === 0 ? state : merge(merged, state);
    done += 1;
    door.progress(done, chunks.length);
    if (provisional !== undefined && done < chunks.length && isWorthTelling(done)) {
      const { facts, problem } = saidSoFar(provisional, merged, start.document);
      send({ type: 'provisional', chunks: done, facts: [...facts], problem });
    }
  }
  return merged;
}

/** What a work makes of each item, in order; while one is waited for, the next is under way: alone it leaves a processor idle. */
async function* oneAhead<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): AsyncGenerator<R> {
  const start = (index: number): Promise<R> | undefined => {
    if (index >= items.length) return undefined;
    const started = work(items[index] as T, index);
    // Told when it is waited for: of two that fail the first in order counts.
    started.catch(() => undefined);
    return started;
  };
  let [current, next] = [start(0), start(1)];
  for (let index = 2; current !== undefined; index += 1) {
    yield await current;
    [current, next] = [next, start(index)];
  }
}

/** After each of the first chunks, then whenever their number has doubled: by their number only, never by a clock. */
function isWorthTelling(chunks: number): boolean {
  return chunks <= FIRST_TOLD || Number.isInteger(Math.log2(chunks));
}

/** An error if a plugin has only some of the functions that stream together. */
export function checkStreaming(plugin: Plugin): void {
  if ((plugin.partial === undefined) !== (plugin.merge === undefined)) {
    throw new TypeError('a plugin needs partial and merge together, or neither');
  }
  if (plugin.provisional !== undefined && plugin.merge === undefined) {
    throw new TypeError('a plugin that has provisional needs partial and merge');
  }
}

async function save(
  chunk: number,
  state: unknown,
  lookedAt: readonly string[],
  { maxStateBytes }: StartMessage,
): Promise<string> {
  const encoded = encodeState(state);
  const text = stringify(encoded);
  if (text.length > maxStateBytes) {
    throw new RangeError(
      `the state of a chunk has ${text.length} characters; at most ${maxStateBytes} are kept`,
    );
  }
  await ask({ method: 'saveChunkState', chunk, state: encoded, lookedAt });
  return text;
}
