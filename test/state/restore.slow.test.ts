import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AppPaths, appPaths, HarnessError } from '../../src/base/index.ts';
import { pruneBackups } from '../../src/state/backup.ts';
import { checkBackup, listBackups, newestGoodBackup } from '../../src/state/backups.ts';
import { moveNow } from '../../src/state/files-now.ts';
import { openState, restoreState, type State } from '../../src/state/index.ts';
import { arm, disarm } from '../crash/arming.ts';
import { appdataOfVersion, fixturePath } from '../migrations/fixture.ts';
import { completeRun, freshAppdata, ingest, runId, stateOf, steppingClock } from './appdata.ts';

const clock = steppingClock('2026-01-01T00:00:00.000Z');
const failure = (code: string, exitCode: number) => expect.objectContaining({ code, exitCode });

function using<T>(paths: AppPaths, use: (state: State) => T): T {
  const state = openState(paths, { clock });
  try {
    return use(state);
  } finally {
    state.close();
  }
}

const namesIn = (paths: AppPaths) => using(paths, (state) => state.datasets.list().map(({ name }) => name));

/** An appdata whose backup knows one dataset, and whose database knows three, the last only in its log. */
function changedAppdata(): { paths: AppPaths; backup: string } {
  const source = freshAppdata();
  const backup = using(source, (state) => {
    state.datasets.ensure('first');
    const path = state.backUp();
    state.datasets.ensure('second');
    return path;
  });
  const state = stateOf(source);
  state.datasets.ensure('third');
  const paths = freshAppdata();
  using(paths, () => undefined);
  for (const suffix of ['', '-wal']) copyFileSync(source.state + suffix, paths.state + suffix);
  const copy = join(paths.backups, backup.slice(source.backups.length + 1));
  for (const suffix of ['', '.sha256']) copyFileSync(backup + suffix, copy + suffix);
  return { paths, backup: copy };
}

const OLD = ['first', 'second', 'third'];
const NEW = ['first'];

