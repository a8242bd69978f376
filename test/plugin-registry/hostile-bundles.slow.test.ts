import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { canonicalJsonFile, HarnessError, sha256 } from '../../src/base/index.ts';
import { pluginCodeHash } from '../../src/bundle/index.ts';
import type { PluginBundle, PluginManifest } from '../../src/contract/index.ts';
import { type App, installPlugins, openApp } from '../../src/engine/index.ts';
import { writeArchive } from '../../src/pack/index.ts';
import { crookedZip, zipOf } from '../ingest/pack.ts';
import { patched } from '../ingest/xlsx/patch-zip.ts';
import { unpack } from '../pack/unpack.ts';
import { temporaryFolder } from '../run/command.ts';
import { done, ID, packVersion, treeOf } from './bundles.ts';

let folder: string;
let app: App;
let zip: Buffer;
let members: Map<string, Buffer>;

beforeAll(async () => {
  folder = join((await import('node:os')).tmpdir(), `hostile-bundles-${process.pid}`);
  (await import('node:fs')).mkdirSync(folder, { recursive: true });
  zip = readFileSync(await packVersion(folder, '1.0.0'));
  members = await unpack(zip);
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

/** The files in the one form in which a bundle is packed. */
async function packed(files: ReadonlyMap<string, Buffer>): Promise<Buffer> {
  const path = join(folder, 'packed.zip');
  await writeArchive(
    path,
    [...files].map(([name, content]) => ({ path: name, content })),
  );
  return readFileSync(path);
}

/** The bundle with some of its files changed, added or (null) left out. */
const changed = (changes: Readonly<Record<string, string | Buffer | null>>): Map<string, Buffer> => {
  const files = new Map(members);
  for (const [name, content] of Object.entries(changes)) {
    if (content === null) files.delete(name);
    else files.set(name, Buffer.from(content));
  }
  return files;
};
const textOf = (name: string): string => members.get(name)?.toString('utf8') ?? '';
const document = (): PluginBundle => JSON.parse(textOf('bundle.json')) as PluginBundle;
const manifest = (): PluginManifest => JSON.parse(textOf('plugin.json')) as PluginManifest;

/** The bundle with other code or another manifest, and every hash made right for it again. */
function rehashed(
  changes: Readonly<Record<string, string>>,
  claim: Partial<PluginBundle> = {},
): Map<string, Buffer> {
  const files = changed(changes);
  const read = JSON.parse(files.get('plugin.json')?.toString('utf8') ?? '') as PluginManifest;
  const claimed: PluginBundle = {
    ...document(),
    code_sha256: pluginCodeHash(files.get('bundle.mjs') ?? '', read),
    files: document().files.map(({ path }) => {
      const content = files.get(path) ?? Buffer.alloc(0);
      return { path, sha256: sha256(content), bytes: content.length };
    }),
    ...claim,
  };
  files.set('bundle.json', Buffer.from(canonicalJsonFile(claimed)));
  return files;
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
  for (let length = 0; length < zip.length; length += 211) {
    expect(await refusal(zip.subarray(0, length)), `${length} bytes`).toMatch(/^2 .* is no bundle/);
  }
});

/** Files in an archive that says something of its own about them. */
async function withMode(name: string, content: string, mode: number): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [path, bytes] of members) {
    const isIt = path === name;
    archive.addBuffer(isIt ? Buffer.from(content) : bytes, path, {
      mode: isIt ? mode : 0o100644,
      compress: false,
    });
  }
  archive.end();
  const blocks: Buffer[] = [];
  for await (const block of archive.outputStream) blocks.push(Buffer.from(block));
  return Buffer.concat(blocks);
}

const withExtra = (name: string) =>
  zipOf({ ...Object.fromEntries(members), [name]: 'x' }, { compress: false });
const stored = (files: ReadonlyMap<string, Buffer>) => packed(files);
const MANY = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`f${i}`, '']));

