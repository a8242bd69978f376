import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/contract/index.ts';
import type {
  Diagnosis,
  PluginChanges,
  PluginEntry,
  Restoration,
  Verification,
} from '../../src/engine/index.ts';
import { runAnalysis, withApp } from '../../src/engine/index.ts';
import { killedAt } from '../crash/arming.ts';
import { contentOf, run, start, temporaryFolder } from '../run/command.ts';
import { say } from '../run/say.ts';
import { done, ID, packVersion, refused, writePlugin } from './bundles.ts';

async function world() {
  const folder = temporaryFolder();
  const appdata = join(folder, 'appdata');
  const file = join(folder, 'small.csv');
  writeFileSync(file, 'amount\n1\n2\n3\n');
  const at = ['--appdata', appdata];
  const v1 = await packVersion(folder, '1.0.0');
  await done(['plugins', 'install', v1, ...at]);
  const dryRun = ['run', file, '--dry-run', '--plugins', ID, ...at];
  const place = join(appdata, 'plugins', ID, '1.0.0');
  return { folder, appdata, file, at, v1, dryRun, place };
}

/** Runs the first command that a text recommends, as it stands there. */
async function pasted(text: string): Promise<void> {
  const line = /stat-harness (.*)/.exec(text)?.[1] ?? '';
  const said = await say(line.split(' ').map((word) => word.replaceAll('"', '')));
  expect(said.code, `${line}\n${said.err}`).toBe(0);
}

test('the same bytes again change nothing; other bytes under the same version are refused; each deed leaves one event', async () => {
  const { folder, appdata, at, v1 } = await world();
  const again = await done<PluginChanges>(['plugins', 'install', v1, ...at]);
  expect(again.changes).toMatchObject([{ change: 'unchanged', version: '1.0.0' }]);
  const other = join(folder, 'other.zip');
  const source = writePlugin(join(folder, 'other'), '1.0.0');
  appendFileSync(join(source, 'plugin.ts'), '\nconsole.log("more");\n');
  await done(['plugins', 'pack', source, '--out', other]);
  for (const name of ['install', 'update']) {
    const said = await refused(['plugins', name, other, ...at]);
    expect(said).toMatchObject({ code: 'SH_PLUGIN_VERSION_TAKEN', exit: 2 });
  }
  const old = await packVersion(folder, '0.9.0');
  expect(await refused(['plugins', 'update', old, ...at])).toMatchObject({ code: 'SH_PLUGIN_NOT_NEWER' });
  const stranger = await packVersion(folder, '1.0.0', { id: 'counts_others' });
  expect(await refused(['plugins', 'update', stranger, ...at])).toMatchObject({
    code: 'SH_PLUGIN_NOT_INSTALLED',
  });
  const v2 = await packVersion(folder, '2.0.0');
  await done(['plugins', 'update', v2, ...at]);
  await done(['plugins', 'rollback', ID, ...at]);
  await done(['plugins', 'disable', ID, ...at]);
  expect((await done<PluginChanges>(['plugins', 'disable', ID, ...at])).changes).toMatchObject([
    { change: 'unchanged' },
  ]);
  await done(['plugins', 'enable', ID, ...at]);
  expect(await refused(['plugins', 'remove', ID, '--version', '1.0.0', ...at])).toMatchObject({
    code: 'SH_PLUGIN_ACTIVE',
  });
  await done(['plugins', 'remove', ID, '--version', '2.0.0', ...at]);
  expect(await refused(['plugins', 'rollback', ID, ...at])).toMatchObject({ code: 'SH_PLUGIN_NO_VERSION' });
  await done(['plugins', 'remove', ID, ...at]);
  const events = await withApp({ appdata }, async (app) => app.state.events.bySubject('plugin', ID));
  expect(events.map(({ kind }) => kind.replace('plugin.', ''))).toEqual([
    ...['installed', 'updated', 'rolled_back', 'disabled', 'enabled', 'removed', 'removed'],
  ]);
  expect(new Set(events.map(({ correlation_id }) => correlation_id)).size).toBe(events.length);
  expect(events[1]?.data).toMatchObject({ version: '2.0.0', previous: '1.0.0' });
  expect(existsSync(join(appdata, 'plugins', ID))).toBe(false);
});

