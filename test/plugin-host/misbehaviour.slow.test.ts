import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { executeHostile, notesOf } from './execute-hostile.ts';

const linux = process.platform === 'linux';

describe('a plugin that', () => {
  test('never ends is killed when its wall time is over', async () => {
    const { end, leftovers } = await executeHostile('endless_loop', { limits: { wall_s: 0.5 } });
    expect(end).toMatchObject({ status: 'timed_out', reason: 'wall time: more than 0.5 s' });
    expect(leftovers).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('burns more processor time than it may is killed', async () => {
    const { end } = await executeHostile('endless_loop', { limits: { cpu_s: 1 } });
    expect(end).toMatchObject({ status: 'limit_exceeded', reason: 'processor time: more than 1 s' });
  });

  test('fills the heap is out of memory', async () => {
    const { end } = await executeHostile('heap_bomb', { limits: { memory_mb: 64 } });
    expect(end.status).toBe('out_of_memory');
  });

  test.skipIf(!linux)('fills memory outside the heap is out of memory', async () => {
    const { end } = await executeHostile('buffer_bomb', { limits: { memory_mb: 128 } });
    expect(end).toMatchObject({ status: 'out_of_memory', reason: 'memory: more than 128 MB' });
    expect(end.peakMemoryBytes).toBeGreaterThan(128 * 2 ** 20);
  });

  test.each(['output_flood', 'log_flood', 'artifact_flood'])('floods (%s) exceeds a limit', async (name) => {
    const { end, log } = await executeHostile(name, { limits: { output_mb: 2 } });
    expect(end).toMatchObject({
      status: 'limit_exceeded',
      reason: expect.stringContaining('more than 2 MB'),
    });
    expect(log.join('\n').length).toBeLessThanOrEqual(2 * 2 ** 20);
  });

  test('throws has failed, with its message, and its stack in the log', async () => {
    const { end, log } = await executeHostile('throws');
    expect(end).toMatchObject({ status: 'failed', reason: 'RangeError: the plugin gave up' });
    expect(log.join('\n')).toMatch(/RangeError: the plugin gave up\n {4}at .*plugin/);
  });

  test('lets a promise reject unheard has failed', async () => {
    const { end } = await executeHostile('rejects_unheard');
    expect(end).toMatchObject({ status: 'failed', reason: 'Error: nobody listens' });
  });

  test('exits by itself has failed, whatever its exit code', async () => {
    const { end } = await executeHostile('exits_early', { bareGlobals: true });
    expect(end).toMatchObject({ status: 'failed', reason: 'it ended without a result (exit code 0)' });
  });

  test('waits for something that can not happen has failed at once', async () => {
    const { end } = await executeHostile('never_resolves');
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringContaining('can not happen') });
  });

  test('has no analyze, or only one of partial and merge, has failed', async () => {
    const nothing = await executeHostile('', { code: 'export default {};' });
    expect(nothing.end).toMatchObject({ status: 'failed', reason: expect.stringContaining('no analyze()') });
    const half = await executeHostile('', { code: 'export default { analyze() {}, merge() {} };' });
    expect(half.end).toMatchObject({ status: 'failed', reason: expect.stringContaining('together') });
  });

  test('poisons prototypes harms no one but itself', async () => {
    const { end } = await executeHostile('pollutes_prototypes');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(['ok', 'failed', 'invalid_output']).toContain(end.status);
  });

  test('is cancelled ends as cancelled, also before it has started', async () => {
    const abort = new AbortController();
    const running = executeHostile('endless_loop', { signal: abort.signal, door: {} });
    setTimeout(() => abort.abort(), 200);
    expect((await running).end.status).toBe('cancelled');
    const late = await executeHostile('endless_loop', { signal: AbortSignal.abort() });
    expect(late.end.status).toBe('cancelled');
    expect(late.leftovers).toEqual([]);
  });
});

test('where its code lies can not be told by a stack, nor by one that it prepares itself', async () => {
  const code = `export default { analyze(ctx) {
    ctx.note(new Error('here').stack);
    try { Error.prepareStackTrace = (_, sites) => sites[0].getFileName(); } catch (error) { ctx.note(error.name); }
    const own = {};
    Error.captureStackTrace(own);
    ctx.note(own.stack);
  } };`;
  const notes = notesOf(await executeHostile('', { code }));
  expect(notes[1]).toBe('TypeError');
  for (const note of notes) expect(note).not.toMatch(/execution-|file:/);
});

test.skipIf(!linux)('no process of a sandbox outlives its execution', async () => {
  for (const osSandbox of ['off', 'auto'] as const) {
    await executeHostile('endless_loop', { osSandbox, limits: { wall_s: 0.3 } });
    await executeHostile('throws', { osSandbox });
  }
  expect(childrenNamed(['deno', 'bwrap', 'sh'])).toEqual([]);
});

