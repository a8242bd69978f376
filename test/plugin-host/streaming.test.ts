import { describe, expect, test } from 'vitest';
import type { PluginManifest } from '../../src/contract/index.ts';
import { serveCalls } from '../../src/plugin-host/answer-calls.ts';
import type { DataDoor } from '../../src/plugin-host/index.ts';
import type { Batch, BatchColumn } from '../../src/sdk/index.ts';
import { executeHostile, NO_DATA, notesOf } from './execute-hostile.ts';

const CHUNKS = [
  { rows: 2, firstRow: 1, lastRow: 2 },
  { rows: 2, firstRow: 3, lastRow: 4 },
  { rows: 1, firstRow: 5, lastRow: 5 },
];
const SUMS = `export default {
  async partial(chunk, ctx) {
    ctx.log('computed ' + chunk.firstRow);
    let total = 0n;
    for await (const batch of ctx.batches({ columns: ['n'] })) for (const n of batch.columns.n.values) total += n;
    return { total, order: [chunk.firstRow], nested: { 10: 'a', 9: 'b', z: null } };
  },
  merge: (a, b) => ({ total: a.total + b.total, order: [...a.order, ...b.order], nested: a.nested }),
  analyze(ctx) { ctx.note(typeof ctx.state.total + ' ' + ctx.state.total + ' ' + JSON.stringify(ctx.state.order)
    + Object.keys(ctx.state.nested)); },
};`;

/** A door over the numbers 2^60 + 1 … 5, that keeps states. */
function doorOf(states: Map<number, string>): Partial<DataDoor> {
  return {
    async *batches(_, chunk) {
      for (const { firstRow, lastRow } of chunk === undefined ? CHUNKS : CHUNKS.slice(chunk, chunk + 1)) {
        yield batchOf(Array.from({ length: lastRow - firstRow + 1 }, (_, i) => BigInt(firstRow + i)));
      }
    },
    chunkState: async (chunk) => states.get(chunk),
    saveChunkState: async (chunk, json) => void states.set(chunk, json),
  };
}

function batchOf(rows: readonly bigint[]): Batch {
  const n: BatchColumn = {
    kind: 'int64',
    values: BigInt64Array.from(rows, (row) => 2n ** 60n + row),
    valid: new Uint8Array([255]),
  };
  return { part: 1, rows: rows.length, rowNumbers: BigInt64Array.from(rows), columns: { n } };
}