test('what is built in can be disabled, and neither removed nor rolled back; what another plugin requires stays', async () => {
  const { folder, at } = await world();
  for (const args of [
    ['remove', 'profile_basic'],
    ['rollback', 'profile_basic'],
  ])
    expect(await refused(['plugins', ...args, ...at])).toMatchObject({ code: 'SH_PLUGIN_BUILT_IN', exit: 2 });
  const depends_on = [
    { id: ID, required: true },
    { id: 'profile_basic', required: true },
  ];
  await done([
    'plugins',
    'install',
    await packVersion(folder, '1.0.0', { id: 'needs_counts', depends_on }),
    ...at,
  ]);
  for (const args of [
    ['remove', ID],
    ['disable', ID],
    ['disable', 'profile_basic'],
  ]) {
    const said = await refused(['plugins', ...args, ...at]);
    expect(said).toMatchObject({
      code: 'SH_PLUGIN_REQUIRED',
      exit: 6,
      message: expect.stringContaining('needs_counts'),
    });
  }
  const hint = await refused(['plugins', 'disable', ID, ...at]);
  await pasted(hint.hint);
  expect(await refused(['plugins', 'enable', 'needs_counts', ...at])).toMatchObject({
    ...{
      code: 'SH_PLAN_MISSING_DEPENDENCY',
      message: expect.stringContaining(`needs ${ID}, which is disabled`),
    },
  });
  await done(['plugins', 'enable', 'needs_counts', ID, ...at]);

  const back = { depends_on: [{ id: 'needs_counts', required: false }] };
  const circle = await refused(['plugins', 'install', await packVersion(folder, '2.0.0', back), ...at]);
  expect(circle).toMatchObject({ code: 'SH_PLAN_CYCLE', exit: 2 });
  expect(circle.message).toContain(`${ID} → needs_counts → ${ID}`);
  const nix = await packVersion(folder, '1.0.0', {
    id: 'd_nix',
    depends_on: [{ id: 'nix', required: true }],
  });
  expect(await refused(['plugins', 'install', nix, ...at])).toMatchObject({
    ...{ code: 'SH_PLAN_MISSING_DEPENDENCY', hint: expect.stringContaining('Install nix first') },
  });
  await done(['plugins', 'remove', 'needs_counts', ID, ...at]);
  await done(['plugins', 'disable', 'profile_basic', ...at]);
  expect((await refused(['plugins', 'remove', 'nothing', ...at])).message).not.toContain('profile_basic');
});

test('two installs at once can not form a circle of which neither saw the other half: one of them is refused', async () => {
  const folder = temporaryFolder();
  const needs = (id: string) => ({ depends_on: [{ id, required: false }] });
  const halves = [
    await packVersion(folder, '1.0.0', { id: 'half_a', ...needs('half_b') }),
    await packVersion(folder, '1.0.0', { id: 'half_b', ...needs('half_a') }),
  ];
  const appdata = join(folder, 'appdata');
  await withApp({ appdata }, async () => undefined);
  const at = ['--appdata', appdata, '--json'];
  const ended = await Promise.all(halves.map((half) => say(['plugins', 'install', half, ...at])));
  expect(ended.map(({ code }) => code).toSorted()).toEqual([0, 2]);
  expect(ended.find(({ code }) => code === 2)?.out).toContain('SH_PLAN_CYCLE');
});

describe('EXT-01 an installed file that is not as it was installed', () => {
  test('stops every load with exit 4, the file and the command that repairs it; the doctor finds it, and its repair can be pasted', async () => {
    const { folder, v1, at, dryRun, place } = await world();
    const others = dryRun.map((word) => (word === ID ? 'profile_roles' : word));
    const code = join(place, 'bundle.mjs');
    const honest = readFileSync(code, 'utf8');
    const hurts: readonly (() => void)[] = [
      () => writeFileSync(code, honest.replace('count(*)', 'count(+)')),
      () => rmSync(join(place, 'plugin.json')),
      () => appendFileSync(join(place, 'bundle.json'), ' '),
      () => rmSync(place, { recursive: true }),
    ];
    for (const hurt of hurts) {
      hurt();
      for (const args of [dryRun, ['plugins', 'show', ID, ...at]])
        expect(await refused(args)).toMatchObject({
          ...{ code: 'SH_PLUGIN_ALTERED', exit: 4, message: expect.stringContaining(place) },
          hint: expect.stringMatching(/plugins install .*plugins remove .*plugins disable/s),
        });
      const said = await say(['doctor', ...at, '--json']);
      expect(said.code).toBe(4);
      const { damages } = JSON.parse(said.out) as Diagnosis;
      expect(damages[0]).toMatchObject({ touches: [`plugin ${ID} 1.0.0`] });
      await pasted(damages[0]?.repair ?? '');
      expect(readFileSync(code, 'utf8')).toBe(honest);
    }
    rmSync(code);
    const entries = await done<PluginEntry[]>(['plugins', 'list', ...at]);
    expect(entries.filter(({ damaged }) => damaged !== '').map(({ id }) => id)).toEqual([ID]);
    expect(entries.length).toBeGreaterThan(5);
    await done(others);
    expect((await refused(dryRun.slice(0, 3).concat(at))).code).toBe('SH_PLUGIN_ALTERED');

    const moved = join(folder, 'moved.zip');
    renameSync(v1, moved);
    expect((await refused(dryRun)).hint).toContain('where FILE is the bundle with sha256:');
    await done(['plugins', 'install', moved, ...at]);
    rmSync(code);
    await pasted((await refused(dryRun)).hint);
    await done(dryRun);
    expect((await done<Diagnosis>(['doctor', '--full', ...at])).damages).toEqual([]);
  });

  test('and a row of the registry that something else has written is not believed', async () => {
    const { appdata, dryRun, at } = await world();
    await done(['plugins', 'disable', ID, ...at]);
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(appdata, 'state.sqlite'));
    database.exec('UPDATE plugins SET enabled = 1');
    database.close();
    expect(await refused(dryRun)).toMatchObject({ code: 'SH_STATE_CORRUPT', exit: 4 });
  });
});