/** Names of this process's children (zombies too) that are among these. */
function childrenNamed(names: readonly string[]): string[] {
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' '),
  );
  return children
    .filter((pid) => pid !== '')
    .map((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
    .filter((name) => names.includes(name));
}

describe('bytes on stdout that the runner did not write', () => {
  test('are invalid output', async () => {
    const { end } = await executeHostile('stdout_garbage', { bareGlobals: true });
    expect(end).toMatchObject({ status: 'invalid_output', reason: 'the bytes on stdout are no message' });
  });

  test.each([
    ['of an unknown kind', { kind: 9, json: '{}' }, /no message/],
    ['with a length beyond all limits', { length: 4_000_000_000 }, /no message/],
    ['that is not JSON', { json: '{"type":' }, /not JSON/],
    ['that is not UTF-8', { hex: '22ff22' }, /not JSON in UTF-8/],
    ['with a key __proto__', { json: '{"type":"log","text":"","__proto__":{"x":1}}' }, /__proto__/],
    [
      'with a hidden key __proto__',
      { json: '{"type":"output","output":[{"\\u005f_proto__":1}]}' },
      /__proto__/,
    ],
    [
      'with a number beyond the doubles',
      { json: '{"type":"progress","done":1e999,"total":1}' },
      /beyond the doubles/,
    ],
    ['with half a surrogate pair', { json: '{"type":"log","text":"\\ud800"}' }, /surrogate/],
    [
      'that is too deep',
      { json: `{"type":"output","output":${'['.repeat(5000)}${']'.repeat(5000)}}` },
      /levels/,
    ],
    ['of an unknown type', { json: '{"type":"exec","text":"ls"}' }, /form that does not exist/],
    [
      'with one member too many',
      { json: '{"type":"log","text":"a","to":"/etc/x"}' },
      /form that does not exist/,
    ],
    ['that is a batch', { kind: 2, hex: '00' }, /form that does not exist/],
    [
      'that is an output of another form',
      { json: '{"type":"output","output":{"findings":7}}' },
      /findings: must be array/,
    ],
  ])('as a message %s are invalid output', async (_, settings, reason) => {
    const { end } = await executeHostile('forged_frames', { bareGlobals: true, settings });
    expect(end).toMatchObject({ status: 'invalid_output', reason: expect.stringMatching(reason) });
  });

  test('as the header of a message above the limit exceed it, before a byte of it is kept', async () => {
    const settings = { length: 500_000_000 };
    const { end } = await executeHostile('forged_frames', { bareGlobals: true, settings });
    expect(end).toMatchObject({ status: 'limit_exceeded', reason: 'output: more than 4 MB' });
  });
});

describe('clock and chance', () => {
  const seen = async (options: Parameters<typeof executeHostile>[1]) => {
    const done = await executeHostile('clock_and_chance', options);
    return JSON.parse(notesOf(done)[0] ?? '');
  };

  test('are the same in every execution and sandbox, and the clock stands still', async () => {
    const first = await seen({});
    expect(await seen({ osSandbox: 'auto' })).toEqual(first);
    const instant = 946_684_800_000;
    expect(first.date).toEqual([
      instant,
      '2000-01-01T00:00:00.000Z',
      expect.stringContaining('2000'),
      instant,
    ]);
    expect(first).toMatchObject({ waited: 0, performance: [0, instant], zone: ['UTC', 0], names: [] });
    expect(first.temporal.map((text: string) => text.includes('2000-01-01') || text === '00:00:00')).toEqual(
      Array(5).fill(true),
    );
    expect(first.intl).toEqual([expect.stringContaining('January 1, 2000'), '1/1/2000']);
    expect(first.locale).toEqual(['en-US', '1,234.5']);
  });

  test('chance follows the seed', async () => {
    const [one, other] = [await seen({ start: { seed: '1' } }), await seen({ start: { seed: '2' } })];
    expect(one.chance).not.toEqual(other.chance);
    expect(one.streams[0]).not.toBe(one.streams[1]);
  });

  test('there is no chance for a plugin that does not declare it, nor in partial', async () => {
    const undeclared = await executeHostile('clock_and_chance', { start: { seed: null } });
    expect(undeclared.end).toMatchObject({ status: 'failed', reason: expect.stringContaining('randomness') });
    const inPartial = await executeHostile('', {
      start: { chunks: [{ rows: 1, firstRow: 1, lastRow: 1 }] },
      code: 'export default { partial: () => Math.random(), merge: (a) => a, analyze() {} };',
    });
    expect(inPartial.end).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('analyze only'),
    });
  });
});