describe('FND-05 restore', () => {
  test('puts the backup in place and keeps what was there, its log included', () => {
    const { paths, backup } = changedAppdata();
    const { replaced } = restoreState(paths, backup, { clock });
    expect(namesIn(paths)).toEqual(NEW);
    restoreState(paths, replaced ?? '', { clock });
    expect(namesIn(paths)).toEqual(OLD);
  });

  test('works on an appdata whose database is gone, empty or garbage', () => {
    for (const damage of [
      rmSync,
      (path: string) => writeFileSync(path, ''),
      (p: string) => writeFileSync(p, 'no'),
    ]) {
      const { paths, backup } = changedAppdata();
      damage(paths.state);
      restoreState(paths, backup, { clock });
      expect(namesIn(paths)).toEqual(NEW);
    }
  });

  test('takes over what can still be read where only the log is damaged', () => {
    const { paths } = changedAppdata();
    writeFileSync(`${paths.state}-wal`, 'garbage '.repeat(1000));
    expect(() => namesIn(paths)).toThrow(failure('SH_STATE_CORRUPT', 4));
    rmSync(`${paths.state}-wal`);
    restoreState(paths, paths.state, { clock });
    expect(namesIn(paths)).toEqual(['first', 'second']);
  });

  test('refuses a backup with any flipped byte, and leaves everything as it was', () => {
    const { paths, backup } = changedAppdata();
    const bytes = readFileSync(backup);
    for (let i = 0; i < 25; i++) {
      const damaged = Buffer.from(bytes);
      const at = (i * 104_729) % bytes.length;
      damaged.writeUInt8((damaged[at] ?? 0) ^ 1, at);
      writeFileSync(backup, damaged);
      expect(() => restoreState(paths, backup, { clock })).toThrow(failure('SH_BACKUP_DAMAGED', 4));
      expect(checkBackup(backup).good).toBe(false);
    }
    expect(namesIn(paths)).toEqual(OLD);
    expect(readdirSync(paths.root).filter((name) => name.startsWith('state'))).toEqual(['state.sqlite']);
  });

  test('refuses without the checksum too what is cut short, empty or of another program', () => {
    const { paths, backup } = changedAppdata();
    const bytes = readFileSync(backup);
    rmSync(`${backup}.sha256`);
    for (const content of [bytes.subarray(0, bytes.length - 4096), '', 'of another program']) {
      writeFileSync(backup, content);
      expect(() => restoreState(paths, backup, { clock })).toThrow(failure('SH_BACKUP_DAMAGED', 4));
    }
    expect(() => restoreState(paths, `${backup}.gone`, { clock })).toThrow(failure('SH_INPUT_NOT_FOUND', 2));
    expect(namesIn(paths)).toEqual(OLD);
  });

  test('is refused while anyone else has the appdata open', () => {
    const { paths, backup } = changedAppdata();
    using(paths, () => {
      expect(() => restoreState(paths, backup, { clock })).toThrow(failure('SH_APPDATA_IN_USE', 6));
    });
    expect(namesIn(paths)).toEqual(OLD);
  });

  test('brings a backup of an earlier schema up to date, and leaves the backup as it is', () => {
    const paths = appdataOfVersion(2);
    const backup = fixturePath(1);
    const before = readFileSync(backup);
    expect(restoreState(paths, backup, { clock }).schema).toBe(1);
    using(paths, (state) => {
      expect(state.check('full')).toEqual([]);
      expect(state.runs.find('latest').run_id).toBe(runId('b'));
    });
    expect(readFileSync(backup).equals(before)).toBe(true);
  });

  test('lets no lock of the past hold anybody up', () => {
    const paths = freshAppdata();
    const owner = {
      pid: 1,
      process_start: 'unknown',
      boot_id: 'unknown',
      host: 'another',
      pid_space: 'other',
    };
    const backup = using(paths, (state) => {
      state.locks.acquire({ name: 'run', owner, purpose: 'x' });
      return state.backUp();
    });
    restoreState(paths, backup, { clock });
    using(paths, (state) => expect(state.locks.holder('run')).toBeUndefined());
  });

  test('killed at any moment leaves the old database or the new one', () => {
    const { paths, backup } = changedAppdata();
    const folder = freshAppdata().root;
    onTestFinished(disarm);
    arm({ snapshots: { of: paths.root, folder } });
    restoreState(paths, backup, { clock });
    disarm();
    const snapshots = readdirSync(folder).filter((name) => name !== 'index.txt');
    const seen = snapshots.map((name) => {
      const snapshot = appPaths(join(folder, name));
      const names = namesIn(snapshot);
      expect(readdirSync(snapshot.root).filter((file) => /^state-next/.test(file))).toEqual([]);
      return names.join();
    });
    // The finished copy is the point of no return: old up to there, new from there on.
    const turn = seen.indexOf(NEW.join());
    expect(seen).toEqual(seen.map((_, index) => (index < turn ? OLD : NEW).join()));
    expect(turn).toBeGreaterThan(0);
    expect(seen.length - turn).toBeGreaterThan(2);
  });
});

