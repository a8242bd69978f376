import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
import { type App, installPlugins, openApp } from '../../src/engine/index.ts';
import { BUNDLES } from '../escape/attacks/bundles.ts';
import { unpack } from '../pack/unpack.ts';
import { temporaryFolder } from '../run/command.ts';
import { type BundleKit, bundleKit } from './bundle-kit.ts';
import { done, ID, packVersion, treeOf } from './bundles.ts';

let folder: string;
let app: App;
let zip: Buffer;
let members: Map<string, Buffer>;
let kit: BundleKit;

beforeAll(async () => {
  folder = join((await import('node:os')).tmpdir(), `hostile-bundles-${process.pid}`);
  (await import('node:fs')).mkdirSync(folder, { recursive: true });
  zip = readFileSync(await packVersion(folder, '1.0.0'));
  members = await unpack(zip);
  kit = bundleKit(folder, zip, members);
  app = await openApp({ appdata: join(folder, 'appdata') });
});
afterAll(async () => {
  app.close();
  (await import('node:fs')).rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** What installing these bytes says; fails where it is not refused, or where anything is left behind. */
async function refusal(bytes: Buffer | string): Promise<string> {
  const path = typeof bytes === 'string' ? bytes : join(folder, 'hostile.zip');
  if (typeof bytes !== 'string') writeFileSync(path, bytes);
  const before = treeOf(app.paths.root);
  const said = await installPlugins(app, { files: [path], update: false }).then(
    () => 'it was installed',
    (error: unknown) => {
      if (!(error instanceof HarnessError)) throw error;
      return `${error.exitCode} ${error.message}`;
    },
  );
  expect(treeOf(app.paths.root), said).toEqual(before);
  expect(app.state.plugins.versions(), said).toEqual([]);
  expect(app.state.plugins.list(), said).toEqual([]);
  return said;
}

test('EXT-03 one byte changed anywhere in a bundle: it is refused, as altered where the byte is content, and nothing is left behind', async () => {
  const answers = new Map<string, number>();
  for (let at = 0; at < zip.length; at += 41) {
    const bytes = Buffer.from(zip);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
    const said = await refusal(bytes);
    expect(said, `byte ${at}`).toMatch(/^(2 .* is no bundle that can be installed|4 .* was altered)/);
    answers.set(said.slice(0, 1), (answers.get(said.slice(0, 1)) ?? 0) + 1);
  }
  expect(answers.get('2')).toBeGreaterThan(3);
  expect(answers.get('4')).toBeGreaterThan(20);
});

test('a bundle that is cut off anywhere is refused, and nothing is left behind', async () => {
  expect(await refusal(zip.subarray(0, 0))).toContain('it is empty');
  for (let length = 0; length < zip.length; length += 211) {
    expect(await refusal(zip.subarray(0, length)), `${length} bytes`).toMatch(/^2 .* is no bundle/);
  }
});

describe('EXT-03 a bundle is refused with its reason, and nothing is left behind, where it has', () => {
  test.each(BUNDLES)('$name', async ({ make, refused }) => {
    expect(await refusal(await make(kit))).toMatch(refused);
  });
});

const twins = [...new Set(BUNDLES.map(({ twin }) => twin))].map((twin) => ({
  twin,
  of: BUNDLES.filter((attack) => attack.twin === twin).map(({ name }) => name),
}));
test.each(twins)('a good bundle that looks like an attack is installed: like $of', async ({ twin }) => {
  const other = await openApp({ appdata: join(temporaryFolder(), 'appdata') });
  const path = join(folder, 'twin.zip');
  writeFileSync(path, await twin(kit));
  await installPlugins(other, { files: [path], update: false }).finally(() => other.close());
});

test('a folder that is no bundle, a path that is none, and one refused among several leave nothing behind', async () => {
  expect(await refusal(folder)).toMatch(/^2 .*plugins pack/);
  expect(await refusal(join(folder, 'nowhere.zip'))).toMatch(/^2 No such file/);
  const good = join(folder, 'good.zip');
  writeFileSync(good, zip);
  writeFileSync(join(folder, 'bad.zip'), 'no bundle');
  const before = treeOf(app.paths.root);
  const both = installPlugins(app, { files: [good, join(folder, 'bad.zip')], update: false });
  await expect(both).rejects.toMatchObject({
    ...{ code: 'SH_BUNDLE_REFUSED', message: expect.stringContaining('it is no zip file') },
  });
  expect(treeOf(app.paths.root)).toEqual(before);
  expect(app.state.plugins.versions()).toEqual([]);
});

test('the honest twin: the same files packed anew are the same bytes, and are installed, also from where they lie unpacked', async () => {
  expect((await kit.stored(members)).equals(zip)).toBe(true);
  const other = temporaryFolder();
  const path = join(other, 'twin.zip');
  writeFileSync(path, zip);
  const at = ['--appdata', join(other, 'appdata')];
  await done(['plugins', 'install', path, ...at]);
  const unpacked = join(other, 'unpacked');
  cpSync(join(other, 'appdata', 'plugins', ID, '1.0.0'), unpacked, { recursive: true });
  const again = await done<{ changes: unknown[] }>(['plugins', 'install', unpacked, ...at]);
  expect(again.changes).toMatchObject([{ change: 'unchanged', version: '1.0.0' }]);
  if (process.platform === 'win32') return;
  symlinkSync(path, join(unpacked, 'README.lnk'));
  expect(await refusal(unpacked)).toMatch(/^2 .*README\.lnk/);
});
