import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBubblewrap, wrap } from '../../src/plugin-host/bubblewrap.ts';
import { executeHostile, type HostileOptions, notesOf } from './execute-hostile.ts';

const bubblewrap = await findBubblewrap();
const MODES = [
  { mode: 'all layers but bubblewrap', osSandbox: 'off', bareGlobals: false },
  { mode: 'permissions alone', osSandbox: 'off', bareGlobals: true },
  { mode: 'permissions and bubblewrap', osSandbox: 'auto', bareGlobals: true },
] as const;
type Mode = (typeof MODES)[number];
/** How a permission denial of Deno reads, and V8's answer to code made from text. */
const DENIED =
  /^\w+: (NotCapable|TypeError|Error ERROR) (Requires (read|write|net|env|sys|run|ffi|import) access|Deno\.symlink(Sync)?\(\) requires unscoped --allow-read and --allow-write)|^\w+: EvalError Code generation from strings disallowed/;
/** Denials that don't say so: attempt by attempt, exactly. */
const OTHER_DENIALS: Readonly<Record<string, readonly RegExp[]>> = {
  // This type of module is behind a flag of Deno that the host doesn't set.
  read_by_import_attribute: [/^bytes: TypeError "bytes" is not a valid module type\.$/],
  // Node's resolver answers with its own codes when the permission is missing; without a network there is no resolver.
  dns: [/^node_lookup: Error getaddrinfo EPERM localhost$/, /^node_resolve: Error queryA UNKNOWN localhost$/],
};
/** Inside bubblewrap there is no resolv.conf: the name server can't even be asked about. */
const DENIED_BY_BUBBLEWRAP = /^deno: Error proto error: io error: No such file or directory/;
/**
 * How it reads where the name is gone. It proves nothing of the permissions, so it counts only with globals taken away;
 * each fixture is also executed with bare globals, where only a denial counts.
 */
const GONE =
  /\w+ is not defined|Blocked by null entry for ""node:|Cannot read properties of undefined|Cannot access 'default' before initialization/;

/** Lines of the log that are no denial. */
function undenied(name: string, { osSandbox, bareGlobals }: Mode, log: readonly string[]): string[] {
  const counts = [DENIED, ...(OTHER_DENIALS[name] ?? [])];
  if (osSandbox === 'auto' && name === 'dns') counts.push(DENIED_BY_BUBBLEWRAP);
  if (!bareGlobals) counts.push(GONE, STACK);
  return log.filter((line) => !counts.some((pattern) => pattern.test(line)));
}
const STACK = /^\s+at /;
const lines = (log: readonly string[]): string[] =>
  log.flatMap((text) => text.split('\n')).filter((text) => text !== '');

