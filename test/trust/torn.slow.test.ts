import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appPaths, sha256 } from '../../src/base/index.ts';
import type { RunManifest, RunSummary } from '../../src/contract/index.ts';
import { killedAt } from '../crash/arming.ts';
import { filesBelow, folderOfFile, readJson, run, start, testPlugins } from '../run/command.ts';
import { say } from '../run/say.ts';

const folder = folderOfFile('torn');
const paths = appPaths(join(folder, 'appdata'));
const table = join(folder, 'orders.csv');
const PLUGINS = ['--plugins', 'counts_rows', '--plugin-dir', testPlugins];
let made: RunSummary;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(table, 'id,region\n1,north\n2,south\n3,north\n');
  made = await run(table, paths.root, PLUGINS);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const command = (...args: readonly string[]) => say([...args, '--appdata', paths.root]);
const again = () => command('run', table, '--json', '--quiet', ...PLUGINS);

/** What a crash of the machine, or of the disk, makes of a document. */
const TORN: readonly [string, (whole: Buffer) => Buffer][] = [
  ['cut in half', (whole) => whole.subarray(0, whole.length >> 1)],
  ['empty', () => Buffer.alloc(0)],
  ['rubbish', (whole) => Buffer.from(Array.from({ length: whole.length }, (_, i) => (i * 167 + 13) % 256))],
];

function tear(path: string, torn: (whole: Buffer) => Buffer): Buffer {
  const whole = readFileSync(path);
  rmSync(path);
  writeFileSync(path, torn(whole));
  return whole;
}

const part = (): string =>
  paths.part(readJson<RunManifest>(made.manifest_path ?? '').inputs[0]?.part_id as never);
const version = (): string => paths.datasetVersion(made.dataset_version_id as never);

describe.each(TORN)('a document that is %s:', (_how, torn) => {
  test.each([
    ['part.json', () => join(part(), 'part.json')],
    ['ingest_report.json of a part', () => join(part(), 'ingest_report.json')],
    ['parts.json of a dataset version', () => join(version(), 'parts.json')],
    ['schema.json of a dataset version', () => join(version(), 'schema.json')],
  ])('%s is damage that the doctor names, and that reading the file again puts right', async (_name, at) => {
    tear(at(), torn);
    const found = await command('doctor', '--full');
    expect(found.code).toBe(4);
    expect(found.out).toContain(at());
    const read = await command('ingest', table, '--dataset', 'orders');
    expect(read.code, read.err).toBe(0);
    expect((await command('doctor', '--full')).code).toBe(0);
    expect((await command('verify', made.run_id)).code).toBe(0);
  });

  test('run_manifest.json: nothing of the run is shown', async () => {
    const path = made.manifest_path ?? '';
    const whole = tear(path, torn);
    for (const args of [
      ['replay', made.run_id],
      ['verify', made.run_id],
      ['doctor', '--full'],
    ]) {
      const said = await command(...args);
      expect(said.code, args.join(' ')).toBe(4);
      expect(said.out + said.err, args.join(' ')).toContain(path);
      expect(said.out).not.toContain('# Findings');
    }
    writeFileSync(path, whole);
  });

  test('whatever the cache keeps of an execution is computed again, to the same bytes', async () => {
    const kept = join(paths.cache, 'executions');
    const documents = filesBelow(kept).filter((name) => name.endsWith('.json'));
    expect(documents.length).toBeGreaterThan(0);
    for (const name of documents) tear(join(kept, name), torn);
    const said = await again();
    expect(said.code, said.err).toBe(0);
    const { run_dir, counts }: RunSummary = JSON.parse(said.out);
    expect(counts.plugins_reused).toBe(0);
    const report = (from: string) => sha256(readFileSync(join(from, 'report.json')));
    expect(report(run_dir)).toBe(report(made.run_dir));
  });

  test('retention.json is refused with its place, and nothing goes', async () => {
    mkdirSync(dirname(paths.retentionPolicy), { recursive: true });
    writeFileSync(paths.retentionPolicy, '{"schema_version":"retention_policy.v1","keep":1,"max_runs":1}\n');
    tear(paths.retentionPolicy, torn);
    for (const args of [['retention'], ['gc']]) {
      const said = await command(...args);
      expect(said.code, args.join(' ')).toBe(2);
      expect(said.err, args.join(' ')).toContain(paths.retentionPolicy);
    }
    rmSync(paths.retentionPolicy);
    expect(existsSync(made.run_dir)).toBe(true);
  });

  test('the lock of the open appdata holds nothing that could be lost', async () => {
    tear(paths.gate, torn);
    expect((await command('runs', 'list')).code).toBe(0);
    expect((await command('backup')).code).toBe(0);
    const restored = await command('restore', 'latest');
    expect(restored.code, restored.err).toBe(0);
    expect((await command('doctor', '--full')).code).toBe(0);
  });
});

test.skipIf(process.platform === 'win32')(
  'FND-01 a torn journal hinders neither the list nor the resumption',
  async () => {
    const { environment, nodeArguments } = killedAt('execution.kept');
    const args = ['run', table, '--quiet', '--force', '--appdata', paths.root, ...PLUGINS];
    expect((await start(args, environment, nodeArguments).ended).signal).toBe('SIGKILL');
    const [dead = ''] = readdirSync(paths.staging);
    const journal = join(paths.stagedRun(dead), 'journal.json');
    const whole = readFileSync(journal);
    for (const [how, torn] of TORN) {
      writeFileSync(journal, torn(whole));
      expect((await command('runs', 'list')).out, how).toContain('ABORTED');
      expect((await command('doctor', '--full')).code, how).toBe(0);
    }
    const shown = await command('runs', 'show', dead);
    expect(shown.out).toMatch(/^to go on +stat-harness runs resume [0-9a-f]{12} --appdata /m);
    expect(shown.out).not.toMatch(/^\w+ *$/m);
    const resumed = await command('runs', 'resume', dead, '--quiet');
    expect(resumed.code, resumed.err).toBe(0);
    expect((await command('verify', dead)).code).toBe(0);
  },
);
