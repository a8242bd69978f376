import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appPaths, type Clock, millisBetween, systemClock } from '../../src/base/index.ts';
import {
  type Adoption,
  type BackupSummary,
  backUpDaily,
  type Restoration,
  type RunDetails,
  type RunEntry,
} from '../../src/engine/index.ts';
import { currentOwner, listBackups, openState } from '../../src/state/index.ts';
import { completeRun, ingest, newRun, runId } from '../state/appdata.ts';
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
  const later = await json<RunDetails>(['runs', 'show', 'latest'], appdata);
  const reports = bytesOf(join(paths.runs, later.run_id));
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
  expect((await say(['verify', first.run_id, '--quiet', '--appdata', appdata])).code).toBe(0);
  // It was under way when the backup was made, and finished after: its sealed folder tells all that was recorded of it.
  const again = await json<RunDetails>(['runs', 'show', later.run_id], appdata);
  expect({ ...again, timeline: again.timeline.filter(({ kind }) => kind !== 'run.adopted') }).toEqual(later);
  expect(bytesOf(join(paths.runs, later.run_id))).toEqual(reports);
  expect((await say(['verify', later.run_id, '--quiet', '--appdata', appdata])).code).toBe(0);
});

test('a backup can be written to a file of its own, which is never written over unless told so', async () => {
  const [appdata, folder] = [temporaryFolder(), temporaryFolder()];
  const out = join(folder, 'state.sqlite');
  openState(appPaths(appdata), { clock: systemClock }).close();
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
  const app = { paths, state, clock, warnings: [], close: () => state.close() };
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
    // A clock that was years ahead for a while: days are counted again once it is right.
    now = '2031-01-01T08:00:00.000Z';
    await backUpDaily(app);
    completeRun(state, ingest(state), runId('b'));
    now = '2025-03-21T08:00:00.000Z';
    await backUpDaily(app);
    expect(listBackups(paths).map(({ taken_at }) => taken_at)).toEqual([
      ...['2031-01-01T08:00:00.001Z', '2031-01-01T08:00:00.000Z'],
      ...[expect.stringContaining('-20T20'), expect.stringContaining('-02T08')],
    ]);
    completeRun(state, ingest(state), runId('c'));
    await backUpDaily(app);
    expect(days()).toHaveLength(4);
  } finally {
    state.close();
  }
});

test('FND-05 runs made after the backup stay in their folders, are named, and are listed again when told so', async () => {
  const appdata = temporaryFolder();
  const first = await run(sales, appdata, ['--plugins', 'profile_basic']);
  await json(['backup'], appdata);
  const file = join(temporaryFolder(), 'other.csv');
  writeFileSync(file, 'a,b\n1,2\n3,4\n');
  const second = await run(file, appdata, ['--plugins', 'profile_basic']);
  const third = await run(sales, appdata, ['--plugins', 'profile_roles,profile_basic']);
  const show = async (id: string) => {
    const { timeline, ...shown } = await json<RunDetails>(['runs', 'show', id], appdata);
    return { ...shown, timeline: timeline.filter(({ kind }) => kind !== 'run.adopted') };
  };
  const before = [await show(second.run_id), await show(third.run_id)];
  const datasets = await json(['datasets', 'show', 'other'], appdata);
  const lists = await json(['runs', 'list'], appdata);

  const restored = await json<Restoration>(['restore', 'latest'], appdata);
  const made = [second.run_id, third.run_id];
  expect(restored.unknown_runs).toEqual(made.toSorted());
  expect(await json(['runs', 'list'], appdata)).toMatchObject([{ run_id: first.run_id }]);
  const adopted = await json<Adoption>(['runs', 'adopt'], appdata);
  expect(adopted).toEqual({
    schema_version: 'adoption.v1',
    adopted: made,
    in_trash: [],
    left: [],
    set_aside: [],
  });
  expect([await show(second.run_id), await show(third.run_id)]).toEqual(before);
  expect(await json(['datasets', 'show', 'other'], appdata)).toMatchObject(withoutTimes(datasets));
  expect(await json(['runs', 'list'], appdata)).toEqual(lists);
  for (const id of made) {
    const verified = await say(['verify', id, '--quiet', '--appdata', appdata]);
    expect(verified.code, verified.out).toBe(0);
  }
});

test('SEC-07 a backup is restored anywhere: what was under way on the machine that it comes from is ended', async () => {
  const owner = { ...currentOwner(), host: 'another machine' };
  const paths = appPaths(temporaryFolder());
  const state = openState(paths, { clock: systemClock });
  state.runs.create({ ...newRun(ingest(state), runId('d')), owner });
  state.runs.start(runId('d'), owner);
  state.locks.acquire({ name: 'run', owner, purpose: runId('d') });
  const backup = state.backUp();
  state.close();
  chmodSync(backup, 0o444);
  const elsewhere = temporaryFolder();
  const restored = await json<Restoration>(['restore', backup], elsewhere);
  expect(restored).toMatchObject({ runs: 1, unknown_runs: [], missing_runs: [] });
  const [shown] = await json<RunEntry[]>(['runs', 'list'], elsewhere);
  expect(shown).toMatchObject({
    run_id: runId('d'),
    status: 'ABORTED',
    reason: expect.stringContaining('restored'),
  });
  expect((await say(['restore', elsewhere, '--appdata', elsewhere])).code).toBe(2);
});

test('a run whose files are damaged is not listed again, and a new run does not take its place unless it is set aside', async () => {
  const appdata = temporaryFolder();
  openState(appPaths(appdata), { clock: systemClock }).close();
  await json(['backup'], appdata);
  const lost = await run(sales, appdata, ['--plugins', 'profile_basic']);
  await json(['restore', 'latest'], appdata);
  const report = join(lost.run_dir, 'report.md');
  const text = readFileSync(report);
  writeFileSync(report, 'tampered');
  const refused = await say(['runs', 'adopt', lost.run_id.slice(0, 8), '--json', '--appdata', appdata]);
  expect(refused.code).toBe(4);
  expect(JSON.parse(refused.out)).toMatchObject({ left: [{ reason: expect.stringContaining('report.md') }] });
  const again = await say(['run', sales, '--quiet', '--plugins', 'profile_basic', '--appdata', appdata]);
  expect(again.code).toBe(4);
  expect(again.err).toContain(`stat-harness runs adopt --apart ${lost.run_id} --appdata ${appdata}`);
  const apart = await json<Adoption>(['runs', 'adopt', '--apart', lost.run_id], appdata);
  const aside = appPaths(appdata).setAside(lost.run_id);
  expect(apart).toMatchObject({ adopted: [], left: [], set_aside: [{ path: aside }] });
  const said = await say(['runs', 'lost', '--appdata', appdata]);
  expect(said.out).toContain('DAMAGED');
  expect(said.out).toContain(join(aside, 'report.md'));
  writeFileSync(join(aside, 'report.md'), text);
  expect(await json<Adoption>(['runs', 'adopt', lost.run_id], appdata)).toMatchObject({
    adopted: [lost.run_id],
  });
  expect((await say(['verify', lost.run_id, '--quiet', '--appdata', appdata])).code).toBe(0);
  expect((await say(['runs', 'lost', '--appdata', appdata])).out).toBe('Nothing is set aside.\n');
});

/** What a dataset shows, without when its version was recorded: that is when it was recorded again. */
function withoutTimes(shown: unknown): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(shown, (key, value) => (['created_at', 'id'].includes(key) ? undefined : value)),
  );
}
