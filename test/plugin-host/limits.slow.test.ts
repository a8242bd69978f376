import { expect, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
import { executeHostile } from './execute-hostile.ts';

// What ends an execution at a limit, and what it may take until then: test/escape/attacks/resources.ts.
test('answers beyond what the host keeps of one execution are errors inside the plugin', async () => {
  const code = `export default { async analyze(ctx) {
    for (let i = 0; i < 1000; i++) {
      try { await ctx.query('SELECT ' + i); } catch (error) { return ctx.note(i + ' ' + error.message); }
    }
  } };`;
  const row = [{ length: 2 ** 26 } as unknown as string];
  const query = async () => ({ handle: 'q1', columns: [{ name: 'x', type: 'VARCHAR' }], rows: [row] });
  const { end } = await executeHostile('', { code, door: { query } });
  expect(end.status === 'ok' && end.output.notes).toEqual([
    '8 its questions were answered with more than 536870912 bytes',
  ]);
});

test('streams, derived columns and long SQL beyond what the host answers are errors inside the plugin', async () => {
  const code = `export default { async analyze(ctx) {
    const say = (error) => ctx.note(error.message);
    const streams = Array.from({ length: 17 }, () => ctx.batches({ columns: [] })[Symbol.asyncIterator]());
    for (const stream of streams) await stream.next().catch(say);
    for (let i = 0; i < 1001; i++) await ctx.derive('d' + i, '1').catch(say);
    await ctx.query('SELECT 1' + ' '.repeat(200_000)).catch(say);
  } };`;
  const derive = async () => undefined;
  const { end } = await executeHostile('', { code, door: { derive, batches } });
  expect(end.status === 'ok' && end.output.notes).toEqual([
    'more than 16 streams open at once',
    'more than 1000 derived columns',
    '200008 characters of SQL; at most 200000 are taken',
  ]);
});

const EMPTY_BATCH = { part: 1, rows: 0, rowNumbers: new BigInt64Array(), columns: {} };
async function* batches() {
  for (;;) yield EMPTY_BATCH;
}

test('EXEC-02 what a plugin hands over counts together: artifacts, log and output', async () => {
  const code = `export default { async analyze(ctx) {
    const half = 'x'.repeat(0.7 * 2 ** 20);
    await ctx.artifact({ path: 'a.txt', content: half, media_type: 'text/plain', title: 'a' });
    ctx.log(half);
    ctx.note(half);
  } };`;
  const { end } = await executeHostile('', { code, limits: { output_mb: 2 } });
  expect(end).toMatchObject({
    status: 'limit_exceeded',
    limit: 'output_mb',
    reason: 'output: more than 2 MB',
  });
  expect((await executeHostile('', { code, limits: { output_mb: 3 } })).end.status).toBe('ok');
});

test('PERF-01 a question for which there is too little memory ends the execution, whatever the plugin makes of the error', async () => {
  const code = `export default { async analyze(ctx) {
    try { await ctx.query('SELECT 1'); } catch { ctx.note('there was too little memory'); }
  } };`;
  const door = { query: () => Promise.reject(new HarnessError('SH_MEMORY_SHORT', {})) };
  const { end } = await executeHostile('', { code, door, osSandbox: 'off', bareGlobals: false });
  expect(end).toMatchObject({
    status: 'out_of_memory',
    limit: 'memory_mb',
    reason: 'Work on the data takes more memory than its share of --memory.',
  });
});
