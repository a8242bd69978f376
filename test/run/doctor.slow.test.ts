import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AppPaths, appPaths, systemClock } from '../../src/base/index.ts';
import { type Diagnosis, diagnose } from '../../src/engine/index.ts';
import { sandboxLayers } from '../../src/plugin-host/index.ts';
import { connect, type Database } from '../../src/state/database.ts';
import { currentOwner, openState } from '../../src/state/index.ts';
import { filesBelow, root, temporaryFolder } from './command.ts';
import { run, say } from './say.ts';

const sales = join(root, 'examples', 'sales.csv');

/** An appdata with a run, another in the trash, and a backup; each test has a copy. */
const made = { appdata: mkdtempSync(join(tmpdir(), 'stat-harness-doctor-')), kept: '', trashed: '' };
beforeAll(async () => {
  made.kept = (await run(sales, made.appdata, ['--plugins', 'profile_basic'])).run_id;
  made.trashed = (await run(sales, made.appdata, ['--plugins', 'profile_roles'])).run_id;
  for (const args of [['runs', 'delete', made.trashed], ['backup']]) {
    expect((await say([...args, '--appdata', made.appdata])).code).toBe(0);
  }
});
afterAll(() => rmSync(made.appdata, { recursive: true, force: true }));

function copied(): AppPaths {
  const folder = temporaryFolder();
  cpSync(made.appdata, folder, { recursive: true });
  return appPaths(folder);
}

const examined = (paths: AppPaths, full = true): Promise<Diagnosis> =>
  diagnose({ appdata: paths.root, full, onProgress: () => undefined });

/** Flips a bit in the middle of a file. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  rmSync(path);
  writeFileSync(path, bytes);
}

/** A connection as another program has it. */
function outside<T>(paths: AppPaths, use: (database: Database) => T): T {
  const database = connect(paths.state);
  try {
    database.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON');
    return use(database);
  } finally {
    database.close();
  }
}

test('a sound appdata has nothing to tell, at a glance and in full', async () => {
  const paths = copied();
  for (const full of [false, true]) {
    const found = await examined(paths, full);
    expect(found).toMatchObject({ ok: true, full, damages: [], warnings: [], runs: 1, under_way: [] });
    expect(found.newest_backup?.path).toContain(paths.backups);
  }
  const said = await say(['doctor', '--full', '--appdata', paths.root]);
  expect(said.code).toBe(0);
  expect(said.out).toContain('nothing is damaged');
  expect(said.out).toMatch(/sandbox +.*deno_permissions.*wall_clock/);
  const { sandbox } = await examined(paths, false);
  const inForce = sandbox.filter(({ in_force }) => in_force).map(({ layer }) => layer);
  expect(inForce).toEqual(await sandboxLayers());
  for (const { in_force, why_not } of sandbox) expect(why_not === '').toBe(in_force);
});

describe('one flipped byte in any file is found by doctor --full, named, and what it touches', () => {
  test('uploads, parts, dataset versions, every file of a run, in the list or in the trash, and backups', async () => {
    const paths = copied();
    const kinds = ['blobs', 'parts', 'datasets', 'runs', 'trash', 'backups'];
    const files = filesBelow(paths.root).filter((name) => kinds.includes(name.split(sep)[0] ?? ''));
    expect(new Set(files.map((name) => name.split(sep)[0]))).toEqual(new Set(kinds));
    for (const name of files) {
      const path = join(paths.root, name);
      const before = readFileSync(path);
      flip(path);
      const { ok, damages } = await examined(paths);
      expect(ok, name).toBe(false);
      const named = damages.filter((damage) => damage.path === path.replace(/\.sha256$/, ''));
      expect(named.length, `${name}: ${JSON.stringify(damages)}`).toBeGreaterThan(0);
      for (const { touches, repair } of named) {
        expect(repair).not.toBe('');
        const about = [made.kept, made.trashed].filter((id) => name.includes(id));
        const expected = about.length > 0 ? about.map((id) => `run ${id}`) : ['dataset sales'];
        if (!name.startsWith('backups')) expect(touches, name).toEqual(expect.arrayContaining(expected));
      }
      rmSync(path);
      writeFileSync(path, before);
    }
    expect(files.length).toBeGreaterThan(25);
    expect((await examined(paths)).ok).toBe(true);
  });

  test('and with the exit code 4 by the command line', async () => {
    const paths = copied();
    flip(join(paths.run(made.kept), 'report.md'));
    expect((await say(['doctor', '--quiet', '--appdata', paths.root])).code).toBe(0);
    const said = await say(['doctor', '--full', '--quiet', '--appdata', paths.root]);
    expect(said.code).toBe(4);
    expect(said.out).toContain(`${made.kept}${sep}report.md`);
    expect(said.out).toContain(`touches: run ${made.kept}, dataset sales`);
  });
});

