import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { hexOf, sha256 } from '../../src/base/index.ts';
import type { ReproPack } from '../../src/contract/index.ts';
import { exportRun, type PackVerification, verifyPack } from '../../src/engine/index.ts';
import { crookedZip, zipOf } from '../ingest/pack.ts';
import { patched, renamed } from '../ingest/xlsx/patch-zip.ts';
import { command, temporaryFolder } from '../run/command.ts';
import { type FinishedRun, finishedRun } from '../trust/finished-run.ts';
import { unpack, writeMembers } from './unpack.ts';

let made: FinishedRun;
let zip: Buffer;
let members: Map<string, Buffer>;

beforeAll(async () => {
  made = await finishedRun({ plugins: ['profile_roles', 'analysis_dependence'] });
  const out = join(made.app.paths.root, '..', `hostile-${process.pid}.zip`);
  await exportRun(made.app, 'latest', { out, data: true, logs: true, overwrite: true });
  zip = readFileSync(out);
  members = await unpack(zip);
  return async () => (await import('node:fs/promises')).rm(out, { force: true });
});
afterAll(() => made.close());

/** What `verify` says of an archive. */
async function verified(archive: Buffer): Promise<PackVerification> {
  const path = join(temporaryFolder(), 'pack.zip');
  writeFileSync(path, archive);
  return verifyPack(path);
}

/** Why an archive is refused as a whole; fails where it is not. */
async function refusal(archive: Buffer): Promise<string> {
  return verified(archive).then(
    () => 'it was taken',
    (error: { code: string; exitCode: number; message: string }) => {
      expect(error).toMatchObject({ code: 'SH_PACK_REFUSED', exitCode: 4 });
      return error.message;
    },
  );
}

const archived = (files: ReadonlyMap<string, Buffer>, compress = false) =>
  zipOf(Object.fromEntries(files), { compress });

/** The members with some changed, and both manifests of the bag made right for them again. */
function rehashed(changed: Readonly<Record<string, string | Buffer | null>>): Map<string, Buffer> {
  const files = new Map(members);
  for (const [path, content] of Object.entries(changed)) {
    if (content === null) files.delete(path);
    else files.set(path, Buffer.from(content));
  }
  const lines = (wanted: (path: string) => boolean) =>
    [...files.keys()]
      .filter(wanted)
      .sort()
      .map((path) => `${hexOf(sha256(files.get(path) ?? ''))}  ${path}\n`)
      .join('');
  const payload = [...files].filter(([path]) => path.startsWith('data/'));
  const bytes = payload.reduce((sum, [, content]) => sum + content.length, 0);
  const info = files.get('bag-info.txt')?.toString() ?? '';
  files.set('bag-info.txt', Buffer.from(info.replace(/Oxum: .*/, `Oxum: ${bytes}.${payload.length}`)));
  if (changed['manifest-sha256.txt'] === undefined) {
    files.set('manifest-sha256.txt', Buffer.from(lines((path) => path.startsWith('data/'))));
  }
  const isTag = (path: string) => !path.startsWith('data/') && path !== 'tagmanifest-sha256.txt';
  files.set('tagmanifest-sha256.txt', Buffer.from(lines(isTag)));
  return files;
}

test('a pack that somebody packed again, compressed and in a folder, is the same pack', async () => {
  expect(await verified(await archived(members, true))).toMatchObject({ ok: true });
  const inFolder = new Map([...members].map(([path, content]) => [`my pack/${path}`, content]));
  expect(await verified(await archived(inFolder, true))).toMatchObject({ ok: true });
});

test('one flipped bit in any member of a pack is found and the member is named', async () => {
  expect(members.size).toBeGreaterThan(20);
  for (const [path, content] of members) {
    const damaged = Buffer.from(content);
    const at = damaged.length >> 1;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    const found = await verified(await archived(new Map([...members, [path, damaged]])));
    expect(found.ok, path).toBe(false);
    const named = found.damages.map((damage) => damage.path);
    // Whoever changes a manifest makes every file that it lists look wrong.
    expect(named, path).toContain(path === 'tagmanifest-sha256.txt' ? named[0] : path);
  }
});

test('a flipped bit in the stored bytes of the archive itself is found and named: exit code 4', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pack.zip');
  const damaged = Buffer.from(zip);
  const report = members.get('data/report.md') ?? Buffer.alloc(0);
  const at = zip.indexOf(report) + (report.length >> 1);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  writeFileSync(path, damaged);
  const ended = await command(['verify', path, '--json']);
  expect(ended.code).toBe(4);
  expect(JSON.parse(ended.out)).toMatchObject({ ok: false, damages: [{ path: 'data/report.md' }] });
});

test.each([
  [
    'a file too many in the payload',
    { 'data/extra.txt': 'x' },
    'data/extra.txt',
    'no document of the pack names it',
  ],
  ['a file too many among the tags', { 'fetch.txt': 'https://example.com 1 data/x' }, 'fetch.txt', ''],
  ['a file too few', { 'data/report.html': null }, 'data/report.html', 'gone'],
  ['another report', { 'data/report.json': '{}' }, 'data/report.json', 'sha256:'],
  [
    'another upload',
    { 'data/inputs/upload-00001.csv': 'a,b\n1,2\n' },
    'data/inputs/upload-00001.csv',
    'sha256:',
  ],
  ['no crate', { 'data/ro-crate-metadata.json': null }, 'data/ro-crate-metadata.json', ''],
  [
    'a crate that describes nothing',
    { 'data/ro-crate-metadata.json': '{"@graph":[]}' },
    'data/ro-crate-metadata.json',
    'description',
  ],
  ['no document of what it holds', { 'data/pack.json': null }, 'data/pack.json', 'gone'],
  ['no run manifest', { 'data/run_manifest.json': null }, 'data/run_manifest.json', 'gone'],
  ['JSON that is none', { 'data/run_manifest.json': '{' }, 'data/run_manifest.json', 'no JSON'],
  [
    'another version of the bag',
    { 'bagit.txt': 'BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n' },
    'bagit.txt',
    '',
  ],
])('with all hashes of the bag made right again: %s is found', async (_what, changed, path, words) => {
  const found = await verified(await archived(rehashed(changed)));
  expect(found.ok).toBe(false);
  const sentence = found.problems.find((problem) => problem.includes(path)) ?? '';
  expect(sentence).toContain(words);
  expect(sentence).not.toBe('');
});

