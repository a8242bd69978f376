import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFile, type Sha256, sha256 } from '../../src/base/index.ts';
import type { RunSummary } from '../../src/contract/index.ts';
import {
  type App,
  applyRetention,
  collectGarbage,
  deleteDataset,
  deleteRun,
  listDatasets,
  listRuns,
  openApp,
  type PolicyFlags,
  pinRun,
  replayRun,
  runAnalysis,
  showDataset,
  undeleteDataset,
  undeleteRun,
  unpinRun,
  verifyPack,
  verifyRun,
} from '../../src/engine/index.ts';
import type { RunFlags } from '../../src/pipeline/index.ts';
import { command, filesBelow, folderOfFile, testPlugins } from '../run/command.ts';
import { withFlippedByte } from './finished-run.ts';

const files = folderOfFile('keep');
let app: App;

beforeAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await mkdir(files, { recursive: true });
  await writeFile(join(files, 'may.csv'), 'region,amount\nnorth,1\nsouth,2\nnorth,3\n');
  await writeFile(join(files, 'june.csv'), 'region,amount\nnorth,4\nsouth,5\n');
});
afterAll(() => rmSync(files, { recursive: true, force: true, maxRetries: 5 }));

/** A new appdata for the tests of one group. */
function ownAppdata(name: string): void {
  beforeAll(async () => {
    app = await openApp({ appdata: join(files, name) });
  });
  afterAll(() => app.close());
}

function run(file = 'may.csv', flags: RunFlags = {}): Promise<RunSummary> {
  return runAnalysis(app, {
    files: [join(files, file)],
    flags: { dataset: 'sales', plugins: ['profile_basic', 'counts_rows'], ...flags },
    pluginFolders: [testPlugins],
    force: false,
    wait: true,
    osSandbox: 'auto',
    onProgress: () => undefined,
  });
}

const verify = (id: string, recompute = false) =>
  verifyRun(app, id, { recompute, pluginFolders: [testPlugins], onProgress: () => undefined });
const retention = (flags: PolicyFlags, dryRun = false) => applyRetention(app, { dryRun, flags });
const listed = async (): Promise<string[]> => (await listRuns(app, { limit: 50 })).map((run) => run.run_id);

async function hashes(folder: string): Promise<Record<string, string>> {
  const names = filesBelow(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await hashFile(join(folder, name))] as const)),
  );
}

/** The appdata, closed and opened again, as by the next command. */
async function reopened(): Promise<void> {
  const appdata = app.paths.root;
  app.close();
  app = await openApp({ appdata });
}

describe('a run in the trash', () => {
  ownAppdata('trash');

  test('UX-07 is in no list, refused with the way back, and comes back with identical hashes', async () => {
    const { run_id, run_dir } = await run();
    const before = await hashes(run_dir);
    const cli = async (...args: string[]) => command([...args, '--appdata', app.paths.root]);
    expect((await cli('runs', 'delete', run_id.slice(0, 8))).out).toBe(`Run ${run_id} is in the trash.\n`);
    expect(await listed()).toEqual([]);
    expect((await listRuns(app, { limit: 9, deleted: true })).map((entry) => entry.run_id)).toEqual([run_id]);
    expect(await hashes(app.paths.trashedRun(run_id))).toEqual(before);
    const shown = await cli('verify', run_id);
    expect([shown.code, shown.err]).toEqual([2, expect.stringContaining(`runs undelete ${run_id}`)]);
    expect((await cli('runs', 'undelete', run_id)).out).toBe(`Run ${run_id} is in the list again.\n`);
    expect((await cli('runs', 'undelete', run_id)).out).toBe(
      `Run ${run_id} is in the list: it was not deleted.\n`,
    );
    expect(await hashes(run_dir)).toEqual(before);
    expect((await verify(run_id)).problems).toEqual([]);
    const kinds = app.state.events.byCorrelation(run_id).map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['run.deleted', 'run.undeleted']);
  });

  test('whose folder was not moved when the process died is moved at the next start, either way', async () => {
    const { run_id, run_dir } = await run();
    app.state.runs.setDeleted(run_id, true);
    await reopened();
    expect([existsSync(run_dir), existsSync(app.paths.trashedRun(run_id))]).toEqual([false, true]);
    app.state.runs.setDeleted(run_id, false);
    await reopened();
    expect([existsSync(run_dir), existsSync(app.paths.trashedRun(run_id))]).toEqual([true, false]);
    expect((await verify(run_id)).problems).toEqual([]);
  });

  test('can be neither pinned nor one that is pinned, nor one under way', async () => {
    const { run_id } = await run();
    await pinRun(app, run_id, { withData: true });
    await expect(deleteRun(app, run_id)).rejects.toMatchObject({ code: 'SH_RUN_PINNED', exitCode: 6 });
    expect((await unpinRun(app, run_id)).pinned).toBeNull();
    await deleteRun(app, run_id);
    await expect(pinRun(app, run_id, { withData: false })).rejects.toMatchObject({ code: 'SH_RUN_DELETED' });
    await undeleteRun(app, run_id);
  });
});

