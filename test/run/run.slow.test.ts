import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { check, PluginResult, Report, RunManifest, RunSummary, Trace } from '../../src/contract/index.ts';
import {
  command,
  contentOf,
  example,
  filesBelow,
  folderOfFile,
  readJson,
  root,
  run,
  temporaryFolder,
} from './command.ts';
import { exampleRun, MADE_BELOW } from './example-run.ts';

let summary: RunSummary;
const appdata = folderOfFile('run');

beforeAll(async () => {
  summary = await exampleRun(appdata);
  return async () => (await import('node:fs/promises')).rm(appdata, { recursive: true, force: true });
});

const inRun = (...names: string[]) => join(summary.run_dir, ...names);
const manifest = () => readJson<RunManifest>(summary.manifest_path);

test('the example is COMPLETED and run --json keeps its contract', () => {
  expect(check(RunSummary, summary)).toMatchObject({ ok: true });
  expect(summary.status).toBe('COMPLETED');
  expect(summary.counts.findings).toBeGreaterThan(0);
  expect(summary.counts.plugins_ok).toBe(readdirSync(join(root, 'plugins')).length);
  expect(summary.ttfr_ms).toBeGreaterThan(0);
});

test('META-01 QA-02 every document of a run fits its schema', () => {
  expect(check(RunManifest, manifest())).toMatchObject({ ok: true });
  expect(check(Report, readJson(inRun('report.json')))).toMatchObject({ ok: true });
  expect(check(Trace, readJson(inRun('trace.json')))).toMatchObject({ ok: true });
  for (const name of filesBelow(inRun('results'))) {
    expect(check(PluginResult, readJson(inRun('results', name))), name).toMatchObject({ ok: true });
  }
});

test('META-01 little memory shared by many workers: the limits that were in force stand in a manifest that verifies', async () => {
  const folder = temporaryFolder();
  const small = await run(join(root, 'examples/sales.csv'), folder, [
    ...['--plugins', 'profile_basic', '--memory', '512MB', '--workers', '4'],
  ]);
  const [plugin] = readJson<RunManifest>(small.manifest_path).plugins;
  expect(plugin?.limits?.memory_mb).toBe(60);
  expect((await command(['verify', small.run_id, '--appdata', folder])).code).toBe(0);
});

test('META-04 every file of a run is registered with its hash and size, and no other file is there', () => {
  const listed = manifest().artifacts.map((artifact) => artifact.path);
  expect([...listed, 'run_manifest.json'].sort()).toEqual(
    filesBelow(summary.run_dir).map((name) => name.replaceAll('\\', '/')),
  );
  for (const artifact of manifest().artifacts) {
    const bytes = readFileSync(inRun(...artifact.path.split('/')));
    expect(sha256(bytes), artifact.path).toBe(artifact.sha256);
    expect(bytes.length, artifact.path).toBe(artifact.bytes);
  }
});

test('content holds no run id, fingerprint, path or time of the run', () => {
  const { run_id, run_fingerprint } = summary;
  for (const [name, text] of Object.entries(contentOf(summary))) {
    for (const circumstance of [
      run_id,
      run_fingerprint,
      MADE_BELOW,
      'process-log.csv',
      manifest().started_at.slice(0, 16),
    ]) {
      expect(text.includes(circumstance), `${name} holds ${circumstance}`).toBe(false);
    }
  }
  for (const name of ['report.md', 'report.html']) {
    expect(readFileSync(inRun(name), 'utf8')).toContain(run_fingerprint);
    expect(readFileSync(inRun(name), 'utf8')).not.toContain(run_id);
  }
});

