import {
  type ChunkContext,
  type ContextDoor,
  decodeState,
  encodeState,
  makePartialContext,
  type Plugin,
} from '../../sdk/index.ts';
import type { StartMessage } from '../messages.ts';
import { ask } from './channel.ts';

const { parse, stringify } = JSON;

/**
 * The states of all chunks, merged by a left fold in chunk order. A state that the host has kept is not computed
 * again; both kinds go through JSON, so that they can't differ.
 */
export async function streamChunks(
  { partial, merge }: Pick<Plugin, 'partial' | 'merge'>,
  start: StartMessage,
  door: ContextDoor,
): Promise<unknown> {
  if (partial === undefined || merge === undefined) return undefined;
  let merged: unknown;
  // Over all chunks: a plugin may remember at one chunk what it saw at another.
  const lookedAt = new Set<string>();
  const compute = async (chunk: ChunkContext, ordinal: number): Promise<string> => {
    const state = await partial(chunk, makePartialContext(start.document, ordinal, door, lookedAt));
    return save(ordinal, state, [...lookedAt], start);
  };
  for (const [ordinal, chunk] of start.document.chunks.entries()) {
    const kept = await ask({ method: 'chunkState', chunk: ordinal });
    const text = typeof kept === 'string' ? kept : await compute(chunk, ordinal);
    const state = decodeState(parse(text));
    merged = ordinal === 0 ? state : merge(merged, state);
    door.progress(ordinal + 1, start.document.chunks.length);
  }
  return merged;
}

/** The parts of a plugin that stream, or an error if only one of the two is there. */
export function checkStreaming(plugin: Plugin): void {
  if ((plugin.partial === undefined) !== (plugin.merge === undefined)) {
    throw new TypeError('a plugin needs partial and merge together, or neither');
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
