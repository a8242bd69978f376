import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, installPlugins, openApp, removePlugins, withApp } from '../../src/engine/index.ts';
import { arm, armed, disarm, type Effect } from '../crash/arming.ts';
import { problemsAfterCrash } from '../crash/scenario.ts';
import { folderOfFile, start } from '../run/command.ts';
import { done, ID, packVersion, treeOf } from './bundles.ts';

const folder = folderOfFile('plugins');
let v1: string;
let v2: string;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  [v1, v2] = [await packVersion(folder, '1.0.0'), await packVersion(folder, '2.0.0')];
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
afterEach(disarm);

/** What is installed, in rows and in files. */
function installed(app: App) {
  const tree = treeOf(app.paths.root);
  return {
    plugins: app.state.plugins.list(),
    versions: app.state.plugins.versions().map(({ installed_at: _at, ...row }) => row),
    files: Object.entries(tree).filter(([name]) => name.startsWith('plugins')),
  };
}

const look = (appdata: string) => withApp({ appdata }, async (app) => installed(app));

/** A command that is killed at each fail point: what each kill leaves behind, as the next start finds it. */
async function killedEverywhere(name: string, args: readonly string[], appdata: string) {
  const before = await look(appdata);
  const copies = join(folder, name);
  mkdirSync(copies);
  const { environment, nodeArguments } = armed({ snapshots: { of: appdata, folder: copies } });
  const ended = await start([...args, '--appdata', appdata], environment, nodeArguments).ended;
  expect(ended.code, ended.err).toBe(0);
  const passed = readFileSync(join(copies, 'index.txt'), 'utf8').trim().split('\n');
  // The first passage of each name, and each copy once.
  const firsts = new Map(
    passed.toReversed().map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']),
  );
  const left = new Map([...firsts].map(([at, copy]) => [copy, at]));
  return {
    before,
    after: await look(appdata),
    left,
    names: new Set(passed.map((line) => line.split(' ')[0])),
  };
}

test.skipIf(process.platform === 'win32')(
  'EXT-03 killed at any fail point, an installation, an update, a repair and a removal leave what was there or all of what comes, and no file that nobody knows',
  async () => {
    const appdata = join(folder, 'appdata');
    await withApp({ appdata }, async () => undefined);
    const names = new Set<string | undefined>();
    const steps: [string, readonly string[]][] = [
      ['install', ['plugins', 'install', v1]],
      ['update', ['plugins', 'update', v2]],
      ['rollback', ['plugins', 'rollback', ID]],
      ['remove-one', ['plugins', 'remove', ID, '--version', '2.0.0']],
      ['remove', ['plugins', 'remove', ID]],
    ];
    for (const [name, args] of steps) {
      const killed = await killedEverywhere(name, args, appdata);
      expect(killed.after).not.toEqual(killed.before);
      for (const one of killed.names) names.add(one);
      for (const [copy, at] of killed.left) {
        const found = await look(copy);
        const isBefore = JSON.stringify(found) === JSON.stringify(killed.before);
        if (!isBefore) expect(found, `${name} killed at ${at}`).toEqual(killed.after);
        if (at.startsWith('plugin.'))
          expect(await problemsAfterCrash(copy), `${name} killed at ${at}`).toEqual([]);
      }
    }
    const own = ['received', 'unpacked', 'placing', 'placed', 'recorded', 'leaving', 'left', 'forgotten'];
    expect([...names]).toEqual(expect.arrayContaining(own.map((name) => `plugin.${name}`)));
  },
);