test('report.html is one file of at most 2 MB with no script and nothing to fetch', () => {
  const html = readFileSync(inRun('report.html'), 'utf8');
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(2_000_000);
  expect(html).not.toMatch(/<script/i);
  expect(html).not.toMatch(/\b(src|href)="(?!#|data:)/i);
  expect(html).toContain('<svg');
});

test('META-07b the trace leads from the report back to the upload, and forth again', async () => {
  const back = await command(['runs', 'trace', summary.run_id.slice(0, 8), '--json', '--appdata', appdata]);
  const kinds = (JSON.parse(back.out) as { entities: { kind: string; sha256: string }[] }).entities;
  expect(new Set(kinds.map((entity) => entity.kind))).toEqual(
    new Set(['upload', 'part', 'dataset_version', 'run', 'execution', 'result', 'report']),
  );
  const upload = kinds.find((entity) => entity.kind === 'upload');
  expect(upload?.sha256).toBe(sha256(readFileSync(example)));
  const args = [
    'runs',
    'trace',
    'latest',
    '--from',
    'upload',
    '--direction',
    'forth',
    '--json',
    '--appdata',
    appdata,
  ];
  const forth = JSON.parse((await command(args)).out) as { entities: { label: string }[] };
  expect(forth.entities.map((entity) => entity.label)).toContain('report.json');
});

test('verify --recompute checks every file, query and derivation, counted apart', async () => {
  const ended = await command(['verify', 'latest', '--recompute', '--json', '--appdata', appdata]);
  const done = JSON.parse(ended.out) as Record<
    string,
    { checked: number; failed: number; unavailable: number }
  >;
  expect(done, ended.out).toMatchObject({ ok: true, recomputed: true, problems: [] });
  for (const what of ['files', 'queries', 'derivations']) {
    expect(done[what]?.checked, what).toBeGreaterThan(10);
    expect(done[what], what).toMatchObject({ failed: 0, unavailable: 0 });
  }
  expect(ended.code).toBe(0);
});

test('one byte changed in a result: exit code 4, the file named', async () => {
  const folder = temporaryFolder();
  const damaged = await run(example, folder, ['--plugins', 'profile_roles']);
  const file = join(damaged.run_dir, 'results', 'profile_roles.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('a', 'b'));
  const ended = await command(['verify', 'latest', '--appdata', folder]);
  expect(ended.code).toBe(4);
  expect(ended.out).toContain('NOT AS RECORDED');
  expect(ended.out).toContain(file);
});

test('one byte changed in the manifest, in the Parquet file of a part, or in its ingest report: exit code 4, the file named', async () => {
  const folder = temporaryFolder();
  const damaged = await run(example, folder, ['--plugins', 'profile_roles']);
  const { part_id } = readJson<RunManifest>(damaged.manifest_path).inputs[0] ?? { part_id: 'sha256:' };
  const part = join(folder, 'parts', part_id.slice(7));
  for (const file of [
    join(part, 'ingest_report.json'),
    join(part, 'part.parquet'),
    damaged.manifest_path ?? '',
  ]) {
    const bytes = readFileSync(file);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const ended = await command(['verify', 'latest', '--appdata', folder]);
    expect(ended.code).toBe(4);
    expect(ended.out + ended.err).toContain(file);
  }
});

test('--out copies the report, and --dry-run executes nothing', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  const done = await run(example, join(folder, 'a'), ['--plugins', 'profile_roles', '--out', out]);
  expect(filesBelow(out)).toEqual([
    'report.html',
    'report.json',
    'report.md',
    'run_manifest.json',
    'trace.json',
  ]);
  expect(readFileSync(join(out, 'report.json'))).toEqual(readFileSync(join(done.run_dir, 'report.json')));
  const dry = await command(['run', example, '--dry-run', '--json', '--appdata', join(folder, 'b')]);
  expect(JSON.parse(dry.out)).toMatchObject({ coverage: { kind: 'FULL' }, plugins: expect.any(Array) });
  expect(filesBelow(join(folder, 'b', 'runs'))).toEqual([]);
});

test('with --json stdout holds exactly one document, and progress goes to stderr as plain lines', async () => {
  const ended = await command([
    'run',
    example,
    '--json',
    '--appdata',
    temporaryFolder(),
    '--plugins',
    'profile_roles',
  ]);
  expect(ended.out.trimEnd().split('\n')).toHaveLength(1);
  expect(ended.err).toContain('reading the table');
  expect(ended.err).toContain('profile_roles  ok');
  expect(ended.err).not.toContain('\u001b');
});
