import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report, RunManifest, RunSummary } from '../../src/contract/index.ts';
import { filesBelow, readJson, root, temporaryFolder, testPlugins } from './command.ts';
import { run, say } from './say.ts';

const sales = join(root, 'examples', 'sales.csv');

/** Plugins that each go wrong in a way of their own: how that ends, and what is said of it. */
const WRONG: readonly (readonly [string, string, string])[] = [
  ['writes_literal_in_text', 'invalid_output', 'statement holds the literal digit "4"'],
  ['writes_literal_in_field', 'invalid_output', 'fields.rows'],
  ['cites_another_field', 'invalid_output', 'does not yield row 0, column "total"'],
  ['sums_doubles', 'failed', 'Query refused'],
  ['reads_text', 'failed', 'Query refused'],
  ['reads_csv', 'failed', 'Query refused'],
  ['copies_out', 'failed', 'Query refused'],
  ['asks_settings', 'failed', 'Query refused'],
  ['asks_twice', 'failed', 'Query refused'],
  ['never_ends', 'timed_out', ''],
  ['floods_artifacts', 'limit_exceeded', 'artifacts: more than 8 MB'],
  [
    'hides_script',
    'invalid_output',
    'the artifact drawing.svg: it is no image/svg+xml: it has an element <script>',
  ],
];

describe('EXEC-04 plugins that go wrong, in one run', () => {
  let appdata: string;
  let summary: RunSummary;
  beforeAll(async () => {
    appdata = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
    const ids = [...WRONG.map(([id]) => id), 'counts_rows'];
    const args = ['--plugin-dir', testPlugins, '--plugins', ids.join(',')];
    summary = await run(sales, appdata, args, { code: 3 });
    return () => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 });
  });

  test('it is PARTIAL, with what the other plugin found and nothing half-made', () => {
    expect(summary.status).toBe('PARTIAL');
    expect(summary.missing_plugins.map(({ id }) => id)).toEqual(WRONG.map(([id]) => id).sort());
    const report = readJson<Report>(join(summary.run_dir, 'report.json'));
    expect(report.findings.map((finding) => finding.plugin_id)).toEqual(['counts_rows']);
    expect(filesBelow(join(appdata, 'staging'))).toEqual([]);
  });

  test.each(WRONG)('%s ends %s, and leaves nothing but its log', (id, status, reason) => {
    const missing = summary.missing_plugins.find((one) => one.id === id);
    expect(missing).toMatchObject({ id, status, reason: expect.stringContaining(reason) });
    const log = join(summary.run_dir, 'logs', `${id}.log`);
    expect(missing?.log).toBe(existsSync(log) ? log : undefined);
    const report = readJson<Report>(join(summary.run_dir, 'report.json'));
    expect(report.plugins.find((plugin) => plugin.plugin_id === id)).toMatchObject({ status, findings: 0 });
    const left = filesBelow(summary.run_dir).filter((name) => name.includes(id));
    expect(left.filter((name) => name !== join('logs', `${id}.log`))).toEqual([]);
    expect(filesBelow(join(appdata, 'cache')).some((name) => name.includes(id))).toBe(false);
    expect(readFileSync(join(summary.run_dir, 'report.html'), 'utf8')).toContain(id);
  });
});

test('a failed execution is never reused', async () => {
  const appdata = temporaryFolder();
  const args = ['--plugin-dir', testPlugins, '--plugins', 'sums_doubles,counts_rows'];
  await run(sales, appdata, args, { code: 3 });
  const again = await run(sales, appdata, args, { code: 3 });
  expect(again.counts).toMatchObject({ plugins_reused: 1, plugins_failed: 1 });
});

test('with the policy stop a failure fails the run: exit code 5, nothing committed', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'c.yaml'), 'policy: { on_failure: stop }\n');
  const ended = await say([
    ...[
      'run',
      sales,
      '--json',
      '--quiet',
      '--config',
      join(folder, 'c.yaml'),
      '--appdata',
      join(folder, 'a'),
    ],
    ...['--plugin-dir', testPlugins, '--plugins', 'sums_doubles,counts_rows'],
  ]);
  expect(ended.code).toBe(5);
  expect(JSON.parse(ended.out)).toMatchObject({ status: 'FAILED' });
  expect(filesBelow(join(folder, 'a', 'runs'))).toEqual([]);
});

test('EXEC-02 the operator’s ceilings come before what a plugin asks for; report and manifest name the limit that ended it', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'c.yaml');
  writeFileSync(
    config,
    'policy: { limits: { wall_s: 50 }, profiles: { analysis: { limits: { wall_s: 0.6 } } } }\n',
  );
  const args = ['--config', config, '--plugin-dir', testPlugins, '--plugins', 'never_ends,counts_rows'];
  const { run_dir } = await run(sales, join(folder, 'a'), args, { code: 3 });
  const report = readJson<Report>(join(run_dir, 'report.json'));
  expect(report.plugins.find((plugin) => plugin.plugin_id === 'never_ends')).toMatchObject({
    status: 'timed_out',
    limit: 'wall_s',
    reason: 'wall time: more than 0.6 s',
  });
  const manifest = readJson<RunManifest>(join(run_dir, 'run_manifest.json'));
  const ended = manifest.plugins.find((plugin) => plugin.id === 'never_ends');
  expect(ended).toMatchObject({ limit: 'wall_s', limits: { wall_s: 0.6, output_mb: 8, open_files: 256 } });
  expect(manifest.config.sources).toMatchObject({ 'policy.profiles.analysis.limits.wall_s': 'config' });
});

test('a policy that requires the sandbox of the operating system refuses to run without: exit code 6', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'c.yaml');
  writeFileSync(config, 'policy: { require_os_sandbox: true }\n');
  const ended = await say([
    'run',
    sales,
    '--config',
    config,
    '--no-os-sandbox',
    '--appdata',
    join(folder, 'a'),
  ]);
  expect(ended.code).toBe(6);
  expect(ended.err).toContain('the policy requires');
});