describe('a dataset version in the trash', () => {
  ownAppdata('datasets');

  test('FND-03 has no references left, is in no list, and its data stay until gc after the grace time', async () => {
    const { run_id } = await run();
    const upload = sha256(readFileSync(join(files, 'may.csv')));
    expect((await showDataset(app, 'sales')).uploads[0]?.references).toBe(1);
    const deleted = await deleteDataset(app, 'sales');
    expect(deleted.versions.map(({ dataset, ordinal }) => `${dataset}@${ordinal}`)).toEqual(['sales@1']);
    expect(await listDatasets(app)).toEqual([]);
    expect(app.state.references.ofBlob(upload, app.clock.now())).toBe(0);
    await expect(showDataset(app, 'sales')).rejects.toMatchObject({ code: 'SH_DATASET_DELETED' });
    await collectGarbage(app, { dryRun: false, flags: {} });
    expect((await verify(run_id, true)).problems).toEqual([]);
    await undeleteDataset(app, 'sales@1');
    expect((await listDatasets(app)).map(({ name }) => name)).toEqual(['sales']);
    expect(app.state.references.ofBlob(upload, app.clock.now())).toBe(1);
  });

  test('whose data have expired can not be taken back; the same file again brings them, under the same id', async () => {
    const [run_id = ''] = await listed();
    const before = await showDataset(app, 'sales');
    await deleteDataset(app, 'sales');
    const { removed } = await collectGarbage(app, { dryRun: false, flags: { grace_days: 0 } });
    expect(removed.map(({ kind }) => kind)).toEqual(['upload', 'part', 'dataset_version']);
    await expect(undeleteDataset(app, 'sales')).rejects.toMatchObject({ code: 'SH_DATA_EXPIRED' });
    await run();
    const { uploads, ...after } = await showDataset(app, 'sales');
    expect({ ...after, datasets: [] }).toEqual({
      version: before.version,
      parts: before.parts,
      datasets: [],
    });
    expect(uploads.map(({ expired_at }) => expired_at)).toEqual([null, null]);
    expect((await verify(run_id, true)).problems).toEqual([]);
  });
});