describe('a plugin with partial and merge', () => {
  test('gets its chunks in order, and its merged state as big integers', async () => {
    const states = new Map<number, string>();
    const done = await executeHostile('', { code: SUMS, door: doorOf(states), start: { chunks: CHUNKS } });
    expect(notesOf(done)).toEqual([`bigint ${5n * 2n ** 60n + 15n} [1,3,5]9,10,z`]);
    expect(done.end.usedCapabilities).toEqual(['dataset.read']);
    expect(states.get(0)).toBe(
      '{"nested":{"10":"a","9":"b","z":null},"order":[1],"total":{"$big":"2305843009213693955"}}',
    );
  });

  test('has the next chunk under way while one is waited for, and merges them in order', async () => {
    const door = doorOf(new Map());
    const second = Promise.withResolvers<void>();
    const waiting: Partial<DataDoor> = {
      ...door,
      async *batches(columns, chunk, signal) {
        if (chunk === 0) await second.promise;
        if (chunk === 1) second.resolve();
        yield* door.batches?.(columns, chunk, signal) ?? [];
      },
    };
    const done = await executeHostile('', { code: SUMS, door: waiting, start: { chunks: CHUNKS } });
    expect(notesOf(done)).toEqual([`bigint ${5n * 2n ** 60n + 15n} [1,3,5]9,10,z`]);
  });

  test('of two chunks that fail the first is told', async () => {
    const code = `export default {
      async partial({ firstRow }, ctx) {
        for await (const _ of ctx.batches({ columns: ['n'] }));
        if (firstRow === 1) await new Promise((go) => setTimeout(go, 50));
        throw new RangeError('bad ' + firstRow);
      },
      merge: (a) => a, analyze() {} };`;
    const { end } = await executeHostile('', { code, door: doorOf(new Map()), start: { chunks: CHUNKS } });
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringContaining('bad 1') });
  });

  test('takes over kept states, and finds the same whichever are kept', async () => {
    const states = new Map<number, string>();
    const fresh = await executeHostile('', { code: SUMS, door: doorOf(states), start: { chunks: CHUNKS } });
    states.delete(1);
    const again = await executeHostile('', { code: SUMS, door: doorOf(states), start: { chunks: CHUNKS } });
    expect(notesOf(again)).toEqual(notesOf(fresh));
    expect(again.log).toEqual(['computed 3']);
  });

  test('says what it has seen after each chunk but the last, and whatever it does there its result stays the same', async () => {
    const code = SUMS.replace(
      'merge:',
      `provisional(state, ctx) {
        ctx.fact({ statement: '{sum} so far', fields: { sum: { value: state.total, unit: 'units' } } });
        const seen = state.order.length;
        state.total = 0n;
        state.order.push('spoilt');
        if (seen === 2) throw new RangeError('no more');
      },
      merge:`,
    );
    const said: unknown[] = [];
    const states = new Map<number, string>();
    const options = { code, door: doorOf(states), start: { chunks: CHUNKS } };
    const done = await executeHostile('', { ...options, onProvisional: (one) => void said.push(one) });
    expect(notesOf(done)).toEqual([`bigint ${5n * 2n ** 60n + 15n} [1,3,5]9,10,z`]);
    const fields = { sum: { value: String(2n * 2n ** 60n + 3n), unit: 'units' } };
    expect(said).toEqual([
      { type: 'provisional', chunks: 1, facts: [{ statement: '{sum} so far', fields }], problem: null },
      { type: 'provisional', chunks: 2, facts: [], problem: 'RangeError: no more' },
    ]);
  });

  test('is heard only so often, and only of chunks that it has asked for, whatever it sends', async () => {
    const code = `const { stdout } = Deno;
      const send = (chunks) => {
        const said = new TextEncoder().encode('{"type":"provisional","chunks":' + chunks + ',"facts":[],"problem":"x"}');
        const frame = new Uint8Array(5 + said.length);
        new DataView(frame.buffer).setUint32(0, said.length, true);
        frame[4] = 1;
        frame.set(said, 5);
        stdout.writeSync(frame);
      };
      export default {
        partial: ({ firstRow }) => { if (firstRow === 1) for (const chunks of [1, 2, 3]) send(chunks); return 1; },
        merge: (a) => a,
        analyze(ctx) { for (let i = 0; i < 500; i += 1) send(2); ctx.note('done'); },
      };`;
    const heard: number[] = [];
    const options = { code, bareGlobals: true, start: { chunks: CHUNKS }, door: doorOf(new Map()) };
    const done = await executeHostile('', {
      ...options,
      onProvisional: ({ chunks }) => void heard.push(chunks),
    });
    expect(notesOf(done)).toEqual(['done']);
    // Of the first three, which count, the first two are about what it had asked for.
    expect(heard).toEqual([1, ...Array(62).fill(2)]);
  });

  test('without rows has no state, and has used nothing of what it may', async () => {
    const code = `export default { partial: () => 1, merge: (a) => a, analyze(ctx) { ctx.note(String(ctx.state)); } };`;
    const done = await executeHostile('', { code });
    expect(notesOf(done)).toEqual(['undefined']);
    expect(done.end.usedCapabilities).toEqual([]);
  });

  test.each([
    ['is too large', `'x'.repeat(9 * 2 ** 20)`, /at most 8388608/],
    ['holds NaN', '({ a: [1, NaN] })', /a\[1\] can not be NaN/],
    ['holds a Map', '({ a: new Map() })', /a can not be Map/],
    ['holds half a surrogate pair', `({ a: '\\ud800' })`, /half a surrogate pair/],
  ])('fails when a state %s', async (_, state, reason) => {
    const code = `export default { partial: () => ${state}, merge: (a) => a, analyze() {} };`;
    const { end } = await executeHostile('', { code, start: { chunks: CHUNKS }, door: doorOf(new Map()) });
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });
});

