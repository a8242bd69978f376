import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import type { RunManifest } from '../../src/contract/index.ts';
import type { PlanSummary, PluginChanges, PluginEntry, RunDetails } from '../../src/engine/index.ts';
import { contentOf, filesBelow, readJson, run, temporaryFolder } from '../run/command.ts';
import { done, ID, packVersion, refused } from './bundles.ts';

function writeTable(folder: string): string {
  const file = join(folder, 'small.csv');
  writeFileSync(file, `amount\n${Array.from({ length: 20 }, (_, i) => i * 3).join('\n')}\n`);
  return file;
}

/** What a run came to: its fingerprint, every byte of its content, and whether its plugin was executed. */
async function outcome(file: string, appdata: string, args: readonly string[] = []) {
  const summary = await run(file, appdata, ['--plugins', ID, ...args]);
  const manifest = readJson<RunManifest>(join(summary.run_dir, 'run_manifest.json'));
  const [plugin] = manifest.plugins;
  return {
    fingerprint: manifest.run_fingerprint,
    execution: plugin?.execution_fingerprint,
    version: plugin?.version,
    content: contentOf(summary),
    artifact: readFileSync(join(summary.run_dir, 'artifacts', ID, 'rows.txt'), 'utf8'),
    reused: plugin?.reused_from != null,
  };
}

test('EXT-03 install v2, run, roll back to v1, run: the fingerprints and bytes of v1 return, kept and executed anew', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const at = ['--appdata', appdata];
  const file = writeTable(folder);
  const [v1, v2] = [await packVersion(folder, '1.0.0'), await packVersion(folder, '2.0.0')];

  await done(['plugins', 'install', v1, ...at]);
  const out = join(folder, 'out');
  const first = await outcome(file, appdata, ['--out', out]);
  expect(readFileSync(join(out, 'artifacts', ID, 'rows.txt'), 'utf8')).toBe(first.artifact);
  const report = readFileSync(join(out, 'report.md'), 'utf8');
  expect(report).toContain(`Files: \`artifacts/${ID}/rows.txt\``);
  const bundle = sha256(readFileSync(v1));
  expect(report).toContain(`installed from the bundle ${bundle}`);
  const { plugins } = readJson<RunManifest>(join(out, 'run_manifest.json'));
  expect(plugins[0]?.origin).toEqual({ from: 'installed', bundle_sha256: bundle });
  expect((await done<RunDetails>(['runs', 'show', ...at])).executions[0]?.origin).toEqual(plugins[0]?.origin);
  const updated = await done<PluginChanges>(['plugins', 'update', v2, ...at]);
  expect(updated.changes).toMatchObject([
    { change: 'updated', active_version: '2.0.0', previous_version: '1.0.0' },
  ]);
  const second = await outcome(file, appdata);
  expect(second).toMatchObject({ version: '2.0.0', reused: false });
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect(second.content['report.json']).toContain('Counted in the new way');

  const back = await done<PluginChanges>(['plugins', 'rollback', ID, ...at]);
  expect(back.changes).toMatchObject([
    { change: 'rolled_back', active_version: '1.0.0', previous_version: '2.0.0' },
  ]);
  const kept = await outcome(file, appdata);
  expect(kept).toEqual({ ...first, reused: true });
  const executed = await outcome(file, appdata, ['--force']);
  expect(executed).toEqual({ ...first, reused: false });
  expect(executed.content['report.json']).toContain('Counted in the old way');
});

test('EXT-01 a disabled plugin is in no plan and never executed, is told to be disabled by plan, summary, report and manifest, and enabled again comes to the same fingerprints', async () => {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const at = ['--appdata', appdata];
  const file = writeTable(folder);
  await done(['plugins', 'install', await packVersion(folder, '1.0.0'), ...at]);
  const before = await outcome(file, appdata);
  const planned = async () => {
    return (await done<PlanSummary>(['run', file, '--dry-run', ...at])).plugins.map(({ id }) => id);
  };
  expect(await planned()).toEqual(expect.arrayContaining([ID, 'profile_roles']));

  for (const id of [ID, 'profile_roles']) await done(['plugins', 'disable', id, ...at]);
  const left = await planned();
  expect(left).not.toContain(ID);
  expect(left).not.toContain('profile_roles');
  const disabled = [ID, 'profile_roles'];
  const plan = await done<PlanSummary>(['run', file, '--dry-run', ...at]);
  expect(plan.disabled.map(({ id, enable }) => [id, enable])).toEqual(
    disabled.map((id) => [id, expect.stringContaining(`plugins enable ${id}`)]),
  );
  const summary = await run(file, appdata);
  expect(summary.disabled_plugins).toEqual(disabled);
  const manifest = readJson<RunManifest>(join(summary.run_dir, 'run_manifest.json'));
  expect(manifest.disabled_plugins).toEqual(disabled);
  expect(readFileSync(join(summary.run_dir, 'report.md'), 'utf8')).toContain(
    'Disabled by the operator, and so not part of this run: ',
  );
  expect(readdirSync(join(summary.run_dir, 'results'))).not.toContain(`${ID}.json`);
  expect(filesBelow(summary.run_dir).filter((name) => name.includes(ID))).toEqual([]);
  expect(await refused(['run', file, '--plugins', ID, ...at])).toMatchObject({
    ...{ code: 'SH_PLUGIN_DISABLED', exit: 6, hint: expect.stringContaining(`plugins enable ${ID}`) },
  });
  const listed = await done<PluginEntry[]>(['plugins', 'list', ...at]);
  expect(listed.filter(({ enabled }) => !enabled).map(({ id, from }) => [id, from])).toEqual([
    [ID, 'installed'],
    ['profile_roles', 'built-in'],
  ]);

  for (const id of [ID, 'profile_roles']) await done(['plugins', 'enable', id, ...at]);
  expect(await outcome(file, appdata)).toEqual({ ...before, reused: true });
});