describe('retention', () => {
  ownAppdata('retention');

  test('OBS-06 of 10 runs, keep 3: the oldest go but the pinned one, packed before; the newest and the records stay', async () => {
    const runs: string[] = [];
    for (let i = 0; i < 10; i++) runs.push((await run()).run_id);
    const [pinned = '', first = ''] = runs.slice(1);
    await pinRun(app, pinned, { withData: false });
    const packs = join(files, 'packs');
    const flags = { keep: 3, grace_days: 0, pack_first: packs };
    const foretold = await retention(flags, true);
    expect((await listed()).length).toBe(10);
    const going = runs.slice(0, 7).filter((id) => id !== pinned);
    const args = ['--keep', '3', '--grace-days', '0', '--pack-first', packs, '--json'];
    const done = await command(['retention', ...args, '--appdata', app.paths.root]);
    expect(done.code, done.err).toBe(0);
    const report: Awaited<ReturnType<typeof retention>> = JSON.parse(done.out);
    expect(report.deleted).toEqual(foretold.deleted);
    expect(new Set(report.deleted.runs.map(({ run_id }) => run_id))).toEqual(new Set(going));
    expect(await listed()).toEqual([...runs.slice(7).toReversed(), pinned]);
    expect((await readdir(packs)).sort()).toEqual(going.map((id) => `${id}.zip`).sort());
    expect(await verifyPack(join(packs, `${first}.zip`))).toMatchObject({ ok: true, problems: [] });
    expect(app.state.chain.list().map((link) => link.run_id)).toEqual(runs);
    for (const id of [pinned, ...runs.slice(7)])
      expect((await verify(id, id === pinned)).problems).toEqual([]);
    const [upload] = app.state.uploads.byHash(sha256(readFileSync(join(files, 'may.csv'))));
    expect(upload).toMatchObject({ original_path: join(files, 'may.csv'), bytes: 38 });
    expect(app.state.events.byCorrelation(first).at(-1)?.kind).toBe('run.purged');
  });

  test('what the plugins of a purged run recommended for keeping stays, with the manifest that proves it', async () => {
    const [link] = app.state.chain.list();
    const kept = app.paths.keptRun(link?.run_id ?? '');
    expect(filesBelow(kept)).toContain(join('artifacts', 'counts_rows', 'rows.txt'));
    expect(await hashFile(join(kept, 'run_manifest.json'))).toBe(link?.manifest_sha256);
  });

  test('a flipped bit in what was kept of a purged run is found and named by doctor --full: exit code 4', async () => {
    const kept = app.paths.keptRun(app.state.chain.list()[0]?.run_id ?? '');
    const doctor = () => command(['doctor', '--full', '--quiet', '--appdata', app.paths.root]);
    expect((await doctor()).code).toBe(0);
    const names = filesBelow(kept);
    expect(names.length).toBeGreaterThan(1);
    for (const path of names.map((name) => join(kept, name))) {
      const found = await withFlippedByte(path, doctor);
      expect(found.code, path).toBe(4);
      expect(found.out).toContain(`The file is not as recorded: ${path}`);
      expect(found.out).toContain(`${kept} can also be deleted`);
    }
    renameSync(join(kept, 'run_manifest.json'), join(kept, 'elsewhere'));
    expect((await doctor()).out).toContain(`The file is gone: ${join(kept, 'run_manifest.json')}`);
    renameSync(join(kept, 'elsewhere'), join(kept, 'run_manifest.json'));
    expect((await doctor()).code).toBe(0);
  });

  test('OBS-06 parts that a newer run shares stay, and it can be computed again', async () => {
    const older = await run();
    const newer = await run('june.csv', { append: true });
    await retention({ keep: 1, grace_days: 0 });
    expect((await listDatasets(app))[0]?.versions.map(({ ordinal }) => ordinal)).toEqual([2]);
    expect(await listed()).not.toContain(older.run_id);
    expect(await verify(newer.run_id, true)).toMatchObject({ ok: true, problems: [], data_expired_at: null });
  });

  test('a damaged run that was to be packed stays in the trash, and is named where it lies', async () => {
    const { run_id } = await run();
    await deleteRun(app, run_id);
    const report = join(app.paths.trashedRun(run_id), 'report.json');
    const flags = { max_runs: 100, grace_days: 0, pack_first: join(files, 'packs') };
    const { left } = await withFlippedByte(report, () => retention(flags));
    expect(left).toMatchObject([{ run_id, reason: expect.stringContaining(report) }]);
    expect(left[0]?.reason).not.toContain(app.paths.run(run_id));
    await undeleteRun(app, run_id);
    expect((await verify(run_id)).problems).toEqual([]);
  });

  test('a purge that died after the rows leaves a folder that the next gc takes', async () => {
    const { run_id } = await run();
    await deleteRun(app, run_id);
    app.state.transaction(() => {
      app.state.lineage.purge(run_id);
      app.state.runs.purge(run_id);
      const event = { correlation_id: run_id, subject_kind: 'run', subject_id: run_id };
      app.state.events.append({ ...event, kind: 'run.purged' });
    });
    await reopened();
    const { removed } = await collectGarbage(app, { dryRun: false, flags: {} });
    expect(removed).toEqual([expect.objectContaining({ kind: 'leftover', id: `trash/runs/${run_id}` })]);
    expect((await verify('latest')).problems).toEqual([]);
  });

  test('a policy of the appdata holds, and one that is wrong is refused with the place', async () => {
    const path = app.paths.retentionPolicy;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{"schema_version":"retention_policy.v1","keep":"all"}');
    await expect(retention({}, true)).rejects.toThrow(`${path}: keep: must be integer`);
    await writeFile(path, '{"schema_version":"retention_policy.v1","keep":7,"max_age_days":null}');
    expect((await retention({ max_runs: 9 }, true)).policy).toMatchObject({
      keep: 7,
      max_runs: 9,
      max_age_days: null,
    });
    rmSync(path);
  });
});

describe('expired data', () => {
  ownAppdata('expired');

  test('OBS-06 are said by verify --recompute, with exit code 0 where all else is right; replay shows the run', async () => {
    const { run_id } = await run();
    await pinRun(app, run_id, { withData: false });
    await retention({ max_runs: 0, keep: 0, grace_days: 0 });
    expect(existsSync(app.paths.blob(sha256(readFileSync(join(files, 'may.csv')))))).toBe(false);
    const args = ['verify', run_id, '--recompute', '--plugin-dir', testPlugins, '--appdata', app.paths.root];
    const shown = await command(args);
    expect(shown.code, shown.err).toBe(0);
    expect(shown.out).toMatch(/queries +0 of 0 as recorded, \d+ not checked/);
    expect(shown.out).toMatch(/data +gone on purpose since 2/);
    expect(shown.out).toMatch(/verdict +verified, but \d+ quer(y|ies)\b.* could not be repeated\n/);
    const done = await verify(run_id, true);
    expect(done.queries.unavailable).toBeGreaterThan(0);
    expect(done.problems).toEqual([expect.stringContaining('can not be computed again')]);
    expect((await replayRun(app, run_id)).replay).toMatchObject({ ok: true, problems: [] });
    await expect(pinRun(app, run_id, { withData: true })).rejects.toThrow(join(files, 'may.csv'));
  });

  test('are expired only where the database says so: anywhere else a file that is gone is damage', async () => {
    const { run_id, dataset_version_id } = await run();
    expect(await verify(run_id, true)).toMatchObject({ ok: true, problems: [] });
    const [part = ''] = app.state.versions.get(dataset_version_id as Sha256)?.parts ?? [];
    const folder = app.paths.part(part as Sha256);
    renameSync(folder, `${folder}-away`);
    const done = await verify(run_id, true);
    expect([done.ok, done.data_expired_at]).toEqual([false, null]);
    expect(done.problems[0]).toContain('is gone');
    renameSync(`${folder}-away`, folder);
  });
});
