import { byCodePoint, canonicalJson } from '../base/index.ts';
import { type Capability, MAX_SQL_CHARACTERS, type PluginManifest } from '../contract/index.ts';
import type { Batch } from '../sdk/index.ts';
import { answerBudget, exactBytes, loadBudget, rowsBytes } from './answer-budget.ts';
import type { DataDoor } from './data-door.ts';
import type { Call } from './messages.ts';

const MAX_STREAMS = 16;
const MAX_DERIVED = 1000;
const MAX_DERIVED_CHARACTERS = 1_000_000;

/** A state of a chunk may have this many bytes as JSON. */
export const MAX_STATE_BYTES = 8 * 2 ** 20;

/** What a call is answered with: a batch, or a JSON value. */
export type Answer = { readonly batch: Batch } | { readonly value: unknown };

export interface CallServer {
  answer(call: Call): Promise<Answer>;
  /** The capabilities that were made use of so far. */
  used(): readonly Capability[];
  /** What was asked for that the manifest does not declare, and refused. */
  undeclared(): readonly Capability[];
  /** Ends all that is still open, and waits for it. */
  close(): Promise<void>;
}

interface Stream {
  readonly iterator: AsyncIterator<Batch>;
  /** The next batch, read while the plugin works on the last one. */
  ahead: Promise<IteratorResult<Batch>>;
  /** Counts what is handed out, where all of it is kept. */
  readonly load: ((batch: Batch) => void) | undefined;
}

/** Answers the calls of one execution from its door. Everything in a call is the plugin's word. */
export function serveCalls(
  door: DataDoor,
  capabilities: PluginManifest['capabilities_required'],
  chunks: number,
): CallServer {
  const streams = new Map<number, Stream>();
  const answering = new Set<Promise<Answer>>();
  const used = new Set<Capability>();
  const undeclared = new Set<Capability>();
  const ended = new AbortController();
  const budget = answerBudget(chunks);
  const countLoaded = loadBudget();
  let opened = 0;
  let derived = 0;
  let derivedCharacters = 0;

  function open(columns: readonly string[], chunk: number | null, load?: Stream['load']): number {
    if (streams.size >= MAX_STREAMS) throw new RangeError(`more than ${MAX_STREAMS} streams open at once`);
    const iterator = door.batches(columns, chunk ?? undefined, ended.signal)[Symbol.asyncIterator]();
    streams.set(++opened, { iterator, ahead: quiet(iterator.next()), load });
    return opened;
  }

  async function next(id: number): Promise<Answer> {
    const stream = streams.get(id);
    if (stream === undefined) throw new RangeError('no such stream of batches');
    const { done, value } = await stream.ahead;
    if (done) return { value: null };
    stream.load?.(value);
    stream.ahead = quiet(stream.iterator.next());
    return { batch: value };
  }

  async function end(id: number): Promise<void> {
    const stream = streams.get(id);
    streams.delete(id);
    await stream?.iterator.return?.();
  }

  async function save(chunk: number, state: unknown, lookedAt: readonly string[]): Promise<void> {
    const json = canonicalJson(state);
    const bytes = Buffer.byteLength(json);
    if (bytes > MAX_STATE_BYTES)
      throw new RangeError(`a state of ${bytes} bytes; at most ${MAX_STATE_BYTES}`);
    await door.saveChunkState(chunk, json, lookedAt);
  }

  async function valueFor(call: Exclude<Call, { method: 'nextBatch' }>): Promise<unknown> {
    switch (call.method) {
      case 'query':
        return budget.spend(
          { characters: call.sql.length, isKept: true },
          () => door.query(call.sql, call.parameters, ended.signal),
          rowsBytes,
        );
      case 'exact':
        return budget.spend(
          { characters: textIn(call).length, isKept: true },
          () => door.exact(call.request, ended.signal),
          exactBytes,
        );
      case 'derive':
        derived += 1;
        derivedCharacters += call.sql.length;
        if (derived > MAX_DERIVED) throw new RangeError(`more than ${MAX_DERIVED} derived columns`);
        if (derivedCharacters > MAX_DERIVED_CHARACTERS)
          throw new RangeError(`derived columns of more than ${MAX_DERIVED_CHARACTERS} characters`);
        return door.derive(call.name, call.sql);
      case 'openBatches':
        return open(call.columns, call.chunk);
      case 'openLoad':
        return open(call.columns, null, countLoaded);
      case 'closeBatches':
        return end(call.stream);
      case 'chunkQuery':
        return budget.spend(
          { characters: call.sql.length, isKept: false },
          () => door.chunkQuery(call.chunk, call.sql, call.parameters, ended.signal),
          rowsBytes,
        );
      case 'chunkExact':
        return door.chunkExact(call.chunk, call.columns, ended.signal);
      case 'chunkState':
        return door.chunkState(call.chunk);
      case 'saveChunkState':
        return save(call.chunk, call.state, call.lookedAt);
    }
  }

  function need(capability: Capability): void {
    if (!capabilities.includes(capability)) {
      undeclared.add(capability);
      throw new Error(`the manifest does not ask for ${capability}`);
    }
    used.add(capability);
  }

  async function answer(call: Call): Promise<Answer> {
    need('dataset.read');
    if (call.method === 'openLoad') need('full_load');
    const sql = textIn(call);
    if (sql.length > MAX_SQL_CHARACTERS)
      throw new RangeError(`${sql.length} characters of SQL; at most ${MAX_SQL_CHARACTERS} are taken`);
    if ('chunk' in call && call.chunk !== null && call.chunk >= chunks) throw new RangeError('no such chunk');
    return call.method === 'nextBatch' ? next(call.stream) : { value: await valueFor(call) };
  }

  return {
    answer: (call) => {
      const answered = answer(call);
      answering.add(answered);
      return answered.finally(() => answering.delete(answered));
    },
    used: () => [...used].sort(byCodePoint),
    undeclared: () => [...undeclared].sort(byCodePoint),
    close: async () => {
      ended.abort();
      await Promise.allSettled([...[...streams.keys()].map(end), ...answering]);
    },
  };
}

/** The SQL that a call brings along. */
function textIn(call: Call): string {
  if ('sql' in call) return call.sql;
  return call.method === 'exact' ? (call.request.where ?? '') : '';
}

/** A promise that is awaited later, if at all: its rejection is not unheard. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