describe('batches', () => {
  const columns: Record<string, BatchColumn> = {
    whole: {
      kind: 'int64',
      values: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n),
      valid: Uint8Array.of(0b011),
    },
    wide: {
      kind: 'int128',
      low: BigUint64Array.of(1n, 2n ** 64n - 1n, 0n),
      high: BigInt64Array.of(-1n, 5n, 0n),
      valid: Uint8Array.of(0b111),
    },
    real: { kind: 'float64', values: Float64Array.of(0.1, Number.NaN, -0), valid: Uint8Array.of(0b111) },
    truth: { kind: 'boolean', values: Uint8Array.of(1, 0, 1), valid: Uint8Array.of(0b101) },
    'name with "quotes"': {
      kind: 'text',
      offsets: Uint32Array.of(0, 3, 3, 7),
      bytes: new TextEncoder().encode('abc😀'),
      valid: Uint8Array.of(0b101),
    },
  };
  const batch: Batch = { part: 3, rows: 3, rowNumbers: BigInt64Array.of(7n, 8n, 9n), columns };

  test('arrive as they were sent, cell by cell', async () => {
    const code = `export default { async analyze(ctx) {
      const show = (_, value) => ArrayBuffer.isView(value) ? [value.constructor.name, ...Array.from(value, String)] : value;
      for await (const batch of ctx.batches({ columns: [] })) ctx.note(JSON.stringify(batch, show));
    } };`;
    const door: Partial<DataDoor> = {
      async *batches() {
        yield batch;
        yield { ...batch, columns: {} };
      },
    };
    const [first = '', second = ''] = notesOf(await executeHostile('', { code, door }));
    const shown = (_: string, value: unknown) =>
      ArrayBuffer.isView(value)
        ? [value.constructor.name, ...Array.from(value as unknown as Iterable<unknown>, String)]
        : value;
    expect(JSON.parse(first)).toEqual(JSON.parse(JSON.stringify(batch, shown)));
    expect(JSON.parse(second)).toMatchObject({ part: 3, rows: 3, columns: {} });
  });

  test('that the plugin leaves early are ended at the door', async () => {
    let ended = false;
    const door: Partial<DataDoor> = {
      async *batches() {
        try {
          for (;;) yield batch;
        } finally {
          ended = true;
        }
      },
    };
    const code = `export default { async analyze(ctx) {
      for await (const batch of ctx.batches({ columns: ['a'] })) { ctx.note(String(batch.rows)); break; }
    } };`;
    expect(notesOf(await executeHostile('', { code, door }))).toEqual(['3']);
    expect(ended).toBe(true);
  });

  test('that fail at the door, and questions that it refuses, are errors inside the plugin', async () => {
    const code = `export default { async analyze(ctx) {
      const say = (error) => ctx.note(error.name + ': ' + error.message);
      await ctx.query('SELECT 1').catch(say);
      await ctx.derive('a', 'b').catch(say);
      try { for await (const _ of ctx.batches({ columns: ['a'] })); } catch (error) { say(error); }
    } };`;
    expect(notesOf(await executeHostile('', { code }))).toEqual(Array(3).fill('HostError: there is no data'));
  });

  test('and states of a chunk that does not exist are refused', async () => {
    const server = serveCalls(NO_DATA, ['dataset.read'], CHUNKS.length);
    await expect(server.answer({ method: 'chunkState', chunk: 3 })).rejects.toThrow('no such chunk');
    await expect(server.answer({ method: 'openBatches', columns: [], chunk: 9 })).rejects.toThrow(
      'no such chunk',
    );
    await expect(server.answer({ method: 'nextBatch', stream: 1 })).rejects.toThrow('no such stream');
    await expect(server.answer({ method: 'chunkState', chunk: 2 })).resolves.toEqual({ value: undefined });
  });
});

describe('PERF-01 a plugin that loads all rows at once', () => {
  const code = `export default { async analyze(ctx) {
    try {
      const batches = await ctx.load({ columns: ['n'] });
      ctx.note(batches.map((batch) => batch.rowNumbers.join()).join(' '));
    } catch (error) { ctx.note(error.message); }
  } };`;
  const manifest: Pick<PluginManifest, 'capabilities_required'> = {
    capabilities_required: ['dataset.read', 'full_load'],
  };

  test('gets them, and that it did so is told', async () => {
    const done = await executeHostile('', { code, manifest, door: doorOf(new Map()) });
    expect(notesOf(done)).toEqual(['1,2 3,4 5']);
    expect(done.end.usedCapabilities).toEqual(['dataset.read', 'full_load']);
  });

  test('is refused where its manifest does not ask for it, as streaming is not', async () => {
    const refused = await executeHostile('', {
      code,
      manifest: { capabilities_required: ['dataset.read'] },
      door: doorOf(new Map()),
    });
    expect(notesOf(refused)).toEqual(['the manifest does not ask for full_load']);
    expect(refused.end.undeclaredCapabilities).toEqual(['full_load']);
  });

  test('is ended beyond 256 MB, whatever it makes of the error', async () => {
    const values = new BigInt64Array(4 << 20);
    const n: BatchColumn = { kind: 'int64', values, valid: new Uint8Array(values.length / 8) };
    const batch: Batch = { part: 1, rows: values.length, rowNumbers: values, columns: { n } };
    const server = serveCalls({ ...NO_DATA, batches: endless(batch) }, manifest.capabilities_required, 0);
    await server.answer({ method: 'openLoad', columns: ['n'] });
    const next = () => server.answer({ method: 'nextBatch', stream: 1 });
    for (const _ of [1, 2, 3]) await next();
    await expect(next()).rejects.toMatchObject({ limit: 'load_mb' });
    await server.answer({ method: 'openBatches', columns: ['n'], chunk: null });
    for (const _ of [1, 2, 3, 4, 5]) await server.answer({ method: 'nextBatch', stream: 2 });
    await server.close();
  });
});

const endless = (batch: Batch): DataDoor['batches'] =>
  async function* () {
    for (;;) yield batch;
  };
