import * as fs from 'node:fs';
import { rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { deleteRun, openApp, undeleteRun, withApp } from '../../src/engine/index.ts';
import { filesBelow, folderOfFile, start } from '../run/command.ts';
import { arm, armed, disarm, type Effect } from './arming.ts';
import { commandLine, contentHashes, problemsAfterCrash, runHere, writeTable } from './scenario.ts';

const folder = folderOfFile('commit');
const appdata = join(folder, 'appdata');
const out = join(folder, 'out');
let table: string;
let reference: Record<string, string>;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  table = writeTable(folder);
  await withApp({ appdata }, async (app) => {
    reference = await contentHashes((await runHere(app, table, out)).run_dir);
  });
});
afterEach(disarm);
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('a run that is sealed, and whose record can not be written,', () => {
  test.each<[string, Effect, string]>([
    ['run.recording', 'ENOSPC', 'No space left'],
    ['run.recording', 'EIO', 'EIO: injected'],
    ['run.renamed', 'EIO', 'EIO: injected'],
  ])(
    'because of %s: %s, is recorded by the next command, with the reference bytes',
    async (name, effect, said) => {
      const { environment, nodeArguments } = armed({ at: { name, nth: 1, effect, times: 1 } });
      const ended = await start(commandLine(table, appdata, out), environment, nodeArguments).ended;
      expect(ended).toMatchObject({ code: 2, err: expect.stringContaining(said) });
      expect(await problemsAfterCrash(appdata)).toEqual([]);
      const app = await openApp({ appdata });
      onTestFinished(() => app.close());
      const newest = app.state.runs.find('latest');
      expect(newest.status).toBe('COMPLETED');
      expect(await contentHashes(app.paths.run(newest.run_id))).toEqual(reference);
    },
  );
});

/** What was done to the disk, in order: a file or folder synced, something renamed, a transaction committed. */
type Step =
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'commit' };

/** Records every sync and rename of Node's own file system, and every commit, while `act` runs. */
async function recorded(act: () => Promise<unknown>): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const { open, rename } = fs.promises;
  const probe = await open(table, 'r');
  const handles = Object.getPrototypeOf(probe) as { sync: (this: fs.promises.FileHandle) => Promise<void> };
  await probe.close();
  const { sync } = handles;
  const paths = new WeakMap<object, string>();
  fs.promises.open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    paths.set(handle, String(path));
    return handle;
  };
  fs.promises.rename = async (from, to) => {
    await rename(from, to);
    steps.push({ kind: 'rename', from: String(from), to: String(to) });
  };
  handles.sync = async function (this: fs.promises.FileHandle) {
    await sync.call(this);
    steps.push({ kind: 'sync', path: paths.get(this) ?? '' });
  };
  const hook = Symbol.for('statistic-harness.fail-point');
  Reflect.set(globalThis, hook, (name: string) => {
    if (name === 'transaction.committed') steps.push({ kind: 'commit' });
  });
  syncBuiltinESMExports();
  try {
    await act();
  } finally {
    Object.assign(fs.promises, { open, rename });
    handles.sync = sync;
    Reflect.deleteProperty(globalThis, hook);
    syncBuiltinESMExports();
  }
  return steps;
}

test('FND-02 whatever is renamed into its place was synced before, file by file; its folder is synced after that, and the database commits last', async () => {
  const fresh = join(folder, 'recorded');
  const steps = await recorded(() => withApp({ appdata: fresh }, (app) => runHere(app, table, out)));
  const isSynced = (path: string, before: number): boolean =>
    steps.slice(0, before).some((step) => step.kind === 'sync' && step.path === path);
  const kept = ['blobs', 'parts', 'datasets', 'runs'].map((name) => join(fresh, name) + sep);
  const places = steps.flatMap((step, at) =>
    step.kind === 'rename' && kept.some((place) => step.to.startsWith(place)) ? [{ ...step, at }] : [],
  );
  expect(places.map(({ to }) => to.slice(fresh.length + 1).split(sep)[0])).toEqual(
    expect.arrayContaining(['blobs', 'parts', 'datasets', 'runs']),
  );
  for (const { from, to, at } of places) {
    const isFolder = fs.statSync(to).isDirectory();
    const inside = isFolder ? filesBelow(to).map((name) => join(from, name)) : [from];
    const renamed = new Map(steps.flatMap((step) => (step.kind === 'rename' ? [[step.to, step.from]] : [])));
    for (const file of inside) {
      const written = isSynced(file, at) || isSynced(renamed.get(file) ?? '', at);
      expect(written, `${file} before it was renamed`).toBe(true);
    }
    const after = steps.findIndex((step, i) => i > at && step.kind === 'sync' && step.path === dirname(to));
    const commit = steps.findIndex((step, i) => i > at && step.kind === 'commit');
    expect(after, `the folder of ${to} is synced`).toBeGreaterThan(at);
    expect(commit, `a commit after ${to}`).toBeGreaterThan(after);
  }
});

describe('FND-07 the folder of a run goes to the trash and comes back', () => {
  test.each<Effect>(['EPERM', 'EBUSY', 'EACCES'])(
    'though the rename fails three times with %s',
    async (effect) => {
      await withApp({ appdata }, async (app) => {
        const { run_id } = app.state.runs.find('latest');
        for (const act of [deleteRun, undeleteRun]) {
          arm({ at: { name: 'entry.renaming', nth: 1, effect, times: 3 } });
          await act(app, run_id);
          disarm();
          const isGone = act === deleteRun;
          expect(fs.existsSync(app.paths.run(run_id))).toBe(!isGone);
          expect(fs.existsSync(app.paths.trashedRun(run_id))).toBe(isGone);
        }
        expect(await contentHashes(app.paths.run(run_id))).toEqual(reference);
      });
      expect(await problemsAfterCrash(appdata)).toEqual([]);
    },
  );

  test('and where it fails for good, that is an error that names it, and the next command moves it', async () => {
    const app = await openApp({ appdata });
    const { run_id } = app.state.runs.find('latest');
    arm({ at: { name: 'entry.renaming', nth: 1, effect: 'EBUSY', times: 1000 } });
    await expect(withApp({ appdata }, (other) => deleteRun(other, run_id))).rejects.toMatchObject({
      ...{ code: 'SH_IO', exitCode: 2 },
      message: expect.stringContaining(app.paths.trashedRun(run_id)),
    });
    disarm();
    expect(fs.existsSync(app.paths.run(run_id))).toBe(true);
    app.close();
    expect(await problemsAfterCrash(appdata)).toEqual([]);
    await withApp({ appdata }, async (other) => {
      expect(fs.existsSync(other.paths.trashedRun(run_id))).toBe(true);
      await undeleteRun(other, run_id);
      expect(await contentHashes(other.paths.run(run_id))).toEqual(reference);
    });
  });
});
