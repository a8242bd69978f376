import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hexOf, type Sha256, sha256 } from '../../src/base/index.ts';
import { check, ReproPack, type RunManifest } from '../../src/contract/index.ts';
import { exportRun, verifyPack } from '../../src/engine/index.ts';
import { command, folderOfFile, readJson, temporaryFolder } from '../run/command.ts';
import { type FinishedRun, finishedRun, run, withFlippedByte } from '../trust/finished-run.ts';
import { brokenRules, type Crate } from './crate-rules.ts';
import { unpack, writeMembers } from './unpack.ts';

let made: FinishedRun;
let zip: Buffer;
let members: Map<string, Buffer>;

beforeAll(async () => {
  made = await finishedRun();
  zip = await packed({});
  members = await unpack(zip);
});
afterAll(() => {
  made.close();
  rmSync(packs, { recursive: true, force: true });
});

const packs = folderOfFile('packs');

interface Choices {
  readonly data?: boolean;
  readonly logs?: boolean;
  readonly runId?: string;
}

async function packed({ data = false, logs = true, runId = made.summary.run_id }: Choices): Promise<Buffer> {
  mkdirSync(packs, { recursive: true });
  const out = join(packs, 'pack.zip');
  await exportRun(made.app, runId, { out, data, logs, overwrite: true });
  return readFileSync(out);
}

const text = (path: string): string => members.get(path)?.toString('utf8') ?? '';
const packDocument = (of = members): ReproPack =>
  JSON.parse(of.get('data/pack.json')?.toString() ?? '') as ReproPack;

test('META-08 a pack holds manifest, report, results, artifacts, trace, logs and schemas of the run, byte for byte', () => {
  const manifest = readJson<RunManifest>(made.summary.manifest_path);
  for (const { path } of [...manifest.artifacts, { path: 'run_manifest.json' }]) {
    const inRun = readFileSync(join(made.summary.run_dir, ...path.split('/')));
    expect(members.get(`data/${path}`)?.equals(inRun), path).toBe(true);
  }
  expect([...members.keys()].filter((path) => path.startsWith('data/schemas/')).length).toBeGreaterThan(4);
  expect(check(ReproPack, packDocument())).toMatchObject({ ok: true });
  expect(text('data/report.html')).toContain('<!doctype html>');
});

test('two exports of one run are the same bytes, also in another time zone and from another process', async () => {
  expect((await packed({})).equals(zip)).toBe(true);
  const out = join(temporaryFolder(), 'elsewhere.zip');
  const args = ['export', made.summary.run_id, '--out', out, '--json', '--appdata', made.app.paths.root];
  const ended = await command(args, { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8' });
  expect(ended.code, ended.err).toBe(0);
  expect(readFileSync(out).equals(zip)).toBe(true);
  expect(JSON.parse(ended.out)).toMatchObject({ schema_version: 'export_summary.v1', sha256: sha256(zip) });
});

test('runs with equal fingerprints share content_sha256, and nothing else of the pack', async () => {
  const again = await run(made.app, made.table);
  expect(again.run_fingerprint).toBe(made.summary.run_fingerprint);
  const other = await unpack(await packed({ runId: again.run_id }));
  expect(packDocument(other).content_sha256).toBe(packDocument().content_sha256);
  expect(packDocument(other).manifest_sha256).not.toBe(packDocument().manifest_sha256);
  const changed = await run(made.app, made.table, { plugins: ['profile_roles'] });
  const third = await unpack(await packed({ runId: changed.run_id }));
  expect(packDocument(third).content_sha256).not.toBe(packDocument().content_sha256);
});

test('the pack is a bag: declaration, both manifests complete, count of the payload', () => {
  expect(text('bagit.txt')).toBe('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  const listed = (name: string) =>
    text(name)
      .trim()
      .split('\n')
      .map((line) => line.split('  ') as [string, string]);
  const payload = [...members.keys()].filter((path) => path.startsWith('data/'));
  expect(listed('manifest-sha256.txt').map(([, path]) => path)).toEqual(payload);
  expect(listed('tagmanifest-sha256.txt').map(([, path]) => path)).toEqual([
    'bagit.txt',
    'bag-info.txt',
    'manifest-sha256.txt',
  ]);
  for (const [hash, path] of [...listed('manifest-sha256.txt'), ...listed('tagmanifest-sha256.txt')]) {
    expect(hexOf(sha256(members.get(path) ?? '')), path).toBe(hash);
  }
  const bytes = payload.reduce((sum, path) => sum + (members.get(path)?.length ?? 0), 0);
  expect(text('bag-info.txt')).toContain(`Payload-Oxum: ${bytes}.${payload.length}\n`);
});

const sha256sum = spawnSync('sha256sum', ['--version']).status === 0;

test.skipIf(!sha256sum)(
  'unpacked elsewhere, sha256sum -c alone checks it (skipped where there is no sha256sum)',
  () => {
    const folder = temporaryFolder();
    writeMembers(folder, members);
    const checked = () =>
      spawnSync('sha256sum', ['--quiet', '--strict', '-c', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], {
        cwd: folder,
      });
    expect(checked().status).toBe(0);
    writeFileSync(join(folder, 'data', 'report.md'), 'another');
    expect(checked().status).toBe(1);
  },
);

test('verify checks a pack, zipped or unpacked, with no appdata and makes none', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'none');
  writeFileSync(join(folder, 'pack.zip'), zip);
  writeMembers(join(folder, 'unpacked'), members);
  for (const path of [join(folder, 'pack.zip'), join(folder, 'unpacked')]) {
    const ended = await command(['verify', path, '--json'], { STAT_HARNESS_APPDATA: appdata });
    expect(ended.code, ended.out + ended.err).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ ok: true, problems: [], contents: packDocument() });
  }
  expect(existsSync(appdata)).toBe(false);
});

