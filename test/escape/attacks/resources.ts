import type { DataDoor } from '../../../src/plugin-host/index.ts';
import type { Execution } from '../attack.ts';

/** What the runtime takes before a plugin does anything, on top of a plugin's limit: docs/explain/sandbox.md. */
const RUNTIME_BYTES = 64 * 2 ** 20;
/** How often the limit an execution may take where it is looked at from time to time. */
const MARGIN = 2;
const plugin = (body: string): string => `export default { async analyze(ctx) { ${body} } };`;
const attack = (
  name: string,
  body: string,
  rest: Omit<Execution, 'kind' | 'group' | 'name' | 'code'>,
): Execution => ({
  ...{ kind: 'execution', group: 'resources', name, code: plugin(body) },
  ...rest,
});

const BY_CPU: Execution['bound'] = ({ cpuSeconds }) => ({ took: cpuSeconds, most: MARGIN });
const MEMORY_MB = 128;
const BY_MEMORY: Execution['bound'] = ({ peakMemoryBytes }) => ({
  took: peakMemoryBytes - RUNTIME_BYTES,
  most: MARGIN * MEMORY_MB * 2 ** 20,
});

const burnsCpu = (name: string, body: string): Execution =>
  attack(name, body, {
    ...{ status: 'limit_exceeded', limit: 'cpu_s', reason: /^processor time: more than 1 s$/ },
    limits: { cpu_s: 1 },
    bound: BY_CPU,
  });
const fillsMemory = (name: string, body: string, rest: Partial<Execution> = {}): Execution =>
  attack(name, body, {
    ...{ status: 'out_of_memory', limit: 'memory_mb', reason: /^memory: more than 128 MB$/ },
    limits: { memory_mb: MEMORY_MB },
    bound: BY_MEMORY,
    ...rest,
  });
const floods = (name: string, body: string): Execution =>
  attack(name, body, {
    ...{ status: 'limit_exceeded', limit: 'output_mb', reason: /^(output|log|artifacts): more than 1 MB$/ },
    limits: { output_mb: 1 },
    bound: ({ keptBytes }) => ({ took: keptBytes, most: 2 ** 20 }),
  });
const runsOn = (name: string, body: string): Execution =>
  attack(name, body, {
    ...{ status: 'timed_out', limit: 'wall_s', reason: /^wall time: more than 1 s$/ },
    limits: { wall_s: 1 },
    // Of one processor, for which it does not take longer.
    bound: BY_CPU,
  });
/** It asks on and on, and reports progress after each; so many have an answer under way at once. */
const ANSWERS_AT_ONCE = 4;
const CALLS_AT_ONCE = 1000;
const asks = (
  name: string,
  body: string,
  query: DataDoor['query'],
  bound: Execution['bound'] = ({ questions }) => ({ took: questions, most: ANSWERS_AT_ONCE }),
): Execution =>
  attack(name, body, {
    ...{ status: 'limit_exceeded', limit: 'calls', reason: /^calls: more than 1000 open at once$/ },
    ...{ door: { query }, bound },
  });
/** The runtime itself refuses it, long before a limit. */
const fails = (name: string, body: string, reason: RegExp): Execution =>
  attack(name, body, { status: 'failed', reason, limits: { memory_mb: MEMORY_MB }, bound: BY_MEMORY });
const never: DataDoor['query'] = (_, __, signal) =>
  new Promise((_resolve, no) => signal.addEventListener('abort', () => no(signal.reason)));
const megabyte: DataDoor['query'] = async () => ({
  ...{ handle: 'q1', columns: [{ name: 'x', type: 'VARCHAR' }], rows: [['x'.repeat(2 ** 20)]] },
});
/** Memory is taken slowly enough that a host on a busy machine, which looks late, still sees it in time. */
const PAUSE = `await new Promise((resolve) => setTimeout(resolve, 5));`;
const WORKER = `new Worker('data:text/javascript,' + encodeURIComponent(code), { type: 'module' })`;
const FRAME = `const frame = (text) => {
  const payload = new TextEncoder().encode(text);
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length, true);
  bytes[4] = 1;
  bytes.set(payload, 5);
  for (let at = 0; at < bytes.length; ) at += Deno.stdout.writeSync(bytes.subarray(at));
};`;

