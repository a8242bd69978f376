import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AppPaths } from '../../src/base/index.ts';
import { HarnessError } from '../../src/base/index.ts';
import { checkBackup, listBackups, newestGoodBackup } from '../../src/state/backups.ts';
import { connect } from '../../src/state/database.ts';
import { openState } from '../../src/state/index.ts';
import { damageOfLog } from '../../src/state/wal.ts';
import { completeRun, freshAppdata, ingest, runId, stateOf, steppingClock } from './appdata.ts';

const open = (paths: AppPaths) => openState(paths, { clock: steppingClock() });
const corrupt = (reason: string) =>
  expect.objectContaining({
    code: 'SH_STATE_CORRUPT',
    exitCode: 4,
    message: expect.stringContaining(reason),
  });

/** An appdata with a completed run and as many backups, closed. */
function appdataWithBackups(count: number): { paths: AppPaths; backups: string[] } {
  const paths = freshAppdata();
  const state = open(paths);
  completeRun(state, ingest(state));
  const backups = Array.from({ length: count }, () => state.backUp());
  mkdirSync(paths.run(runId('a')));
  state.close();
  return { paths, backups };
}

function hintOf(paths: AppPaths): string {
  try {
    open(paths).close();
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return error.hint;
    throw error;
  }
  throw new Error('it opened');
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 0xff, at);
  writeFileSync(path, bytes);
}

/** Bytes of a write-ahead log with three commits, as a killed process leaves it, beside their database. */
function killedAppdata(): { paths: AppPaths; log: string; ends: number[] } {
  const source = freshAppdata();
  const state = stateOf(source);
  const ends = ['one', 'two', 'three'].map((name) => {
    state.datasets.ensure(name);
    return readFileSync(`${source.state}-wal`).length;
  });
  const paths = freshAppdata();
  copyFileSync(source.state, paths.state);
  copyFileSync(`${source.state}-wal`, `${paths.state}-wal`);
  return { paths, log: `${paths.state}-wal`, ends };
}

const namesOf = (paths: AppPaths) =>
  stateOf(paths)
    .datasets.list()
    .map(({ name }) => name);

describe('FND-04 a damaged database is refused with the command that puts the newest good backup in its place', () => {
  test('the newest of several', () => {
    const { paths, backups } = appdataWithBackups(2);
    flip(paths.state, 0);
    expect(hintOf(paths)).toContain(`stat-harness restore ${backups[1]} --appdata ${paths.root}\n`);
  });

  test('not one that is damaged: a byte flipped, cut short, or without the checksum that it had', () => {
    const { paths, backups } = appdataWithBackups(4);
    const [good, ...others] = backups as [string, string, string, string];
    flip(others[0], 5000);
    truncateSync(others[1], 4096);
    flip(`${others[2]}.sha256`, 3);
    rmSync(paths.state);
    expect(hintOf(paths)).toContain(`stat-harness restore ${good} `);
    expect(backups.map((path) => checkBackup(path).good)).toEqual([true, false, false, false]);
  });

  test('and where there is none, with what can still be checked', () => {
    const { paths } = appdataWithBackups(0);
    flip(paths.state, 0);
    expect(hintOf(paths)).toMatch(/^There is no good backup in .*stat-harness doctor --full --appdata/);
  });

  test('an appdata whose database is gone is not taken for a new one while it holds backups', () => {
    const { paths, backups } = appdataWithBackups(1);
    rmSync(paths.run(runId('a')), { recursive: true });
    rmSync(paths.state);
    expect(hintOf(paths)).toContain(backups[0]);
    expect(existsSync(paths.state)).toBe(false);
  });
});

test('a backup has its hash beside it, in the form that sha256sum reads', () => {
  const { backups } = appdataWithBackups(1);
  const [path = ''] = backups;
  expect(readFileSync(`${path}.sha256`, 'utf8')).toMatch(new RegExp(`^[0-9a-f]{64}  ${basename(path)}\n$`));
});

test('backups are listed by the time in their names, the newest first; other files are none', () => {
  const paths = freshAppdata();
  mkdirSync(paths.backups, { recursive: true });
  const names = [
    'state-2025-03-01T00-00-01-000Z.sqlite',
    'state-schema-1-before-3-2025-03-01T00-00-03-000Z.sqlite',
    'state-2025-03-01T00-00-02-000Z-2.sqlite',
  ];
  const others = [
    'state-2025-03-01T00-00-01-000Z.sqlite.tmp',
    'state-replaced-2025-03-01T00-00-01-000Z.sqlite',
  ];
  for (const name of [...names, ...others]) writeFileSync(join(paths.backups, name), '');
  expect(listBackups(paths)).toMatchObject([
    { why: { kind: 'migration', from: 1, to: 3 }, taken_at: '2025-03-01T00:00:03.000Z' },
    { why: { kind: 'asked' }, taken_at: '2025-03-01T00:00:02.000Z' },
    { taken_at: '2025-03-01T00:00:01.000Z' },
  ]);
  expect(newestGoodBackup(paths)).toBeUndefined();
});

