import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { executeHostile, notesOf } from './execute-hostile.ts';

const linux = process.platform === 'linux';

// What ends an execution against the plugin's will: test/escape.
describe('a plugin that', () => {
  test('throws has failed, with its message, and its stack in the log', async () => {
    const { end, log } = await executeHostile('throws');
    expect(end).toMatchObject({ status: 'failed', reason: 'RangeError: the plugin gave up' });
    expect(log.join('\n')).toMatch(/RangeError: the plugin gave up\n {4}at .*plugin/);
  });

  test('is refused what it asks for, and does not mind that, has failed with the reason', async () => {
    const code = "export default { analyze: (ctx) => ctx.query('SELECT 1') };";
    const { end } = await executeHostile('', { code });
    expect(end).toMatchObject({ status: 'failed', reason: 'there is no data' });
  });

  test('lets a promise reject unheard has failed', async () => {
    const { end } = await executeHostile('rejects_unheard');
    expect(end).toMatchObject({ status: 'failed', reason: 'Error: nobody listens' });
  });

  test('throws where nobody can catch it has failed, with its message', async () => {
    const code = `export default { async analyze() {
      setTimeout(() => { throw new RangeError('late'); });
      await new Promise(() => setTimeout(() => undefined, 1e6));
    } };`;
    const { end } = await executeHostile('', { code });
    expect(end).toMatchObject({ status: 'failed', reason: 'RangeError: late' });
  });

  test.each([
    [`ctx.query('SELECT 1');`, /not awaited: ctx\.query$/],
    [
      `ctx.artifact({ path: 'a.txt', content: '', media_type: 'text/plain', title: 'A' });`,
      /: ctx\.artifact$/,
    ],
    [`Promise.reject(new Error('unheard'));`, /^Error: unheard$/],
  ])('does not await what it asked for has failed: %s', async (body, reason) => {
    const code = `export default { async analyze(ctx) { ${body} } };`;
    const query = (_sql: string, _parameters: unknown, ended: AbortSignal): Promise<never> =>
      new Promise((_, refuse) => ended.addEventListener('abort', refuse));
    const { end } = await executeHostile('', { code, door: { query } });
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });

  test('has no analyze, or only one of partial and merge, has failed', async () => {
    const nothing = await executeHostile('', { code: 'export default {};' });
    expect(nothing.end).toMatchObject({ status: 'failed', reason: expect.stringContaining('no analyze()') });
    const half = await executeHostile('', { code: 'export default { analyze() {}, merge() {} };' });
    expect(half.end).toMatchObject({ status: 'failed', reason: expect.stringContaining('together') });
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