describe('retention of backups', () => {
  /** An appdata with a backup of each second from 0, the damaged ones cut short. */
  function appdataWith(
    count: number,
    damaged: readonly number[],
  ): { paths: AppPaths; names: () => number[] } {
    const paths = freshAppdata();
    using(paths, (state) => {
      state.backUp();
    });
    const [made] = listBackups(paths);
    const bytes = readFileSync(made?.path ?? '');
    for (const name of readdirSync(paths.backups)) rmSync(join(paths.backups, name));
    for (let i = 0; i < count; i++) {
      const path = join(paths.backups, `state-2025-01-01T00-00-0${i}-000Z.sqlite`);
      writeFileSync(path, damaged.includes(i) ? bytes.subarray(0, 4096) : bytes);
    }
    const names = () => listBackups(paths).map(({ taken_at }) => Number(taken_at.slice(17, 19)));
    return { paths, names };
  }

  test('keeps the newest that are whole, and what is newer than they are', () => {
    const { paths, names } = appdataWith(7, [1, 5]);
    expect(pruneBackups(paths, 3).map(({ taken_at }) => taken_at.slice(17, 19))).toEqual(['02', '01', '00']);
    expect(names()).toEqual([6, 5, 4, 3]);
  });

  test('counts the one that was made last as the newest, though the clock was ahead before', () => {
    const { paths } = appdataWith(1, []);
    const [early] = listBackups(paths);
    renameSync(early?.path ?? '', join(paths.backups, 'state-2099-01-01T00-00-00-000Z.sqlite'));
    let made = '';
    using(paths, (state) => {
      made = state.backUp();
    });
    expect(newestGoodBackup(paths)?.path).toBe(made);
    pruneBackups(paths, 1);
    expect(listBackups(paths).map(({ path }) => path)).toEqual([made]);
  });

  test('removes nothing while there are fewer whole ones than wanted', () => {
    const { paths, names } = appdataWith(5, [2, 3, 4]);
    expect(pruneBackups(paths, 3)).toEqual([]);
    expect(names()).toEqual([4, 3, 2, 1, 0]);
    pruneBackups(paths, 1);
    expect(names()).toEqual([4, 3, 2, 1]);
  });

  test('keeps those made before the last change of the schema, not those of earlier ones', () => {
    const { paths } = appdataWith(2, []);
    const of = (name: string) => join(paths.backups, name);
    const copy = (name: string) => copyFileSync(of('state-2025-01-01T00-00-00-000Z.sqlite'), of(name));
    copy('state-schema-1-before-2-2024-01-01T00-00-00-000Z.sqlite');
    copy('state-schema-2-before-3-2024-06-01T00-00-00-000Z.sqlite');
    pruneBackups(paths, 1);
    expect(readdirSync(paths.backups).sort()).toEqual([
      'state-2025-01-01T00-00-01-000Z.sqlite',
      'state-schema-2-before-3-2024-06-01T00-00-00-000Z.sqlite',
    ]);
  });

  test('what a restore replaced is no backup: it never goes by itself', () => {
    const { paths, backup } = changedAppdata();
    const { replaced } = restoreState(paths, backup, { clock });
    pruneBackups(paths, 1);
    expect(existsSync(replaced ?? '')).toBe(true);
    expect(listBackups(paths).map(({ path }) => path)).toEqual([backup]);
  });
});

test('FND-07 a file is moved although Windows refuses a few times, and not at all where it goes on refusing', () => {
  const paths = freshAppdata();
  using(paths, () => undefined);
  const busy = Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
  let refusals = 2;
  moveNow(paths.gate, `${paths.gate}.moved`, (from, to) => {
    if (refusals-- > 0) throw busy;
    copyFileSync(from, to);
    rmSync(from);
  });
  expect(existsSync(`${paths.gate}.moved`)).toBe(true);
  expect(() =>
    moveNow('a', 'b', () => {
      throw new HarnessError('SH_DISK_FULL', { path: 'b' });
    }),
  ).toThrow(failure('SH_DISK_FULL', 2));
});

test('the runs of a restored database are those of the backup, whole', () => {
  const paths = freshAppdata();
  const { backup, runs } = using(paths, (state) => {
    completeRun(state, ingest(state));
    return { backup: state.backUp(), runs: state.runs.list() };
  });
  rmSync(paths.state);
  restoreState(paths, backup, { clock });
  expect(using(paths, (state) => state.runs.list())).toEqual(runs);
});

test('a copy that is written over is whole at each moment, the old one or the new: it never lies beside the checksum of another', () => {
  const paths = freshAppdata();
  const [target, snapshots] = [freshAppdata().root, freshAppdata().root];
  const copy = join(target, 'state.sqlite');
  using(paths, (state) => {
    state.copyTo(copy);
    state.datasets.ensure('new');
    const passed = arm({ snapshots: { of: target, folder: snapshots } });
    try {
      state.copyTo(copy);
    } finally {
      disarm();
    }
    expect(passed.get('backup.moved')).toBe(1);
  });
  const moments = readdirSync(snapshots).filter((name) => name !== 'index.txt');
  expect(moments.length).toBeGreaterThan(4);
  for (const moment of moments)
    expect(checkBackup(join(snapshots, moment, 'state.sqlite')), moment).toMatchObject({ good: true });
  expect(readdirSync(target).sort()).toEqual(['state.sqlite', 'state.sqlite.sha256']);
  expect(checkBackup(copy)).toMatchObject({ good: true });
});