describe('a write-ahead log that a killed process left', () => {
  test('is read: every commit is there', () => {
    expect(namesOf(killedAppdata().paths)).toEqual(['one', 'three', 'two']);
  });

  test('cut anywhere loses only the transaction that was cut', () => {
    const { paths, log, ends } = killedAppdata();
    const [, two = 0, three = 0] = ends;
    for (const cut of [three - 1, three - 4000, two + 20]) {
      truncateSync(log, cut);
      expect(damageOfLog(log)).toBeUndefined();
    }
    expect(namesOf(paths)).toEqual(['one', 'two']);
  });

  test('cut inside its header is an empty one', () => {
    const { paths, log } = killedAppdata();
    truncateSync(log, 20);
    expect(damageOfLog(log)).toBeUndefined();
    expect(() => open(paths).close()).not.toThrow();
  });

  test.each<[string, (log: string, ends: number[]) => void, string]>([
    ['garbage', (log) => writeFileSync(log, 'garbage '.repeat(2000)), 'its write-ahead log can not be read'],
    ['a byte of its header', (log) => flip(log, 17), 'its write-ahead log can not be read'],
    [
      'a byte of a page in an early commit',
      (log, [one = 0]) => flip(log, one + 24 + 100),
      'behind its first',
    ],
    ['the salt of an early frame', (log, [one = 0]) => flip(log, one + 9), 'behind its first'],
  ])('is refused where SQLite would drop commits in silence: %s', (_what, damage, reason) => {
    const { paths, log, ends } = killedAppdata();
    damage(log, ends);
    const before = readFileSync(log);
    expect(() => open(paths)).toThrow(corrupt(reason));
    expect(readFileSync(log).equals(before)).toBe(true);
  });

  test('is found sound while another process writes to it', () => {
    const paths = freshAppdata();
    const state = stateOf(paths);
    for (let i = 0; i < 50; i++) state.datasets.ensure(`d${i}`);
    expect(namesOf(paths)).toHaveLength(50);
  });
});

test('a shared-memory file of garbage beside the database does no harm', () => {
  const { paths } = killedAppdata();
  writeFileSync(`${paths.state}-shm`, 'garbage '.repeat(4096));
  expect(namesOf(paths)).toEqual(['one', 'three', 'two']);
});

test('FND-04 any flipped byte of the header, or of a page: refused, or every row is read as it was, or the full check tells', () => {
  const source = freshAppdata();
  const state = stateOf(source);
  for (const content of ['a', 'b', 'c']) completeRun(state, ingest(state, content), runId(content));
  const copy = state.backUp();
  const rowsOf = (s: ReturnType<typeof open>) =>
    JSON.stringify([s.runs.list(), s.datasets.list(), s.versions.list('orders'), s.chain.list()]);
  const rows = rowsOf(state);
  const bytes = readFileSync(copy);
  const paths = freshAppdata();
  mkdirSync(paths.run(runId('a')), { recursive: true });
  const header = Array.from({ length: 100 }, (_, at) => at);
  const pages = Array.from({ length: 150 }, (_, i) => 100 + ((i * 104_729) % (bytes.length - 100)));
  const silent: number[] = [];
  for (const at of [...header, ...pages]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8((damaged[at] ?? 0) ^ 0xff, at);
    for (const suffix of ['-wal', '-shm']) rmSync(paths.state + suffix, { force: true });
    writeFileSync(paths.state, damaged);
    if (!isRefused(paths, (s) => rowsOf(s) === rows || s.check('full').length > 0)) silent.push(at);
  }
  expect(silent).toEqual([]);
});

/** True where opening or using the appdata is refused with exit code 4, or `use` says so. */
function isRefused(paths: AppPaths, use: (state: ReturnType<typeof open>) => boolean): boolean {
  try {
    const state = open(paths);
    try {
      return use(state);
    } finally {
      state.close();
    }
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return true;
    throw error;
  }
}

test.each([
  ['DROP INDEX runs_by_status', 'the index runs_by_status of its schema is gone'],
  ['CREATE INDEX mine ON runs (reason)', 'the index mine is not of its schema'],
  ['ALTER TABLE events RENAME COLUMN data TO other', 'the table events of its schema is changed'],
])('a schema that another program changed is found: %s', (sql, finding) => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  const outside = connect(paths.state);
  outside.exec(sql);
  outside.close();
  expect(state.check('structure')).toContain(finding);
});
