import { readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { RunManifest, RunSummary } from '../../src/contract/index.ts';
import { command, contentOf, example, readJson, root, run, temporaryFolder } from './command.ts';

const synthetic = ['--kind', 'synthetic'];
let reference: { summary: RunSummary; content: Record<string, string>; appdata: string };

beforeAll(async () => {
  const appdata = join(root, 'node_modules', '.cache', `determinism-${process.pid}`);
  const summary = await run(example, appdata, [...synthetic, '--workers', '1']);
  reference = { summary, content: contentOf(summary), appdata };
  return async () => (await import('node:fs/promises')).rm(appdata, { recursive: true, force: true });
});

test.each<[string, string[], Record<string, string>]>([
  ['two workers', ['--workers', '2'], {}],
  ['chunks of 128 rows', ['--chunk-rows', '128'], {}],
  ['chunks of 1024 rows', ['--chunk-rows', '1024'], {}],
  ['one huge chunk', ['--chunk-rows', '1048576'], {}],
  [
    'a time zone with summer time and another locale',
    [],
    { TZ: 'America/New_York', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
  ],
  ['a memory cap of 1 GB', ['--memory', '1GB'], {}],
  ['a memory cap of 4 GB', ['--memory', '4GB'], {}],
  ['no sandbox of the operating system', ['--no-os-sandbox'], {}],
])('EXEC-03 with %s: the same fingerprint and the same bytes', async (_what, args, environment) => {
  const summary = await run(example, temporaryFolder(), [...synthetic, ...args], { environment });
  expect(summary.run_fingerprint).toBe(reference.summary.run_fingerprint);
  expect(contentOf(summary)).toEqual(reference.content);
});

test('FND-06 another name and folder of the input change nothing', async () => {
  const folder = temporaryFolder();
  await cp(example, join(folder, 'Märchen & Co.txt.csv'));
  const summary = await run(join(folder, 'Märchen & Co.txt.csv'), join(folder, 'elsewhere'), synthetic);
  expect(summary.run_fingerprint).toBe(reference.summary.run_fingerprint);
  expect(contentOf(summary)).toEqual(reference.content);
});

test('EXEC-01 the second run executes nothing, says so, and writes the same bytes', async () => {
  const summary = await run(example, reference.appdata, synthetic);
  expect(summary.run_id).not.toBe(reference.summary.run_id);
  expect(summary.run_fingerprint).toBe(reference.summary.run_fingerprint);
  expect(summary.counts.plugins_reused).toBe(summary.counts.plugins_ok);
  expect(contentOf(summary)).toEqual(reference.content);
  const manifest = readJson<RunManifest>(summary.manifest_path);
  const ok = manifest.plugins.filter((plugin) => plugin.status === 'ok');
  expect(ok.length).toBeGreaterThan(0);
  for (const plugin of ok) expect(plugin.reused_from).toBe(reference.summary.run_id);
});

test('EXEC-01 --force executes everything again, to the same bytes', async () => {
  const summary = await run(example, reference.appdata, [...synthetic, '--force']);
  expect(summary.counts.plugins_reused).toBe(0);
  expect(contentOf(summary)).toEqual(reference.content);
});

test('EXEC-01 one changed setting executes exactly that plugin again', async () => {
  const summary = await run(example, reference.appdata, [
    ...synthetic,
    '--set',
    'profile_basic.top_values=3',
  ]);
  const manifest = readJson<RunManifest>(summary.manifest_path);
  const executed = manifest.plugins.filter((plugin) => plugin.status === 'ok' && plugin.reused_from === null);
  expect(executed.map((plugin) => plugin.id)).toEqual(['profile_basic']);
  expect(summary.run_fingerprint).not.toBe(reference.summary.run_fingerprint);
});

async function fingerprintOf(file: string, args: string[]): Promise<string> {
  const appdata = temporaryFolder();
  const ended = await command(['run', file, '--dry-run', '--json', '--quiet', '--appdata', appdata, ...args]);
  expect(ended.err).toBe('');
  return (JSON.parse(ended.out) as { run_fingerprint: string }).run_fingerprint;
}

test.each<[string, string[]]>([
  ['seed', [...synthetic, '--seed', '7']],
  ['kind', ['--kind', 'real']],
  ['a setting', [...synthetic, '--set', 'analysis_queue_delay_decomposition.threshold_s=61']],
  ['a forced type', [...synthetic, '--type', 'PROCESS_QUEUE_ID=text']],
  ['the set of plugins', [...synthetic, '--plugins', 'profile_basic,profile_roles']],
])('FND-06 another %s: another fingerprint', async (_what, args) => {
  expect(await fingerprintOf(example, args)).not.toBe(reference.summary.run_fingerprint);
});

test('FND-06 one other byte of the input: another fingerprint', async () => {
  const file = join(temporaryFolder(), 'process-log.csv');
  const text = readFileSync(example, 'latin1');
  writeFileSync(file, text.slice(0, -2) + (text.at(-2) === '7' ? '8' : '7') + text.slice(-1), 'latin1');
  expect(await fingerprintOf(file, synthetic)).not.toBe(reference.summary.run_fingerprint);
});

test('META-03 one other byte of a plugin: another fingerprint', async () => {
  const folder = temporaryFolder();
  const here = (name: string) => ['--plugin-dir', join(folder, name), '--plugins', 'counts_rows'];
  for (const name of ['one', 'two'])
    await cp(join(root, 'fixtures', 'test-plugins'), join(folder, name), { recursive: true });
  const code = join(folder, 'two', 'counts_rows', 'plugin.ts');
  writeFileSync(code, readFileSync(code, 'utf8').replace('The table has', 'This table has'));
  expect(await fingerprintOf(example, here('one'))).not.toBe(await fingerprintOf(example, here('two')));
});