test('an older database is restored: what was installed since is named, taken by no run, and listed again by the command that the doctor gives', async () => {
  const { folder, appdata, at, dryRun } = await world();
  await done(['backup', ...at]);
  await done(['plugins', 'update', await packVersion(folder, '2.0.0'), ...at]);
  const newer = join(appdata, 'plugins', ID, '2.0.0');
  const restored = await done<Restoration>(['restore', 'latest', ...at]);
  expect(restored).toMatchObject({ unknown_plugins: [newer], missing_plugins: [] });
  const active = async () => {
    const { plugins } = await done<{ plugins: { version: string }[] }>(dryRun);
    return plugins.map(({ version }) => version);
  };
  expect(await active()).toEqual(['1.0.0']);
  await done(['gc', ...at]);
  expect(existsSync(newer), 'the grace time begins anew').toBe(true);
  const { warnings } = await done<Diagnosis>(['doctor', ...at]);
  const warning = warnings.find(({ text }) => text.includes(newer));
  await pasted(warning?.repair ?? '');
  expect(await active()).toEqual(['2.0.0']);

  renameSync(newer, join(folder, 'away'));
  await done(['backup', ...at]);
  expect(await done(['restore', 'latest', ...at])).toMatchObject({ missing_plugins: [`${ID} 2.0.0`] });
});

test.skipIf(process.platform === 'win32')(
  'a run that was killed goes on with the version that it was planned with, though another is active; where that is gone or disabled, it says so',
  async () => {
    const { folder, appdata, file, at, v1 } = await world();
    const args = ['run', file, '--quiet', '--plugins', ID, ...at];
    const resume = ['runs', 'resume', 'latest', '--quiet', ...at];
    const reference = contentOf(await run(file, appdata, ['--plugins', ID]));
    const { environment, nodeArguments } = killedAt('execution.kept');
    const killed = await start([...args, '--force'], environment, nodeArguments).ended;
    expect(killed).toMatchObject({ signal: 'SIGKILL' });

    await done(['plugins', 'update', await packVersion(folder, '2.0.0'), ...at]);
    await done(['plugins', 'disable', ID, ...at]);
    expect((await refused(resume)).message).toContain(`the plugin ${ID} is disabled since`);
    await done(['plugins', 'enable', ID, ...at]);
    await done(['plugins', 'remove', ID, '--version', '1.0.0', ...at]);
    const gone = await refused(resume);
    expect(gone.message).toContain(`the version of the plugin ${ID} that it was planned with`);
    expect(gone.message).toContain('is not installed any more; installed: 2.0.0');

    await done(['plugins', 'install', v1, ...at]);
    await done(['plugins', 'rollback', ID, ...at]);
    const listed = await done<PluginEntry[]>(['plugins', 'list', ...at]);
    expect(listed.find(({ id }) => id === ID)?.version).toBe('2.0.0');
    expect(contentOf(await done<RunSummary>(resume))).toEqual(reference);
    const { derivations } = await done<Verification>(['verify', 'latest', '--recompute', ...at]);
    expect(derivations).toEqual({ checked: 1, failed: 0, unavailable: 0 });
  },
);

test('a run that is under way keeps the code that it has loaded: that its plugin is updated or removed meanwhile changes nothing of it', async () => {
  const { folder, appdata, file, at } = await world();
  const reference = contentOf(await run(file, appdata, ['--plugins', ID]));
  await done(['plugins', 'install', await packVersion(folder, '2.0.0'), ...at]);
  await done(['plugins', 'rollback', ID, ...at]);
  let meanwhile: Promise<unknown> | undefined;
  const change = async (): Promise<void> => {
    await done(['plugins', 'rollback', ID, ...at]);
    await done(['plugins', 'remove', ID, '--version', '1.0.0', ...at]);
  };
  const summary = await withApp({ appdata }, (app) =>
    runAnalysis(app, {
      files: [file],
      flags: { plugins: [ID] },
      ...{
        pluginFolders: [],
        force: true,
        wait: true,
        osSandbox: 'auto',
        allowNetwork: [],
        ignoreHealth: false,
      },
      onProgress: ({ kind }) => {
        if (kind === 'stage') meanwhile ??= change();
      },
    }),
  );
  await meanwhile;
  expect(existsSync(join(appdata, 'plugins', ID, '1.0.0'))).toBe(false);
  expect(contentOf(summary)).toEqual(reference);
});