/** A shown column of each table that has checksums, and every column of those that the traces of runs stand for. */
const VALUES: readonly [table: string, key: string, column: string, change: string][] = [
  ['runs', 'ordinal', 'findings', 'findings + 1'],
  ['runs', 'ordinal', 'status', "'PARTIAL'"],
  ['runs', 'ordinal', 'status', "'no status'"],
  ['runs', 'ordinal', 'fingerprint', "'sha256:' || substr(dataset_version_id, 8)"],
  ['executions', 'id', 'reason', "'another'"],
  ['artifacts', 'path', 'bytes', 'bytes + 1'],
  ['events', 'id', 'at', "'2020-01-01T00:00:00.000Z'"],
  ['uploads', 'id', 'original_path', "'/elsewhere.csv'"],
  ['blobs', 'sha256', 'bytes', 'bytes + 1'],
  ['parts', 'part_id', 'row_count', 'row_count + 1'],
  ['parts', 'part_id', 'document', "replace(document, 'csv', 'CSV')"],
  ['datasets', 'id', 'name', "'other'"],
  ['dataset_versions', 'dataset_version_id', 'row_count', 'row_count + 1'],
  ['dataset_version_parts', 'ordinal', 'part_id', "'sha256:' || substr(dataset_version_id, 8)"],
  ['dataset_entries', 'ordinal', 'kind', "'synthetic'"],
  ['manifest_chain', 'ordinal', 'manifest_sha256', "'sha256:' || substr(manifest_sha256, 9) || '0'"],
  ...['entity_id', 'kind', 'label', 'sha256', 'run_id'].map((column): [string, string, string, string] => [
    'lineage_entities',
    'entity_id',
    column,
    `coalesce(${column}, '') || 'x'`,
  ]),
  ...['from_id', 'to_id', 'relation'].map((column): [string, string, string, string] => [
    'lineage_edges',
    'from_id',
    column,
    `${column} || 'x'`,
  ]),
];

