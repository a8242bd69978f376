import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type App,
  applyRetention,
  collectGarbage,
  deleteRun,
  openApp,
  runAnalysis,
  undeleteRun,
  verifyRun,
} from '../../src/engine/index.ts';
import type { RunFlags } from '../../src/pipeline/index.ts';
import { armed } from '../crash/arming.ts';
import { command, folderOfFile, start, testPlugins } from '../run/command.ts';

const folder = folderOfFile('deleting');
const appdata = join(folder, 'appdata');
const packs = join(folder, 'packs');
const runs: string[] = [];

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  const app = await openApp({ appdata });
  const run = async (name: string, text: string, flags: RunFlags = {}): Promise<void> => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const done = await runAnalysis(app, {
      files: [file],
      flags: { dataset: 'sales', plugins: ['counts_rows'], ...flags },
      ...{ pluginFolders: [testPlugins], force: false, wait: true, osSandbox: 'auto' },
      onProgress: () => undefined,
    });
    runs.push(done.run_id);
  };
  await run('may.csv', 'region,amount\nnorth,1\nsouth,2\n');
  await run('june.csv', 'region,amount\nnorth,3\n', { append: true });
  await run('july.csv', 'region,amount\nsouth,4\n', { dataset: 'others' });
  app.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Everything in the store and the trash, and what is listed: where a deed must come to, interrupted or not. */
function endOf(app: App) {
  const names = (path: string): string[] =>
    existsSync(path) ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort() : [];
  const stored = ['blobs', 'parts', 'datasets', 'runs', 'trash', 'kept'].map((name) => [
    name,
    names(join(app.paths.root, name)).filter((path) => /[0-9a-f]{32}/.test(path)),
  ]);
  const listed = app.state.runs.list().map(({ run_id, pinned }) => [run_id, pinned]);
  const datasets = app.state.datasets.list().map(({ name, versions }) => [name, versions]);
  return { stored, listed, datasets, chain: app.state.chain.list().length };
}

/** What reads as damage in an appdata that was left as it is. */
async function damageIn(app: App): Promise<string[]> {
  const damages = [...app.state.check('full')];
  for (const { run_id } of app.state.runs.list()) {
    const options = { recompute: false, pluginFolders: [testPlugins], onProgress: () => undefined };
    damages.push(...(await verifyRun(app, run_id, options)).problems);
  }
  return damages;
}

/** Does something with a copy of the appdata taken at each fail point; the process is gone when this returns. */
async function withSnapshots(args: readonly string[], name: string): Promise<string[]> {
  const snapshots = { of: appdata, folder: join(folder, name) };
  rmSync(snapshots.folder, { recursive: true, force: true });
  const { environment, nodeArguments } = armed({ snapshots });
  mkdirSync(snapshots.folder, { recursive: true });
  const ended = await start([...args, '--appdata', appdata], environment, nodeArguments).ended;
  expect(ended.code, ended.err).toBe(0);
  const lines = readFileSync(join(snapshots.folder, 'index.txt'), 'utf8').trim().split('\n');
  for (const line of lines) passed.add(line.slice(0, line.indexOf(' ')));
  return [...new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))];
}

const passed = new Set<string>();
const flags = { keep: 1, grace_days: 0, pack_first: packs };

const DEEDS: [string, () => readonly string[], (app: App) => Promise<unknown>][] = [
  ['runs delete', () => ['runs', 'delete', runs[0] ?? ''], (app) => unless(app, true, deleteRun)],
  ['runs undelete', () => ['runs', 'undelete', runs[0] ?? ''], (app) => unless(app, false, undeleteRun)],
  [
    'retention',
    () => ['retention', '--keep', '1', '--grace-days', '0', '--pack-first', packs],
    (app) => applyRetention(app, { dryRun: false, flags }),
  ],
  [
    'gc',
    () => ['gc', '--grace-days', '0', '--max-cache', '0'],
    (app) => collectGarbage(app, { dryRun: false, flags: { grace_days: 0, cache_bytes: 0 } }),
  ],
];

/** The same again, where it was not done yet. */
async function unless(
  app: App,
  deleted: boolean,
  act: (app: App, id: string) => Promise<unknown>,
): Promise<void> {
  const run = app.state.runs.find(runs[0] ?? '', { deleted: true });
  if ((run.deleted_at !== null) !== deleted) await act(app, run.run_id);
}

/** At most so many of them, evenly spread. */
function spread(paths: readonly string[], most: number): readonly string[] {
  const step = Math.max(1, Math.ceil(paths.length / most));
  return paths.filter((_, i) => i % step === 0);
}

test.each(DEEDS)(
  'whatever "%s" had done when it was killed: nothing reads as damage, and again it comes to the same end',
  async (name, args, again) => {
    if (name === 'gc') await command(['datasets', 'delete', 'others', '--appdata', appdata]);
    const paths = await withSnapshots(args(), name);
    const reference = await openApp({ appdata });
    const end = endOf(reference);
    reference.close();
    expect(paths.length).toBeGreaterThan(1);
    for (const path of spread(paths, 14)) {
      const app = await openApp({ appdata: path });
      expect(await damageIn(app), path).toEqual([]);
      await again(app);
      expect(endOf(app), path).toEqual(end);
      app.close();
    }
  },
  600_000,
);

test('every fail point of deleting was passed', () => {
  for (const name of ['run.moving', 'run.moved', 'run.purged', 'data.expired', 'garbage.moved'])
    expect(passed).toContain(name);
});
