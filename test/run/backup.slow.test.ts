import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appPaths, type Clock, millisBetween } from '../../src/base/index.ts';
import { type BackupSummary, backUpDaily, type Restoration } from '../../src/engine/index.ts';
import { listBackups, openState } from '../../src/state/index.ts';
import { completeRun, ingest } from '../state/appdata.ts';
import { example, filesBelow, run, start, temporaryFolder, testPlugins } from './command.ts';
import { say } from './say.ts';

const sales = join(example, '..', 'sales.csv');

async function json<T>(args: readonly string[], appdata: string): Promise<T> {
  const ended = await say([...args, '--json', '--appdata', appdata]);
  expect(ended.code, ended.err).toBe(0);
  return JSON.parse(ended.out) as T;
}

const bytesOf = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));

test('FND-05 a backup made while a run writes, the database deleted, restored: run list, reports and checksums are identical', async () => {
  const appdata = temporaryFolder();
  const paths = appPaths(appdata);
  const first = await run(sales, appdata, ['--plugins', 'profile_basic']);
  const shown = await json(['runs', 'show', first.run_id], appdata);
  const files = bytesOf(paths.runs);
  const slow = ['--plugin-dir', testPlugins, '--plugins', 'waits_a_while'];
  const { child, ended, errors } = start(['run', sales, '--quiet', '--appdata', appdata, ...slow]);
  while (readdirSync(paths.staging).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(child.exitCode, errors()).toBeNull();
  }
  const backup = await json<BackupSummary>(['backup'], appdata);
  expect((await ended).code).toBe(0);
  for (const suffix of ['', '-wal', '-shm']) rmSync(paths.state + suffix, { force: true });
  const refused = await say(['runs', 'list', '--appdata', appdata]);
  expect(refused.code).toBe(4);
  expect(refused.err).toContain(`stat-harness restore ${backup.path} --appdata ${appdata}`);

  const restored = await json<Restoration>(['restore', 'latest'], appdata);
  expect(restored).toMatchObject({ restored: backup.path, replaced: null, runs: 2, missing_runs: [] });
  expect(await json(['runs', 'show', first.run_id], appdata)).toEqual(shown);
  expect(bytesOf(join(paths.runs, first.run_id))).toEqual(
    Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name.slice(first.run_id.length + 1), bytes]),
    ),
  );
  expect((await say(['verify', first.run_id, '--appdata', appdata])).code).toBe(0);
});

test('a backup can be written to a file of its own, which is never written over unless told so', async () => {
  const [appdata, folder] = [temporaryFolder(), temporaryFolder()];
  const out = join(folder, 'state.sqlite');
  const made = await json<BackupSummary>(['backup', '--out', out], appdata);
  expect(made.path).toBe(out);
  expect(readdirSync(folder).sort()).toEqual(['state.sqlite', 'state.sqlite.sha256']);
  expect((await say(['backup', '--out', out, '--appdata', appdata])).code).toBe(2);
  expect((await say(['backup', '--out', out, '--force', '--appdata', appdata])).code).toBe(0);
  expect(listBackups(appPaths(appdata))).toEqual([]);
  const elsewhere = temporaryFolder();
  expect(await json<Restoration>(['restore', out], elsewhere)).toMatchObject({ replaced: null, runs: 0 });
});

test('a backup a day is made before the first run of a day', async () => {
  const paths = appPaths(temporaryFolder());
  let now = '2025-03-01T09:00:00.000Z';
  const clock: Clock = { now: () => now, monotonicMs: () => millisBetween('2025-01-01T00:00:00.000Z', now) };
  const state = openState(paths, { clock });
  const app = { paths, state, clock, close: () => state.close() };
  const days = () => listBackups(paths).map((backup) => backup.taken_at.slice(8, 13));
  try {
    await backUpDaily(app);
    expect(days()).toEqual([]);
    completeRun(state, ingest(state));
    now = '2025-03-01T23:59:00.000Z';
    await backUpDaily(app);
    expect(days()).toEqual([]);
    now = '2025-03-02T08:00:00.000Z';
    await backUpDaily(app);
    await backUpDaily(app);
    expect(days()).toEqual(['02T08']);
    now = '2025-03-02T20:00:00.000Z';
    await backUpDaily(app);
    expect(days()).toEqual(['02T08']);
    now = '2025-03-20T20:00:00.000Z';
    await backUpDaily(app);
    expect(days()).toEqual(['20T20', '02T08']);
  } finally {
    state.close();
  }
});