test('a result can not be left out by saying so, and a pack can not speak of another run', async () => {
  const pack = JSON.parse(members.get('data/pack.json')?.toString() ?? '') as ReproPack;
  const saying = (words: Partial<ReproPack>) => JSON.stringify({ ...pack, ...words });
  const result = 'data/results/profile_roles.json';
  const left = { includes: { data: true, logs: false }, left_out: ['results/profile_roles.json'] };
  const without = await verified(
    await archived(rehashed({ [result]: null, 'data/pack.json': saying(left) })),
  );
  expect(without.problems.join()).toContain(result);
  for (const lie of [
    { run_id: 'f'.repeat(32) },
    { status: 'PARTIAL' as const },
    { content_sha256: sha256('') },
    { run_fingerprint: sha256('') },
    { coverage: { ...pack.coverage, of_rows: 5 } },
  ]) {
    const found = await verified(await archived(rehashed({ 'data/pack.json': saying(lie) })));
    expect(found.problems.join(), JSON.stringify(lie)).toContain('data/pack.json');
  }
});

test('a manifest that lists a file twice, or has a line that is none, is found', async () => {
  const manifest = members.get('manifest-sha256.txt')?.toString() ?? '';
  for (const [text, words] of [
    [manifest + manifest.split('\n')[0] + '\n', 'twice'],
    [`${manifest}nothing\n`, 'nothing'],
  ] as const) {
    const found = await verified(await archived(rehashed({ 'manifest-sha256.txt': text })));
    expect(found.problems.join('\n')).toContain(words);
  }
});

test('names that would lead out of the folder, and names twice, refuse the whole archive', async () => {
  expect(await refusal(crookedZip('../outside.txt', 'x'))).toContain('../outside.txt');
  expect(await refusal(crookedZip('/etc/passwd', 'x'))).toContain('/etc/passwd');
  expect(await refusal(crookedZip('C:/windows.txt', 'x'))).toContain('C:/windows.txt');
  const twins = renamed(
    await archived(new Map([...members, ['datb/report.md', Buffer.from('x')]])),
    'datb/report.md',
    'data/report.md',
  );
  expect(await refusal(twins)).toContain('twice');
  const cased = await archived(new Map([...members, ['data/REPORT.md', Buffer.from('x')]]));
  expect(await refusal(cased)).toContain('twice');
});

test('a link is refused, in an archive and in a folder', async () => {
  const link = new ZipFile();
  for (const [path, content] of members) link.addBuffer(content, path, { compress: false });
  link.addBuffer(Buffer.from('/etc/passwd'), 'data/link', { mode: 0o120777, compress: false });
  link.end();
  const blocks: Buffer[] = [];
  for await (const block of link.outputStream) blocks.push(Buffer.from(block));
  const found = await verified(Buffer.concat(blocks));
  expect(found.problems.join()).toContain('data/link');
  expect(found.problems.join()).toContain('a link');
  if (process.platform === 'win32') return;
  const folder = temporaryFolder();
  writeMembers(folder, members);
  symlinkSync('/etc/passwd', join(folder, 'data', 'link'));
  expect((await verifyPack(folder)).problems.join()).toContain('data/link');
});

test('bombs, archives cut off, with a password, or that are none are refused', async () => {
  const bomb = await zipOf({ 'bagit.txt': Buffer.alloc(32 << 20) });
  expect(await refusal(bomb)).toContain('would unpack');
  const lying = patched(await zipOf({ 'bagit.txt': 'x'.repeat(1000) }), 'bagit.txt', 'bytes', 10);
  expect((await verified(lying)).ok).toBe(false);
  expect(await refusal(zip.subarray(0, zip.length >> 1))).toContain('directory');
  expect(await refusal(Buffer.from('not a zip'))).toContain('directory');
  expect(await refusal(crookedZip('bagit.txt', 'x', 1))).toBeTruthy();
});

test('a pack that is not there, and --recompute of a pack, are mistakes of usage: exit code 2', async () => {
  const missing = join(temporaryFolder(), 'no.zip');
  expect((await command(['verify', missing])).code).toBe(2);
  const recompute = await command(['verify', missing, '--recompute']);
  expect(recompute).toMatchObject({ code: 2, err: expect.stringContaining('Leave --recompute out') });
});

test('where there is no pack at all, that is said: no word of not to use it', async () => {
  const folder = temporaryFolder();
  writeMembers(folder, members);
  expect(await verifyPack(folder)).toMatchObject({ ok: true });
  const none = { code: 'SH_PACK_NOT_FOUND', exitCode: 2 };
  await expect(verifyPack(join(folder, 'data'))).rejects.toMatchObject(none);
  for (const files of [{}, { 'letter.txt': 'x' }]) {
    await expect(verified(await zipOf(files))).rejects.toMatchObject(none);
  }
});