test.skipIf(process.platform === 'win32')(
  'a damaged file is put back by installing the same bundle again; killed half-way, the next installation puts it back',
  async () => {
    const appdata = join(folder, 'damaged');
    const at = ['--appdata', appdata];
    await done(['plugins', 'install', v1, ...at]);
    const whole = await look(appdata);
    appendFileSync(join(appdata, 'plugins', ID, '1.0.0', 'bundle.mjs'), '// more');
    const { left } = await killedEverywhere('repair', ['plugins', 'install', v1], appdata);
    expect(await look(appdata)).toEqual(whole);
    expect(left.size).toBeGreaterThan(5);
    for (const [copy, name] of left) {
      await done(['plugins', 'install', v1, '--appdata', copy]);
      expect(await look(copy), name).toEqual(whole);
      expect(await problemsAfterCrash(copy), name).toEqual([]);
    }
  },
);

describe('where the disk or another program stands in the way', () => {
  test.each<[string, Effect, string]>([
    ['file.creating', 'ENOSPC', 'SH_DISK_FULL'],
    ['file.syncing', 'EIO', 'SH_IO'],
    ['entry.renaming', 'EIO', 'SH_IO'],
    ['folder.syncing', 'EIO', 'SH_IO'],
  ])(
    '%s fails with %s: an installation is refused as %s, and nothing is left behind',
    async (name, effect, code) => {
      const appdata = join(folder, `failing-${name}`);
      await withApp({ appdata }, async () => undefined);
      const before = treeOf(appdata);
      const counts = arm({});
      await withApp({ appdata: join(folder, `counted-${name}`) }, (app) =>
        installPlugins(app, { files: [v1], update: false }),
      );
      const passages = counts.get(name) ?? 0;
      disarm();
      expect(passages).toBeGreaterThan(0);
      for (const nth of new Set([1, Math.ceil(passages / 2), passages])) {
        arm({ at: { name, nth, effect, times: 1 } });
        const failed = withApp({ appdata }, (app) => installPlugins(app, { files: [v1], update: false }));
        await expect(failed, `${nth} of ${passages}`).rejects.toMatchObject({ code });
        disarm();
        expect(treeOf(appdata), `${nth} of ${passages}`).toEqual(before);
        expect((await look(appdata)).versions).toEqual([]);
      }
    },
  );

  test('a folder that another program holds for a while is waited for; held for good, the plugin is removed all the same, and the next garbage collection takes its files', async () => {
    const appdata = join(folder, 'held');
    await withApp({ appdata }, async (app) => {
      arm({ at: { name: 'entry.renaming', nth: 1, effect: 'EPERM', times: 3 } });
      await installPlugins(app, { files: [v1], update: false });
      disarm();
      arm({ at: { name: 'entry.renaming', nth: 1, effect: 'EBUSY', times: 1000 } });
      const removed = await removePlugins(app, [ID], undefined);
      disarm();
      expect(removed.changes).toMatchObject([{ change: 'removed', note: expect.stringContaining('gc') }]);
      expect(app.state.plugins.versions()).toEqual([]);
      expect(existsSync(app.paths.plugin(ID, '1.0.0'))).toBe(true);
    });
    await done(['gc', '--grace-days', '0', '--appdata', appdata]);
    expect(existsSync(join(appdata, 'plugins', ID, '1.0.0'))).toBe(false);
    expect(await problemsAfterCrash(appdata)).toEqual([]);
  });
});

test('FND-06 two processes that install the same and other versions at once: all are there, each once', async () => {
  const appdata = join(folder, 'two');
  await withApp({ appdata }, async () => undefined);
  const at = ['--appdata', appdata, '--json'];
  const ended = await Promise.all(
    [v1, v2, v1, v2].map((file) => start(['plugins', 'install', file, ...at]).ended),
  );
  expect(ended.map(({ code, err }) => [code, err])).toEqual(Array.from({ length: 4 }, () => [0, '']));
  const app = await openApp({ appdata });
  try {
    expect(app.state.plugins.versions(ID).map(({ version }) => version)).toEqual(['1.0.0', '2.0.0']);
    const kinds = app.state.events.bySubject('plugin', ID).map(({ kind }) => kind);
    expect(kinds).toEqual(['plugin.installed', 'plugin.installed']);
  } finally {
    app.close();
  }
  expect(await problemsAfterCrash(appdata)).toEqual([]);
});
