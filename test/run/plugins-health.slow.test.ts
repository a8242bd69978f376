import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunManifest } from '../../src/contract/index.ts';
import { refuseUnhealthy } from '../../src/engine/plugin-health.ts';
import { resolveConfig } from '../../src/pipeline/config.ts';
import { plugin } from '../pipeline/make.ts';
import { readJson, root, temporaryFolder } from './command.ts';
import { run, say } from './say.ts';

const folder = join(root, 'fixtures/health-plugins');
const sales = join(root, 'examples/sales.csv');

test('EXT-06: "plugins health" asks in the sandbox, tells why a plugin can not work here, and ends with 6', async () => {
  const asked = await say(['plugins', 'health', '--plugin-dir', folder, '--json']);
  const found = JSON.parse(asked.out) as { id: string; health: string; reason: string }[];
  expect(asked.code).toBe(6);
  expect(found.filter(({ health }) => health !== 'unchecked')).toMatchObject([
    { id: 'feels_ill', health: 'unhealthy', reason: 'Error: the moon is full' },
    { id: 'feels_well', health: 'healthy', reason: '' },
  ]);
  const one = await say(['plugins', 'health', 'feels_well', 'profile_basic', '--plugin-dir', folder]);
  expect(one.code).toBe(0);
  expect(one.out).toMatch(/profile_basic .* nothing to check/);
});

test('EXT-06: an unhealthy plugin blocks a run before it begins, unless forced; then event and manifest say so', async () => {
  const appdata = temporaryFolder();
  const args = ['--plugin-dir', folder, '--plugins', 'feels_ill,feels_well'];
  const refused = await say(['run', sales, '--appdata', appdata, '--quiet', ...args]);
  expect(refused.code).toBe(6);
  expect(refused.err).toContain(
    'The plugin feels_ill can not work on this machine: Error: the moon is full.',
  );
  const none = await say(['runs', 'list', '--appdata', appdata, '--json']);
  expect(JSON.parse(none.out)).toEqual([]);

  const summary = await run(sales, appdata, [...args, '--ignore-health']);
  expect(summary.status).toBe('COMPLETED');
  const manifest = readJson<RunManifest>(summary.manifest_path);
  expect(manifest.plugins.map(({ id, unhealthy_ignored }) => [id, unhealthy_ignored])).toEqual([
    ['feels_ill', 'Error: the moon is full'],
    ['feels_well', undefined],
  ]);
  const shown = await say(['runs', 'show', summary.run_id, '--appdata', appdata, '--json']);
  expect(shown.out).toContain('plugin.unhealthy_ignored');
});

test("EXT-06: a run asks for health under the limits of the operator's policy", async () => {
  const bundle = 'export default { health() { for (;;); }, analyze() {} };';
  const busy = { ...plugin({ id: 'busy', health: true }), bundle };
  const config = resolveConfig({
    flags: {},
    file: { path: 'c.yaml', content: { policy: { limits: { wall_s: 0.4 } } } },
    plugins: [busy],
    defaults: { dataset: 'x', workers: 1 },
  });
  const entry = { plugin: busy, settings: {}, upstream: [], leftOut: undefined, grants: [], missing: [] };
  const plan = { planned: [entry], runnable: [entry] };
  const unhealthy = await refuseUnhealthy(plan, config, { osSandbox: 'off', ignore: true });
  expect([...unhealthy]).toEqual([['busy', 'wall time: more than 0.4 s']]);
});
