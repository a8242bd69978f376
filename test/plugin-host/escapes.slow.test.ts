import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
  /\w+ is not defined|Cannot read properties of undefined|Cannot access 'default' before initialization/;

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
  link_in_scratch: 3,
  network: 7,
  dns: 3,
  environment: 5,
  spawn: 6,
  worker_with_network: 2,
  eval_and_function: 4,
  write_outside_scratch: 8,
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

test('a symbolic link that lies in scratch beforehand ends the execution before it starts', async () => {
  const { end } = await executeHostile('never_resolves', {
    prepareScratch: (scratch) => symlink(secret, join(scratch, 'link')),
  });
  expect(end).toMatchObject({ status: 'failed', reason: expect.stringContaining('no plain file') });
});

test('a plugin that does not ask for artifacts.write writes nothing, one without dataset.read asks nothing', async () => {
  const { end, scratch } = await executeHostile('', {
    manifest: { capabilities_required: [] },
    code: `export default { async analyze(ctx) {
      for (const attempt of [
        () => ctx.artifact({ path: 'a', content: 'x', media_type: 'text/plain', title: 'a' }),
        () => ctx.query('SELECT 1'),
      ]) try { await attempt(); ctx.note('done'); } catch (error) { ctx.note(error.message); }
    } };`,
  });
  expect(scratch).toEqual([]);
  expect(end).toMatchObject({
    status: 'ok',
    output: { notes: [expect.stringContaining('write'), 'the manifest does not ask for dataset.read'] },
  });
});

describe.skipIf(bubblewrap === undefined)('bubblewrap alone, with every permission of Deno granted', () => {
  const inside = (code: string) =>
    new Promise<string>((resolve) => {
      const { command, arguments: options, deno } = wrap(bubblewrap ?? '', folder, folder);
      const env = { DENO_DIR: '/deno-dir', NO_COLOR: '1' };
      execFile(command, [...options, deno, 'eval', code], { env }, (error, stdout, stderr) =>
        resolve(error === null ? `ESCAPED ${stdout}` : stderr),
      );
    });

  test.each([
    ['no file of the host', `console.log(Deno.readTextFileSync('/etc/passwd'))`],
    ['no process of the host', `console.log(Deno.readTextFileSync('/proc/1/cmdline'))`],
    ['no shell', `new Deno.Command('/bin/sh').outputSync()`],
    ['no write outside scratch', `Deno.writeTextFileSync('/code/x', 'x')`],
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