test('the crate has what RO-Crate 1.1 and Process Run Crate 0.5 require, with data and without', async () => {
  const withData = await unpack(await packed({ data: true }));
  for (const pack of [members, withData]) {
    const crate = JSON.parse(pack.get('data/ro-crate-metadata.json')?.toString() ?? '') as Crate;
    const files = [...pack.keys()].filter((path) => path.startsWith('data/')).map((path) => path.slice(5));
    expect(brokenRules(crate, new Set(files))).toEqual([]);
    const described = crate['@graph'].filter((entity) => entity['@type'] === 'File');
    expect(described.length).toBe(files.length - 1);
  }
});

test('a crate that lacks what is required is found out by these rules', () => {
  const crate = JSON.parse(text('data/ro-crate-metadata.json')) as Crate;
  const files = new Set([...members.keys()].map((path) => path.slice(5)));
  const without = (wanted: (entity: Crate['@graph'][number]) => boolean, key: string) => ({
    ...crate,
    '@graph': crate['@graph'].map((entity) =>
      wanted(entity) ? Object.fromEntries(Object.entries(entity).filter(([name]) => name !== key)) : entity,
    ),
  });
  const isRoot = (entity: Crate['@graph'][number]) => entity['@id'] === './';
  const isAction = (entity: Crate['@graph'][number]) => entity['@type'] === 'CreateAction';
  const damaged = [
    ...['name', 'license', 'datePublished', 'conformsTo', 'hasPart'].map((key) => without(isRoot, key)),
    without(isAction, 'instrument'),
    without(() => true, '@type'),
    { ...crate, '@graph': crate['@graph'].filter((entity) => entity['@id'] !== 'report.json') },
    { ...crate, '@graph': crate['@graph'].filter((entity) => entity['@type'] !== 'SoftwareApplication') },
  ];
  for (const one of damaged) expect(brokenRules(one, files)).not.toEqual([]);
});

