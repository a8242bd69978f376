import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { type PackedPlugin, packPlugin } from '../../src/engine/index.ts';
import { writeArchive } from '../../src/pack/index.ts';
import { loadPluginFolder } from '../../src/plugin-host/index.ts';
import { unpack } from '../pack/unpack.ts';
import { command, temporaryFolder } from '../run/command.ts';
import { say } from '../run/say.ts';
import { refused, writePlugin } from './bundles.ts';

test('EXT-03 a plugin is packed to the same bytes each time, whatever the clock, the time zone, the order and the ages of its files', async () => {
  const folder = temporaryFolder();
  const one = writePlugin(join(folder, 'one'), '1.0.0');
  const other = join(folder, 'other', 'elsewhere');
  mkdirSync(other, { recursive: true });
  for (const name of ['README.md', 'plugin.ts', 'plugin.json']) {
    writeFileSync(join(other, name), readFileSync(join(one, name)), { mode: 0o755 });
    utimesSync(join(other, name), 1e9, 1e9);
  }
  const packed: PackedPlugin[] = [];
  for (const [source, name, TZ] of [
    [one, 'a.zip', 'America/New_York'],
    [other, 'b.zip', 'Asia/Kathmandu'],
  ] as const) {
    const args = ['plugins', 'pack', source, '--out', join(folder, name), '--json'];
    const ended = await command(args, { TZ, LC_ALL: 'tr_TR.UTF-8' });
    expect(ended.code, ended.err).toBe(0);
    packed.push(JSON.parse(ended.out) as PackedPlugin);
  }
  const [first, second] = packed;
  expect(second?.sha256).toBe(first?.sha256);
  expect(sha256(readFileSync(join(folder, 'b.zip')))).toBe(first?.sha256);
  expect(first?.contents.code_sha256).toBe((await loadPluginFolder(one)).codeSha256);
  const files = await unpack(readFileSync(join(folder, 'a.zip')));
  expect([...files.keys()]).toEqual(['bundle.json', 'plugin.json', 'bundle.mjs', 'README.md']);
  expect(files.get('plugin.json')?.equals(readFileSync(join(one, 'plugin.json')))).toBe(true);
  for (const { path, sha256: hash, bytes } of first?.contents.files ?? [])
    expect([sha256(files.get(path) ?? ''), files.get(path)?.length]).toEqual([hash, bytes]);
  // Quiet is about progress: what was packed is the result.
  const quiet = await say(['plugins', 'pack', one, '--out', join(folder, 'd.zip'), '--quiet']);
  expect(quiet).toMatchObject({ code: 0, out: expect.stringContaining(first?.sha256 ?? '?') });
  rmSync(join(other, 'README.md'));
  const without = await packPlugin({ folder: other, out: join(folder, 'c.zip'), overwrite: false });
  expect(without.warnings).toEqual([]);
  expect(without.contents.files.map(({ path }) => path)).toEqual(['plugin.json', 'bundle.mjs']);
});

test('the form of a bundle is the same on every platform, and stays what it is: otherwise every bundle that somebody keeps would be refused', async () => {
  const path = join(temporaryFolder(), 'presence.zip');
  const names = ['bundle.json', 'plugin.json', 'bundle.mjs', 'README.md'];
  await writeArchive(
    path,
    names.map((name) => ({ path: name, content: Buffer.from(`what ${name} holds\n`) })),
  );
  expect(sha256(readFileSync(path))).toBe(
    'sha256:2e30da8b42d2b1c28f1b317f4f099b9382ea5290ea9599d9d3bd536165895d24',
  );
});

test('what no engine could run as it is, or install, is not packed: defaults that do not fit, the id of a built-in plugin', async () => {
  const folder = temporaryFolder();
  const properties = { largest: { type: 'number', maximum: 0.5, default: 7 } };
  const unfit = writePlugin(folder, '1.0.0', { config_schema: { type: 'object', properties } });
  const builtIn = writePlugin(folder, '1.0.0', { id: 'profile_basic' });
  for (const [source, code] of [
    [unfit, 'SH_PLUGIN_DEFAULTS_UNFIT'],
    [builtIn, 'SH_PLUGIN_BUILT_IN'],
  ] as const)
    expect(await refused(['plugins', 'pack', source, '--out', join(folder, 'no.zip')])).toMatchObject({
      ...{ code, exit: 2 },
    });
});
