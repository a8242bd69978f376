import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { KnownBadEntry, PluginEntry } from '../../src/engine/index.ts';
import { temporaryFolder } from '../run/command.ts';
import { done, ID, packVersion, refused, writePlugin } from './bundles.ts';

function world() {
  const folder = temporaryFolder();
  const file = join(folder, 'small.csv');
  writeFileSync(file, 'amount\n1\n2\n3\n');
  const at = ['--appdata', join(folder, 'appdata')];
  return { folder, at, dryRun: ['run', file, '--dry-run', '--plugins', ID, ...at] };
}

test.each<[string, Parameters<typeof writePlugin>[2], string]>([
  [
    'output schema',
    { output_schema: 'plugin_output.v2' },
    'it writes plugin_output.v2, and the report of this engine reads plugin_output.v1',
  ],
  [
    'contract',
    { contract_version: 'plugin.v7' },
    'it is written for plugin.v7, and this engine runs plugin.v1',
  ],
  [
    'engine',
    { requires: { engine_semver: '>=9.1.0', schema_versions: [] } },
    'it needs an engine >=9.1.0, this is 0.1.0',
  ],
  ['type', { type: 'llm' }, 'it can not run plugins of the type llm yet'],
  ['schema', { requires: { engine_semver: '*', schema_versions: ['finding.v9'] } }, 'it needs finding.v9'],
])(
  'META-05 EXT-07 a plugin that does not fit by its %s blocks the run and is not installed; both versions are named, and the version that would fit',
  async (_what, changes, reason) => {
    const { folder, at, dryRun } = world();
    const plugins = dirname(writePlugin(folder, '2.0.0', changes));
    const run = await refused([...dryRun, '--plugin-dir', plugins]);
    expect(run).toMatchObject({
      code: 'SH_PLUGIN_INCOMPATIBLE',
      exit: 6,
      message: expect.stringContaining(reason),
    });
    expect(run.message).not.toContain('Installed versions');

    await done(['plugins', 'install', await packVersion(folder, '1.0.0'), ...at]);
    const newer = await packVersion(join(folder, 'newer'), '2.1.0', changes);
    for (const name of ['install', 'update']) {
      const installed = await refused(['plugins', name, newer, ...at]);
      expect(installed).toMatchObject({
        code: 'SH_PLUGIN_INCOMPATIBLE',
        exit: 6,
        message: expect.stringContaining(reason),
      });
      expect(installed.message).toContain('Installed versions that fit: 1.0.0.');
    }
    const listed = await done<PluginEntry[]>(['plugins', 'list', ...at]);
    expect(listed.find(({ id }) => id === ID)?.versions.map(({ version }) => version)).toEqual(['1.0.0']);
  },
);

test('EXT-09 a combination that is known to be bad blocks a run like one that does not fit, names the version that would, and can be taken out again', async () => {
  const { folder, at, dryRun } = world();
  await done([
    'plugins',
    'install',
    await packVersion(folder, '1.0.0'),
    await packVersion(folder, '1.2.3'),
    ...at,
  ]);
  await done(dryRun);
  const add = ['plugins', 'known-bad', 'add', `${ID}@1.2.x`, '--reason', 'it counts nulls twice', ...at];
  const added = await done<KnownBadEntry>(add);
  expect(added).toMatchObject({ id: 1, from: 'operator', plugin_id: ID, versions: '1.2.x', engines: '*' });
  const blocked = await refused(dryRun);
  expect(blocked).toMatchObject({ code: 'SH_PLUGIN_INCOMPATIBLE', exit: 6 });
  expect(blocked.message).toContain(
    `${ID} 1.2.3 is known to be bad with engine 0.1.0: it counts nulls twice`,
  );
  expect(blocked.message).toContain('(entry 1 of yours)');
  expect(blocked.hint).toContain('plugins known-bad remove 1 --appdata');
  expect(blocked.message).toContain('Installed versions that fit: 1.0.0.');
  expect(blocked.hint).toContain(`plugins rollback ${ID} --to 1.0.0 --appdata`);
  expect(blocked.hint).toContain(`plugins disable ${ID} --appdata`);
  await done(['plugins', 'rollback', ID, '--to', '1.0.0', ...at]);
  await done(dryRun);

  const beside = ['--with', 'profile_basic', '--engines', '<0.2.0', '--reason', 'they disagree', ...at];
  await done(['plugins', 'known-bad', 'add', ID, ...beside]);
  await done(dryRun);
  const both = [...dryRun, '--plugins', `${ID},profile_basic`];
  expect((await refused(both)).message).toContain(
    `${ID} 1.0.0 is known to be bad together with profile_basic 1.0.0`,
  );

  const listed = await done<KnownBadEntry[]>(['plugins', 'known-bad', 'list', ...at]);
  expect(listed.map(({ id }) => id)).toEqual([1, 2]);
  await done(['plugins', 'known-bad', 'remove', '2', ...at]);
  await done(both);
  expect(await refused(['plugins', 'known-bad', 'remove', '2', ...at])).toMatchObject({
    code: 'SH_KNOWN_BAD_UNKNOWN',
  });
  for (const [wrong, why] of [
    [`${ID}@one`, 'none'],
    ['No Id', 'none'],
    [`${ID}@`, 'none'],
    [ID, ''],
    [`${ID}@1.2.x`, 'twice'],
  ] as const) {
    const said = await refused(['plugins', 'known-bad', 'add', wrong, '--reason', why, ...at]);
    expect(said).toMatchObject({ code: 'SH_USAGE_INVALID', exit: 2 });
  }
});