test('raw data is nowhere in a pack unless it was asked for', async () => {
  const lines = readFileSync(made.table, 'utf8')
    .split('\n')
    .filter((line) => line.length > 60);
  const probes = [lines[1], lines[2], lines[Math.floor(lines.length / 2)], lines.at(-1)].map(
    (line) => line ?? '',
  );
  const manifest = readJson<RunManifest>(made.summary.manifest_path);
  const part = readFileSync(join(made.app.paths.part(manifest.inputs[0]?.part_id as Sha256), 'part.parquet'));
  const middle = part.subarray(part.length >> 1, (part.length >> 1) + 64);
  const holding = (all: ReadonlyMap<string, Buffer>, what: Buffer | string) =>
    [...all].filter(([, content]) => content.includes(what)).map(([path]) => path);
  for (const probe of probes) {
    expect(probe.length).toBeGreaterThan(60);
    expect(holding(members, probe)).toEqual([]);
    expect(zip.includes(probe)).toBe(false);
  }
  expect(holding(members, middle)).toEqual([]);
  const withData = await unpack(await packed({ data: true }));
  for (const probe of probes) expect(holding(withData, probe)).toEqual(['data/inputs/upload-00001.csv']);
  expect(holding(withData, middle)).toEqual(['data/inputs/part-00001.parquet']);
});

test('with --include-data the upload and the parts are there as recorded, described by a data package', async () => {
  const withData = await unpack(await packed({ data: true }));
  const upload = withData.get('data/inputs/upload-00001.csv');
  expect(upload?.equals(readFileSync(made.table))).toBe(true);
  const document = JSON.parse(withData.get('data/datapackage.json')?.toString() ?? '') as {
    resources: { path: string; hash: string; bytes: number; schema?: { fields: { name: string }[] } }[];
  };
  expect(document.resources).toHaveLength(2);
  for (const { path, hash, bytes } of document.resources) {
    const content = withData.get(`data/${path}`);
    expect([content?.length, sha256(content ?? '')]).toEqual([bytes, hash]);
  }
  expect(document.resources[1]?.schema?.fields.map(({ name }) => name)).toContain('region');
  expect(members.has('data/datapackage.json')).toBe(false);
  expect(text('data/report.md')).toContain('part-00001.parquet');
});

test('with --no-logs no log is in the pack, it says which, and it verifies', async () => {
  const quiet = await packed({ logs: false });
  const without = await unpack(quiet);
  const { left_out } = packDocument(without);
  expect(left_out).toContain('run.log');
  expect(left_out).toContain('journal.json');
  for (const path of left_out) expect(without.has(`data/${path}`)).toBe(false);
  const path = join(temporaryFolder(), 'quiet.zip');
  writeFileSync(path, quiet);
  expect(await verifyPack(path)).toMatchObject({ ok: true });
});

test('CITATION.cff has what the Citation File Format requires, and names the fingerprint', () => {
  const citation = parse(text('data/CITATION.cff')) as Record<string, unknown>;
  expect(citation).toMatchObject({ 'cff-version': '1.2.0', type: 'dataset' });
  for (const key of ['message', 'title', 'authors']) expect(citation[key], key).toBeTruthy();
  expect(text('data/CITATION.cff')).toContain(made.summary.run_fingerprint);
});

test('a damaged run is not exported: exit code 4, the file named, nothing written', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'pack.zip');
  const file = join(made.summary.run_dir, 'report.md');
  const args = ['export', made.summary.run_id, '--out', out, '--appdata', made.app.paths.root];
  const ended = await withFlippedByte(file, () => command(args));
  expect(ended.code).toBe(4);
  expect(ended.err).toContain(file);
  expect(readdirSync(folder)).toEqual([]);
});

test('a pack is not written over another file, into the appdata, or under another ending', async () => {
  const folder = temporaryFolder();
  const taken = join(folder, 'taken.zip');
  writeFileSync(taken, 'mine');
  const refused = async (out: string) => {
    const request = { out, data: false, logs: true, overwrite: false };
    return exportRun(made.app, made.summary.run_id, request).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );
  };
  expect(await refused(taken)).toBe('SH_OUT_FILE_EXISTS');
  expect(await refused(join(made.app.paths.root, 'pack.zip'))).toBe('SH_OUT_FILE_UNUSABLE');
  expect(await refused(join(folder, 'pack.tar'))).toBe('SH_OUT_FILE_UNUSABLE');
  expect(await refused(join(folder, 'no', 'such', 'folder.zip'))).toBe('SH_OUT_FILE_UNUSABLE');
  expect(readFileSync(taken, 'utf8')).toBe('mine');
  expect(readdirSync(folder)).toEqual(['taken.zip']);
});