let folder = '';
let secret = '';
let server: Server;
let connections = 0;
let settings: Record<string, unknown> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'escapes-'));
  secret = join(folder, 'secret.json');
  await writeFile(secret, '"top secret"');
  server = createServer((_, response) => void response.end('welcome'));
  server.on('connection', () => void connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  settings = { secret, secretUrl: pathToFileURL(secret).href, outside: join(folder, 'written.txt'), port };
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const ESCAPES = {
  read_by_import_attribute: 5,
  read_absolute_path: 9,
  make_links: 3,
  network: 7,
  dns: 3,
  environment: 5,
  spawn: 6,
  worker_with_network: 2,
  eval_and_function: 4,
  write_files: 8,
};

describe.each(MODES)('with $mode', (mode) => {
  const { osSandbox, bareGlobals } = mode;
  const missing = osSandbox === 'auto' && bubblewrap === undefined;
  const options = (): HostileOptions => ({ osSandbox, bareGlobals, settings });

  test.skipIf(missing).each(Object.entries(ESCAPES))(
    'every attempt of %s is denied (EXEC-04)',
    async (name, attempts) => {
      const done = await executeHostile(name, options());
      expect(undenied(name, mode, lines(done.log))).toEqual([]);
      if (bareGlobals) expect(lines(done.log)).toHaveLength(attempts);
      // Without Deno's own globals some of Node's modules break in a way that ends the plugin.
      if (bareGlobals || done.end.status === 'ok') {
        const notes = notesOf(done);
        expect(notes.filter((note) => !note.endsWith(': denied'))).toEqual([]);
        expect(notes).toHaveLength(attempts);
      } else {
        expect(done.end).toMatchObject({ status: 'failed', reason: expect.stringMatching(GONE) });
      }
      expect(existsSync(join(folder, 'written.txt'))).toBe(false);
      expect(connections).toBe(0);
      expect(done.leftovers).toEqual([]);
      if (osSandbox === 'auto') expect(done.end.sandboxLayers).toContain('bubblewrap');
    },
  );

  test.skipIf(missing)('a file named by a static import attribute is not read', async () => {
    const replace = ['SECRET_URL', pathToFileURL(secret).href] as const;
    const { end } = await executeHostile('read_by_static_import_attribute', { ...options(), replace });
    expect(end).toMatchObject({ status: 'failed', reason: expect.stringMatching(/Requires read access/) });
  });
});

test('a worker that asks for more permissions than its plugin has ends the execution', async () => {
  const code = `export default { async analyze(ctx) {
    new Worker('data:text/javascript,postMessage(1)', { type: 'module', deno: { permissions: { net: true } } });
    ctx.note('ESCAPED');
  } };`;
  const { end } = await executeHostile('', { code, bareGlobals: true });
  expect(end).toMatchObject({ status: 'failed', reason: expect.stringContaining('unstable-worker-options') });
});

test('a datagram socket is denied, which ends the execution', async () => {
  const code = `import { createSocket } from 'node:dgram';
  export default { async analyze(ctx) {
    await new Promise((resolve) => createSocket('udp4').on('listening', resolve).bind(0, '127.0.0.1'));
    ctx.note('ESCAPED');
  } };`;
  const { end, log } = await executeHostile('', { code, bareGlobals: true });
  expect(end.status).toBe('failed');
  expect(log.join('\n')).toContain('NotCapable: Requires net access to "127.0.0.1:0"');
});

test('a plugin that does not ask for artifacts.write hands nothing over, one without dataset.read asks nothing', async () => {
  const { end } = await executeHostile('', {
    manifest: { capabilities_required: [] },
    code: `export default { async analyze(ctx) {
      for (const attempt of [
        () => ctx.artifact({ path: 'a', content: 'x', media_type: 'text/plain', title: 'a' }),
        () => ctx.query('SELECT 1'),
      ]) try { await attempt(); ctx.note('done'); } catch (error) { ctx.note(error.message); }
    } };`,
  });
  expect(end).toMatchObject({
    status: 'ok',
    output: {
      notes: ['the manifest does not ask for artifacts.write', 'the manifest does not ask for dataset.read'],
    },
    artifacts: new Map(),
  });
});

describe.skipIf(bubblewrap === undefined)('bubblewrap alone, with every permission of Deno granted', () => {
  const ENVIRONMENT = { DENO_DIR: '/code/secret.json/none', NO_COLOR: '1' };
  const inside = (code: string) =>
    new Promise<string>((resolve) => {
      const {
        command,
        arguments: options,
        deno,
      } = wrap(bubblewrap ?? '', folder, { environment: ENVIRONMENT });
      execFile(command, [...options, deno, 'eval', code], { env: {} }, (error, stdout, stderr) =>
        resolve(error === null ? `ESCAPED ${stdout}` : stderr),
      );
    });

  test.each([
    ['no file of the host', `console.log(Deno.readTextFileSync('/etc/passwd'))`],
    ['no process of the host', `console.log(Deno.readTextFileSync('/proc/1/cmdline'))`],
    ['no shell', `new Deno.Command('/bin/sh').outputSync()`],
    ['no write into its code', `Deno.writeTextFileSync('/code/x', 'x')`],
    ['no write at the root', `Deno.writeTextFileSync('/x', 'x')`],
  ])('there is %s', async (_, code) => {
    expect(await inside(code)).toMatch(/NotFound|Read-only file system/);
  });

  test('there is no network', async () => {
    expect(await inside(`await Deno.connect({ hostname: '127.0.0.1', port: ${settings['port']} })`)).toMatch(
      /ConnectionRefused|NetworkUnreachable|refused|unreachable/i,
    );
    expect(connections).toBe(0);
  });
});

describe('no place is writable', () => {
  const noting = (attempt: string) => `export default { async analyze(ctx) {
    try { ${attempt}; ctx.note('ESCAPED'); } catch (error) { ctx.note(String(error)); }
  } };`;

  test.each([
    ['localStorage', `localStorage.setItem('a', 'b')`],
    ['a cache', `await (await caches.open('x')).put('http://a/', new Response('b'))`],
    [
      'a database on disk',
      `new (await import('node:sqlite')).DatabaseSync('a.db').exec('CREATE TABLE t (x)')`,
    ],
  ])('not %s', async (_, attempt) => {
    const { end } = await executeHostile('', { code: noting(attempt), bareGlobals: true });
    expect(end).toMatchObject({ status: 'ok', output: { notes: [expect.not.stringContaining('ESCAPED')] } });
  });

  test.skipIf(process.platform === 'win32').each(['off', 'auto'] as const)(
    'not a temporary file of the database inside Deno, which asks for no permission (bubblewrap %s)',
    async (osSandbox) => {
      const code = noting(`const { DatabaseSync } = await import('node:sqlite');
        const db = new DatabaseSync(':memory:');
        db.exec('PRAGMA temp_store = FILE; PRAGMA cache_size = 10; CREATE TEMP TABLE t (x)');
        db.exec('INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000) SELECT randomblob(1000) FROM c')`);
      const { end } = await executeHostile('', { code, bareGlobals: true, osSandbox });
      expect(end.status === 'ok' ? end.output.notes : end.reason).not.toContain('ESCAPED');
      if (osSandbox === 'off')
        expect(end).toMatchObject({ status: 'limit_exceeded', reason: 'files: nothing may be written' });
    },
  );
});

describe('an artifact', () => {
  const artifact = (path: string, content = 'x') =>
    `await ctx.artifact({ path: ${JSON.stringify(path)}, content: ${JSON.stringify(content)}, media_type: 'text/plain', title: 'a' })`;

  test.each([
    ['that climbs out', ['../a.txt']],
    ['with an absolute name', ['/etc/a.txt']],
    ['with a name that Windows keeps for a device', ['aux.txt']],
    ['with a trailing dot', ['a.']],
    ['with half a surrogate pair in its name', ['a\ud800']],
    ['twice', ['a.txt', 'a.txt']],
    ['that differs by case alone from another', ['a.txt', 'A.TXT']],
  ])('%s is refused inside the plugin, and its output stays valid', async (_, names) => {
    const kept = names.slice(0, -1);
    const code = `export default { async analyze(ctx) {
      ${names.map((name) => `try { ${artifact(name)}; } catch (error) { ctx.note(error.name); }`).join('\n')}
    } };`;
    const { end } = await executeHostile('', { code });
    expect(end).toMatchObject({ status: 'ok', output: { notes: ['HostError'] } });
    expect(end.status === 'ok' && [...end.artifacts.keys()]).toEqual(kept);
  });

  test('arrives as it was handed over, text or bytes', async () => {
    const code = `export default { async analyze(ctx) {
      ${artifact('a.txt', 'grün')};
      await ctx.artifact({ path: 'b.bin', content: Uint8Array.of(0, 255, 7), media_type: 'text/plain', title: 'b' });
      ${artifact('empty', '')};
    } };`;
    const { end } = await executeHostile('', { code });
    const received = end.status === 'ok' ? [...end.artifacts].map(([name, bytes]) => [name, [...bytes]]) : [];
    expect(received).toEqual([
      ['a.txt', [...Buffer.from('grün')]],
      ['b.bin', [0, 255, 7]],
      ['empty', []],
    ]);
  });

  test('that is larger than its limit ends the execution at its header, before a byte of it is kept', async () => {
    const settings = { kind: 3, length: 3 * 2 ** 20 };
    const { end } = await executeHostile('forged_frames', {
      bareGlobals: true,
      settings,
      limits: { output_mb: 2 },
    });
    expect(end).toMatchObject({ status: 'limit_exceeded', reason: 'artifacts: more than 2 MB' });
  });

  test.each([
    ['is shorter than its header says', '05000000', /shorter/],
    ['has no header', '0000', /shorter/],
    ['has a header that is not JSON', '0100000061', /not JSON/],
    [
      'has a header of another form',
      `02000000${Buffer.from('{}').toString('hex')}`,
      /form that does not exist/,
    ],
  ])('that %s is invalid output', async (_, hex, reason) => {
    const settings = { kind: 3, hex };
    const { end } = await executeHostile('forged_frames', { bareGlobals: true, settings });
    expect(end).toMatchObject({ status: 'invalid_output', reason: expect.stringMatching(reason) });
  });
});