const HOSTILE: readonly (readonly [string, () => Promise<Buffer> | Buffer, RegExp])[] = [
  ['a name that climbs out', () => crookedZip('../evil.mjs', 'x'), /^2 .*\.\.\/evil\.mjs/],
  ['a name that climbs out with backslashes', () => crookedZip('..\\evil.mjs', 'x'), /^2 .*\.\.\/evil\.mjs/],
  ['an absolute name', () => crookedZip('/etc/evil', 'x'), /^2 .*\/etc\/evil/],
  ['a drive letter', () => crookedZip('C:\\evil', 'x'), /^2 .*C:\/evil/],
  ['a folder with a drive', () => crookedZip('C:evil', 'x'), /^2 .*C:evil/],
  ['a name in a folder', () => withExtra('code/bundle.mjs'), /^2 .*"code\/bundle\.mjs", which no bundle has/],
  [
    'a name in a folder with a backslash',
    () => crookedZip('code\\bundle.mjs', 'x'),
    /^2 .*code\/bundle\.mjs/,
  ],
  ['a device of Windows', () => withExtra('nul'), /^2 .*"nul", which no bundle has/],
  ['another stream of a file', () => crookedZip('plugin.json::$DATA', 'x'), /^2 .*plugin\.json::\$DATA/],
  ['a link', () => withMode('bundle.mjs', '/etc/passwd', 0o120777), /^2 .*bundle\.mjs is a link/],
  ['a device', () => withMode('bundle.mjs', '', 0o020666), /^2 .*bundle\.mjs is a link, or something else/],
  ['a pipe', () => withMode('README.md', '', 0o010666), /^2 .*README\.md is a link, or something else/],
  [
    'a file that may be executed',
    () => withMode('README.md', textOf('README.md'), 0o104777),
    /^2 .*in the form in which/,
  ],
  ['names that differ by case', () => withExtra('Plugin.json'), /^2 .*it holds (p|P)lugin\.json twice/],
  [
    'a name twice',
    async () => {
      const twice = await withExtra('bundle.mjX');
      return Buffer.from(twice.toString('latin1').replaceAll('bundle.mjX', 'bundle.mjs'), 'latin1');
    },
    /^2 .*it holds bundle\.mjs twice/,
  ],
  ['an extra file', () => withExtra('evil.mjs'), /^2 .*"evil\.mjs", which no bundle has/],
  [
    'a README that it does not name',
    () => stored(rehashed({}, { files: document().files.slice(0, 2) })),
    /^2 .*holds README\.md, which bundle\.json does not name/,
  ],
  [
    'a missing file',
    () => stored(changed({ 'README.md': null })),
    /^2 .*"README\.md", which bundle\.json names, is missing/,
  ],
  ['no bundle.json', () => stored(changed({ 'bundle.json': null })), /^2 .*bundle\.json is missing/],
  ['no code', () => stored(changed({ 'bundle.mjs': null })), /^2 .*"bundle\.mjs".*is missing/],
  [
    'a wrong hash',
    () => stored(changed({ 'README.md': `${textOf('README.md').slice(0, -2)}!\n` })),
    /^4 .*README\.md does not have the hash/,
  ],
  [
    'a wrong length',
    () => stored(changed({ 'README.md': `${textOf('README.md')}!` })),
    /^4 .*README\.md does not have the length/,
  ],
  [
    'another hash of the code than follows',
    () => stored(rehashed({}, { code_sha256: sha256('another') })),
    /^4 .*its code does not have the code_sha256/,
  ],
  [
    'another id than the manifest',
    () => stored(rehashed({}, { id: 'profile_basic' })),
    /^2 .*its id is "profile_basic" in bundle\.json and "counts_rows"/,
  ],
  [
    'another version than the manifest',
    () => stored(rehashed({}, { version: '1.0.1' })),
    /^2 .*its version is "1\.0\.1" in bundle\.json/,
  ],
  [
    'an id that is built in',
    () =>
      stored(
        rehashed(
          { 'plugin.json': JSON.stringify({ ...manifest(), id: 'profile_basic' }) },
          { id: 'profile_basic' },
        ),
      ),
    /^2 .*profile_basic is built in/,
  ],
  [
    'a manifest with a rule broken that its schema can not say',
    () => stored(rehashed({ 'plugin.json': JSON.stringify({ ...manifest(), claim: 'modeled' }) })),
    /^2 .*claim/,
  ],
  [
    'a manifest that nests too deep',
    () => {
      const deep = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
      const files = document().files.map((file) =>
        file.path === 'plugin.json' ? { ...file, sha256: sha256(deep), bytes: deep.length } : file,
      );
      return stored(
        changed({ 'plugin.json': deep, 'bundle.json': canonicalJsonFile({ ...document(), files }) }),
      );
    },
    /^2 .*plugin\.json is no JSON that can be read/,
  ],
  [
    'code that imports',
    () => stored(rehashed({ 'bundle.mjs': `import fs from 'node:fs';\n${textOf('bundle.mjs')}` })),
    /^2 .*it imports "node:fs"/,
  ],
  [
    'code that imports later',
    () =>
      stored(
        rehashed({ 'bundle.mjs': `${textOf('bundle.mjs')}\nawait import('https://example.com/x.mjs');` }),
      ),
    /^2 .*it imports "https:/,
  ],
  [
    'code that exports nothing',
    () => stored(rehashed({ 'bundle.mjs': 'const a = 1;' })),
    /^2 .*no default export/,
  ],
  [
    'code that fails as soon as it is loaded',
    () => stored(rehashed({ 'bundle.mjs': "export default {};\nthrow new Error('boom');" })),
    /^2 .*in the sandbox: .*boom/,
  ],
  ['code that is none', () => stored(rehashed({ 'bundle.mjs': 'export default {' })), /^2 .*bundle\.mjs:1/],
  ['compressed files', () => zipOf(Object.fromEntries(members)), /^2 .*bundle\.json is compressed/],
  ['a bomb by ratio', () => zipOf({ 'bundle.json': Buffer.alloc(40 << 20) }), /^2 .*would unpack from/],
  [
    'a bomb by size',
    () => zipOf({ ...Object.fromEntries(members), 'README.md': Buffer.alloc(2 << 20) }, { compress: false }),
    /^2 .*README\.md would unpack to 2\.1 MB, and may have 1\.0 MB/,
  ],
  ['a bomb by count', () => zipOf(MANY, { compress: false }), /^2 .*it has 10001 entries/],
  ['a file that is more than it declares', () => patched(zip, 'README.md', 'bytes', 3), /^[24] /],
  ['encrypted files', () => crookedZip('bundle.mjs', 'x', 1), /^2 .*it has a password/],
  ['data before it', () => Buffer.concat([Buffer.from('#!/bin/sh\n'), zip]), /^2 /],
  ['data behind it', () => Buffer.concat([zip, Buffer.from('more')]), /^2 /],
  [
    'a comment',
    () => {
      const end = Buffer.from(zip);
      end.writeUInt16LE(4, end.length - 2);
      return Buffer.concat([end, Buffer.from('more')]);
    },
    /^2 .*in the form in which/,
  ],
  ['too many bytes', () => Buffer.alloc((20 << 20) + 1), /^2 .*21\.0 MB at most|^2 .*it has 21\.0 MB/],
  ['no zip', () => Buffer.from('plain text'), /^2 /],
];

describe('EXT-03 a bundle is refused with its reason, and nothing is left behind, where it has', () => {
  test.each(HOSTILE)('%s', async (_name, make, reason) => {
    expect(await refusal(await make())).toMatch(reason);
  });
});

test('a folder that is no bundle, a path that is none, and one refused among several leave nothing behind', async () => {
  expect(await refusal(folder)).toMatch(/^2 .*plugins pack/);
  expect(await refusal(join(folder, 'nowhere.zip'))).toMatch(/^2 No such file/);
  const good = join(folder, 'good.zip');
  writeFileSync(good, zip);
  writeFileSync(join(folder, 'bad.zip'), 'no bundle');
  const before = treeOf(app.paths.root);
  const both = installPlugins(app, { files: [good, join(folder, 'bad.zip')], update: false });
  await expect(both).rejects.toMatchObject({ code: 'SH_BUNDLE_REFUSED' });
  expect(treeOf(app.paths.root)).toEqual(before);
  expect(app.state.plugins.versions()).toEqual([]);
});

test('the honest twin: the same files packed anew are the same bytes, and are installed, also from where they lie unpacked', async () => {
  expect((await stored(members)).equals(zip)).toBe(true);
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
