import { describe, expect, test } from 'vitest';
import { executeHostile } from './execute-hostile.ts';

const linux = process.platform === 'linux';

/** Code of a plugin whose `analyze` is this; it never ends by itself. */
const plugin = (code: string) => `export default { async analyze(ctx) { ${code}; for (;;) await 0; } };`;
const OPEN_FILES = plugin(`const kept = [];
  for (let i = 0; i < 100_000; i++) { try { kept.push(Deno.openSync('plugin.mjs')); } catch { await new Promise((r) => setTimeout(r, 1)); } }`);
const WORKERS = plugin(`const kept = [];
  for (let i = 0; i < 200; i++) { kept.push(new Worker('data:text/javascript,setInterval(()=>0,1e6)', { type: 'module' })); await new Promise((r) => setTimeout(r, 1)); }`);
const CPU_IN_WORKERS =
  plugin(`for (let i = 0; i < 2; i++) new Worker('data:text/javascript,for(;;);', { type: 'module' });
  await new Promise((r) => setTimeout(r, 60_000))`);
const TEMPORARY_FILE = plugin(`const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA temp_store = FILE; PRAGMA cache_size = 10; CREATE TEMP TABLE t (x)');
  db.exec('INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) SELECT randomblob(1000) FROM c')`);
const BUFFERS_IN_WORKERS = plugin(`for (let i = 0; i < 2; i++)
  new Worker('data:text/javascript,const a=[];for(;;)a.push(new Uint8Array(1<<20).fill(1))', { type: 'module' });
  await new Promise((r) => setTimeout(r, 60_000))`);
const CALLS = plugin(`for (let i = 0; i < 2000; i++) void ctx.query('SELECT 1').catch(() => 0)`);

/** Never answers, and gives up when the execution ends. */
const ended = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe.each(['off', 'auto'] as const)(
  'EXEC-02 (bubblewrap %s) an execution that passes a limit is ended, and the limit named:',
  (osSandbox) => {
    test.skipIf(!linux).each([
      [
        'open files',
        OPEN_FILES,
        { open_files: 64 },
        'limit_exceeded',
        'open_files',
        'open files: more than 64',
      ],
      [
        'threads',
        WORKERS,
        { processes: 32, open_files: 4096, memory_mb: 4096 },
        'limit_exceeded',
        'processes',
        'threads and processes: more than 32',
      ],
      [
        'processor time of all threads',
        CPU_IN_WORKERS,
        { cpu_s: 1 },
        'limit_exceeded',
        'cpu_s',
        'processor time: more than 1 s',
      ],
      [
        'memory of workers',
        BUFFERS_IN_WORKERS,
        { memory_mb: 128 },
        'out_of_memory',
        'memory_mb',
        'memory: more than 128 MB',
      ],
      ['open calls', CALLS, {}, 'limit_exceeded', 'calls', 'calls: more than 1000 open at once'],
      ['wall time', plugin(''), { wall_s: 0.5 }, 'timed_out', 'wall_s', 'wall time: more than 0.5 s'],
    ] as const)('%s', async (_, code, limits, status, limit, reason) => {
      const door = { query: (_sql: string, _parameters: unknown, signal: AbortSignal) => ended(signal) };
      const { end } = await executeHostile('', {
        code,
        limits,
        osSandbox,
        bareGlobals: true,
        ...(limit === 'calls' && { door }),
      });
      expect(end).toMatchObject({ status, limit, reason });
    });
  },
);

test.skipIf(process.platform === 'win32')(
  'EXEC-02 a temporary file, which asks for no permission, is ended by the kernel at its first byte',
  async () => {
    const { end } = await executeHostile('', { code: TEMPORARY_FILE, bareGlobals: true });
    expect(end).toMatchObject({
      status: 'limit_exceeded',
      limit: 'disk_mb',
      reason: 'files: nothing may be written',
    });
  },
);

test('EXEC-02 a plugin that asks and never reads makes the host hold four answers, and is ended by the number of its calls', async () => {
  const code = `export default { async analyze() {
    const send = (id) => {
      const payload = new TextEncoder().encode(JSON.stringify({ type: 'request', id, call: { method: 'query', sql: 'SELECT 1', parameters: [] } }));
      const frame = new Uint8Array(5 + payload.length);
      new DataView(frame.buffer).setUint32(0, payload.length, true);
      frame[4] = 1;
      frame.set(payload, 5);
      Deno.stdout.writeSync(frame);
    };
    for (let i = 0; i < 2000; i++) send(i);
    for (;;);
  } };`;
  let answered = 0;
  const query = async () => {
    answered += 1;
    return { handle: 'q1', columns: [{ name: 'x', type: 'VARCHAR' }], rows: [['x'.repeat(2 ** 20)]] };
  };
  const { end } = await executeHostile('', { code, bareGlobals: true, door: { query } });
  expect(end).toMatchObject({ limit: 'calls', reason: 'calls: more than 1000 open at once' });
  expect(answered).toBeLessThanOrEqual(4);
});

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