describe('a stored value that another program changed is found by doctor --full, named, and never shown', () => {
  const state = (paths: AppPaths) => readFileSync(paths.state);

  test('in every table', async () => {
    const paths = copied();
    const before = state(paths);
    for (const [table, key, column, change] of VALUES) {
      const newest = `${key} = (SELECT max(${key}) FROM ${table})`;
      outside(paths, (database) =>
        database.exec(`UPDATE ${table} SET ${column} = ${change} WHERE ${newest}`),
      );
      const found = await examined(paths);
      const what = `${table}.${column} = ${change}`;
      expect(found.ok, what).toBe(false);
      // A value that can't be in its column at all keeps the database from being used.
      const named = found.damages.filter(
        ({ path, found }) =>
          path.startsWith(table) ||
          path.startsWith('link') ||
          (path === paths.state && found?.startsWith(`column ${column} of the row`)),
      );
      expect(named.length, `${what}: ${JSON.stringify(found.damages)}`).toBeGreaterThan(0);
      expect(
        named.every(({ repair }) => repair.includes('stat-harness restore')),
        what,
      ).toBe(true);
      for (const suffix of ['', '-wal', '-shm']) rmSync(paths.state + suffix, { force: true });
      writeFileSync(paths.state, before);
    }
    expect((await examined(paths)).ok).toBe(true);
  });

  test.each([
    ['UPDATE runs SET findings = 99', ['runs', 'list']],
    ["UPDATE runs SET reason = 'all is well'", ['runs', 'show', 'latest']],
    ["UPDATE runs SET first_result_at = '2020-01-01T00:00:00.000Z'", ['runs', 'show', 'latest']],
    ["UPDATE events SET at = '2020-01-01T00:00:00.000Z'", ['runs', 'show', 'latest']],
    ["UPDATE executions SET status = 'failed'", ['runs', 'show', 'latest']],
    ['UPDATE artifacts SET bytes = 1', ['runs', 'show', 'latest']],
    ["UPDATE lineage_entities SET label = 'another' WHERE kind = 'report'", ['runs', 'trace', 'latest']],
    ["UPDATE datasets SET name = 'other'", ['datasets', 'list']],
    ["UPDATE dataset_entries SET kind = 'synthetic'", ['datasets', 'list']],
    ["UPDATE uploads SET original_path = '/elsewhere.csv'", ['datasets', 'show', 'sales']],
    ['UPDATE blobs SET bytes = 1', ['datasets', 'show', 'sales']],
  ])('%s: refused with exit code 4 by %j', async (sql, args) => {
    const paths = copied();
    expect((await say([...args, '--appdata', paths.root])).code).toBe(0);
    outside(paths, (database) => database.exec(sql));
    const said = await say([...args, '--json', '--appdata', paths.root]);
    expect(said.code, said.out).toBe(4);
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'SH_STATE_CORRUPT' } });
    expect(said.err).toContain('stat-harness restore');
    expect((await say(['restore', 'latest', '--appdata', paths.root])).code).toBe(0);
    expect((await say([...args, '--appdata', paths.root])).code).toBe(0);
    expect(await examined(paths)).toMatchObject({ ok: true, damages: [] });
  });
});

describe('doctor without a database that can be read', () => {
  test('says so, with the command that restores it, and still compares every file', async () => {
    const paths = copied();
    writeFileSync(paths.state, readFileSync(paths.state).fill(0x5a, 0, 4096));
    const glance = await examined(paths, false);
    expect(glance).toMatchObject({ ok: false, runs: null, damages: [{ path: paths.state }] });
    expect(glance.damages[0]?.repair).toContain(`stat-harness restore ${glance.newest_backup?.path}`);
    flip(join(paths.run(made.kept), 'report.html'));
    const { damages } = await examined(paths);
    expect(damages.map(({ path }) => path)).toEqual([paths.state, join(paths.run(made.kept), 'report.html')]);
  });

  test('and where there is no backup either', async () => {
    const paths = copied();
    rmSync(paths.backups, { recursive: true });
    rmSync(paths.state);
    const found = await examined(paths);
    expect(found).toMatchObject({ ok: false, newest_backup: null });
    expect(found.damages).toHaveLength(1);
    expect(found.warnings.map((warning) => warning.text)).toEqual([
      'there is no backup of the database that is whole',
    ]);
  });
});