export const RESOURCES: readonly Execution[] = [
  runsOn('an endless loop', `for (;;);`),
  runsOn('a timer for ever', `setInterval(() => {}, 1); await new Promise(() => {});`),
  burnsCpu('an endless loop of arithmetic', `for (let i = 0; ; i++) Math.sqrt(i);`),
  burnsCpu('an endless chain of promises', `for (;;) await null;`),
  burnsCpu('a regular expression without end', `/^(a+)+$/.test('a'.repeat(40) + 'b');`),
  burnsCpu('a number with too many digits', `let n = 7n; for (;;) n = n ** 3n % (10n ** 20000n);`),
  burnsCpu(
    'a loop in WebAssembly',
    `await WebAssembly.instantiate(Uint8Array.fromHex('0061736d01000000010401600000030201000801000a09010700034' + '00c000b0b'));`,
  ),
  burnsCpu(
    'loops in two workers',
    `const code = 'for (;;);'; ${WORKER}; ${WORKER}; await new Promise(() => setInterval(() => {}, 1000));`,
  ),
  fails('a promise that nobody keeps', `await new Promise(() => {});`, /can not happen/),
  fails('recursion without end', `const f = () => f() + 1; f();`, /^RangeError: Maximum call stack/),
  fails(
    'one array that is too large',
    `new ArrayBuffer(2 ** 50);`,
    /^RangeError: Array buffer allocation failed/,
  ),
  fails('one text that is too long', `'x'.repeat(2 ** 30);`, /^RangeError: Invalid string length/),
  fillsMemory(
    'a heap that grows',
    `const kept = []; for (let i = 0; ; i++) kept.push({ i, text: 'number ' + i });`,
  ),
  fillsMemory('promises that pile up', `const kept = []; for (;;) kept.push(new Promise(() => {}));`),
  fillsMemory('a map that grows', `const kept = new Map(); for (let i = 0; ; i++) kept.set(i, i);`),
  fillsMemory('buffers', `const kept = []; for (;;) { kept.push(new Uint8Array(1e6).fill(1)); ${PAUSE} }`, {
    linuxOnly: true,
  }),
  fillsMemory(
    'one buffer that is resized',
    `const kept = new ArrayBuffer(0, { maxByteLength: 4e9 }); for (let n = 1e6; ; n += 1e6) { kept.resize(n); new Uint8Array(kept).fill(1, n - 1e6); ${PAUSE} }`,
    { linuxOnly: true },
  ),
  fillsMemory(
    'shared memory',
    `const kept = []; for (;;) { kept.push(new Uint8Array(new SharedArrayBuffer(1e6)).fill(1)); ${PAUSE} }`,
    { linuxOnly: true },
  ),
  fillsMemory(
    'memory of WebAssembly',
    `const memory = new WebAssembly.Memory({ initial: 1 }); for (;;) { const from = memory.buffer.byteLength; memory.grow(16); new Uint8Array(memory.buffer).fill(1, from); ${PAUSE} }`,
    { linuxOnly: true },
  ),
  fillsMemory(
    'many workers',
    `const code = 'setInterval(() => {}, 1000)'; const kept = []; for (;;) { kept.push(${WORKER}); await new Promise((resolve) => setTimeout(resolve, 5)); }`,
    { linuxOnly: true, limits: { memory_mb: 128, processes: 4096, open_files: 65536 } },
  ),
  fillsMemory(
    'two workers with heaps of their own',
    `const code = 'const kept = []; for (;;) { kept.push(new Uint8Array(1e6).fill(1)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); }'; ${WORKER}; ${WORKER}; await new Promise(() => setInterval(() => {}, 1000));`,
    { linuxOnly: true },
  ),
  floods('notes', `for (let i = 0; i < 8; i++) ctx.note('x'.repeat(2 ** 20));`),
  floods(
    'a finding with very many fields',
    `ctx.finding({ kind: 'row_count', title: 't', statement: 's', fields: Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['f' + i, { from: { setting: 'x' } }])), target: {}, how: 'exact_count', severity: 'info' });`,
  ),
  floods('lines of log', `for (;;) ctx.log('x'.repeat(10_000));`),
  floods('empty lines of log', `for (;;) ctx.log('');`),
  floods('progress', `for (let i = 0; ; i++) ctx.progress(i, 1);`),
  floods('stderr', `for (;;) Deno.stderr.writeSync(new TextEncoder().encode('x'.repeat(10_000) + '\\n'));`),
  floods(
    'stderr without an end of line',
    `for (;;) Deno.stderr.writeSync(new TextEncoder().encode('x'.repeat(10_000)));`,
  ),
  floods(
    'a message that says it is long',
    `Deno.stdout.writeSync(new Uint8Array([0, 101, 205, 29, 1])); ${PAUSE} for (;;) Deno.stdout.writeSync(new Uint8Array(65536));`,
  ),
  floods(
    'a state that is too long',
    `${FRAME} frame(JSON.stringify({ type: 'request', id: 1, call: { method: 'saveChunkState', chunk: 0, state: 'x'.repeat(12e6), lookedAt: [] } })); await new Promise(() => setInterval(() => {}, 1000));`,
  ),
  asks(
    'calls that pile up',
    `for (let i = 0; i < 5000; i++) { ctx.query('SELECT 1').catch(() => 0); ctx.progress(i, 1); } await new Promise(() => setInterval(() => {}, 1000));`,
    never,
    ({ progress }) => ({ took: progress, most: CALLS_AT_ONCE }),
  ),
  asks(
    'calls of which no answer comes',
    `for (let i = 0; i < 5000; i++) ctx.query('SELECT 1').catch(() => 0); await new Promise(() => setInterval(() => {}, 1000));`,
    never,
  ),
  asks(
    'calls of which no answer is read',
    `${FRAME} for (let id = 1; id < 5000; id++) frame(JSON.stringify({ type: 'request', id, call: { method: 'query', sql: 'SELECT 1', parameters: [] } })); for (;;);`,
    megabyte,
  ),
  attack('all rows of a table without end, loaded', `await ctx.load({ columns: [] });`, {
    ...{ status: 'limit_exceeded', limit: 'load_mb', reason: /^full load: more than 256 MB$/ },
    ...{ manifest: { capabilities_required: ['dataset.read', 'full_load'] }, limits: { memory_mb: 2048 } },
    door: {
      batches: async function* () {
        for (;;) yield { part: 1, rows: 2 ** 20, rowNumbers: new BigInt64Array(2 ** 20), columns: {} };
      },
    },
    bound: ({ peakMemoryBytes }) => ({ took: peakMemoryBytes - RUNTIME_BYTES, most: MARGIN * 256 * 2 ** 20 }),
    linuxOnly: true,
  }),
  attack(
    'open files',
    `const kept = []; for (;;) { try { kept.push(Deno.openSync('plugin.mjs')); } catch { ${PAUSE} } }`,
    {
      ...{ status: 'limit_exceeded', limit: 'open_files', reason: /^open files: more than 64$/ },
      limits: { open_files: 64 },
      bound: ({ openFiles }) => ({ took: openFiles, most: MARGIN * 64 }),
      linuxOnly: true,
    },
  ),
  attack(
    'threads',
    `const code = 'setInterval(() => {}, 1000)'; const kept = []; for (;;) { kept.push(${WORKER}); ${PAUSE} }`,
    {
      ...{ status: 'limit_exceeded', limit: 'processes', reason: /^threads and processes: more than 32$/ },
      limits: { processes: 32, open_files: 4096, memory_mb: 4096 },
      bound: ({ threads }) => ({ took: threads, most: MARGIN * 32 }),
      linuxOnly: true,
    },
  ),
  attack(
    'a database that spills to the disk',
    `const sql = new ((await import('node:sqlite')).DatabaseSync)(':memory:');
    sql.exec('PRAGMA temp_store = FILE; PRAGMA cache_size = 10; CREATE TEMP TABLE t (a)');
    for (let i = 0; i < 100; i++) sql.exec('INSERT INTO t SELECT zeroblob(1000000)');
    const files = Array.from(Deno.readDirSync('/proc/self/fd'), ({ name }) => { try { return Deno.readLinkSync('/proc/self/fd/' + name); } catch { return ''; } });
    ctx.note(files.join());`,
    {
      ...{ status: 'limit_exceeded', limit: 'disk_mb', reason: /^files: nothing may be written$/ },
      inBubblewrap: { status: 'failed', reason: /disk I\/O error/ },
      canary: /note: .*etilqs_\w+ \(deleted\)/,
      bound: ({ diskBytes }) => ({ took: diskBytes, most: 0 }),
    },
  ),
  floods(
    'files',
    `for (let i = 0; ; i++) await ctx.artifact({ path: 'f' + i, content: new Uint8Array(2 ** 19), media_type: 'text/plain', title: 'x' });`,
  ),
  attack('a million labels of chance', `for (let i = 0; ; i++) ctx.random('x' + i).uniform();`, {
    ...{ status: 'limit_exceeded', limit: 'cpu_s', limits: { cpu_s: 1 } },
    bound: BY_CPU,
  }),
];