describe('at a glance doctor names', () => {
  test('a run whose folder is gone, and an upload, a part and a dataset version that are', async () => {
    const paths = copied();
    for (const name of ['blobs', 'parts', 'datasets']) rmSync(join(paths.root, name), { recursive: true });
    rmSync(paths.run(made.kept), { recursive: true });
    const found = await examined(paths, false);
    expect(found.damages.map(({ what, found }) => [what, found]).sort()).toEqual([
      ['The dataset version', null],
      ['The folder of a run', null],
      ['The part', null],
      ['The upload', null],
    ]);
    for (const { touches } of found.damages) expect(touches).toContain('dataset sales');
  });

  test('a run that an older backup does not know, and how it is listed again', async () => {
    const paths = copied();
    const added = await run(sales, paths.root, ['--plugins', 'profile_basic,profile_roles']);
    expect((await say(['restore', 'latest', '--appdata', paths.root])).code).toBe(0);
    const found = await examined(paths, false);
    expect(found).toMatchObject({ ok: true, damages: [] });
    expect(found.warnings).toMatchObject([{ text: expect.stringContaining(added.run_id) }]);
    expect(found.warnings[0]?.repair).toContain(`stat-harness runs adopt ${added.run_id}`);
    expect((await say(['runs', 'adopt', '--appdata', paths.root])).code).toBe(0);
    expect(await examined(paths)).toMatchObject({ ok: true, warnings: [] });
  });

  test('a run of a process that can not be seen from here, and what to do if it is gone', async () => {
    const paths = copied();
    const owner = { ...currentOwner(), host: 'another machine' };
    const id = 'd'.repeat(32);
    const state = openState(paths, { clock: systemClock });
    const { fingerprint, dataset, dataset_version_id, kind } = state.runs.find('latest');
    state.runs.create({ run_id: id, fingerprint, dataset, dataset_version_id, kind, config: {}, owner });
    state.runs.start(id, owner);
    state.close();
    const found = await examined(paths);
    expect(found).toMatchObject({ ok: true, under_way: [{ what: `run ${id}`, state: 'foreign' }] });
    expect(found.warnings[0]?.repair).toContain(`stat-harness runs cancel ${id} --owner-is-gone`);
  });

  test('a lock whose holder is gone, as left behind', async () => {
    const paths = copied();
    const state = openState(paths, { clock: systemClock });
    const owner = { ...currentOwner(), pid: 2 ** 22 + 1, process_start: '1' };
    state.locks.acquire({ name: 'run', owner, purpose: 'd'.repeat(32) });
    state.close();
    const said = await say(['doctor', '--appdata', paths.root]);
    expect(said.code).toBe(0);
    expect(said.out).toMatch(
      /left behind +lock run, since .*, by process 4194305 on .*, which is gone: whoever needs it next/,
    );
    expect(said.out).not.toContain('under way');
  });

  test('leftovers of processes that died, and what was set aside', async () => {
    const paths = copied();
    const stranger = 'f'.repeat(32);
    for (const id of [stranger, made.kept]) mkdirSync(paths.stagedRun(id), { recursive: true });
    mkdirSync(join(paths.root, 'lost-found'));
    renameSync(paths.run(made.kept), paths.setAside('e'.repeat(32)));
    const { warnings, damages } = await examined(paths, false);
    expect(damages).toHaveLength(1);
    expect(warnings.map((warning) => warning.text).sort()).toEqual([
      expect.stringContaining('a sealed run that could not be listed'),
      expect.stringContaining(`${made.kept} is of a run that has finished`),
      expect.stringContaining(`${stranger} is of a run that the database does not know`),
    ]);
    const staged = warnings.filter(({ text }) => text.includes('is of a run'));
    expect(staged).toHaveLength(2);
    for (const { repair } of staged) expect(repair).toContain('stat-harness gc --grace-days 0 --appdata');
    const kept = await say(['gc', '--appdata', paths.root]);
    expect(kept.out).toContain('Nothing was removed.');
    const removed = await say(['gc', '--grace-days', '0', '--appdata', paths.root]);
    expect(removed.out).toContain(`staging/${stranger}`);
    expect(readdirSync(paths.staging)).toEqual([]);
  });
});

test('OBS-01 one query gives the timeline of a run, from the upload over its plugins to export and deletion, and its time to the first result', async () => {
  const paths = copied();
  const pack = join(temporaryFolder(), 'pack.zip');
  for (const args of [
    ['export', made.kept, '--out', pack],
    ['runs', 'delete', made.kept],
  ]) {
    const said = await say([...args, '--appdata', paths.root]);
    expect(said.code, said.err).toBe(0);
  }
  const state = openState(paths, { clock: systemClock });
  const { moments, ttfr_ms, duration_ms } = state.events.timeline(made.kept);
  state.close();
  expect(moments.map(({ kind }) => kind)).toEqual([
    ...['upload.received', 'dataset_version.recorded', 'run.queued', 'run.started'],
    ...['execution.started', 'chunk.finished', 'execution.finished'],
    ...['run.finished', 'run.exported', 'run.deleted'],
  ]);
  const since = (kind: string) => moments.find((moment) => moment.kind === kind)?.since_created_ms ?? -1;
  expect(since('upload.received')).toBeGreaterThanOrEqual(0);
  expect(ttfr_ms).toBeGreaterThan(since('execution.started') - 1);
  expect(ttfr_ms).toBeLessThanOrEqual(duration_ms ?? 0);
});
