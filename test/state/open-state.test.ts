import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type AppPaths, appPaths, processMark, sha256, temporaryBeside } from '../../src/base/index.ts';
import { tooDeep } from '../../src/state/appdata.ts';
import { configure, connect } from '../../src/state/database.ts';
import { openState } from '../../src/state/index.ts';
import { MIGRATIONS } from '../../src/state/migrations/index.ts';
import { completeRun, freshAppdata, ingest, runId, stateOf, steppingClock } from './appdata.ts';

const open = (paths: AppPaths) => openState(paths, { clock: steppingClock() });
const failure = (code: string, exitCode: number, reason = '') =>
  expect.objectContaining({ code, exitCode, message: expect.stringContaining(reason) });

/** An appdata with a completed run, closed. */
function usedAppdata(): AppPaths {
  const paths = freshAppdata();
  const state = open(paths);
  completeRun(state, ingest(state));
  mkdirSync(paths.run(runId('a')));
  state.close();
  return paths;
}

describe('opening', () => {
  test('makes folders and database, and finds everything again the next time', () => {
    const paths = usedAppdata();
    const state = stateOf(paths);
    expect(state.runs.find('latest').status).toBe('COMPLETED');
    expect(state.check('full')).toEqual([]);
    expect(readdirSync(paths.root)).toEqual(
      expect.arrayContaining(['quarantine', 'staging', 'runs', 'cache']),
    );
    expect(readdirSync(paths.backups)).toEqual([]);
  });

  test('sets up a connection whose commits survive a power loss and whose readers never wait', () => {
    const database = connect(freshAppdata().state);
    try {
      configure(database);
      const pragma = (name: string) => database.get(`PRAGMA ${name}`, {}, (row) => row[name]);
      expect(pragma('journal_mode')).toBe('wal');
      expect(pragma('synchronous')).toBe(2); // FULL
      expect(pragma('foreign_keys')).toBe(1);
    } finally {
      database.close();
    }
  });

  test('refuses a path where no folder can be', () => {
    const paths = freshAppdata();
    rmSync(paths.root, { recursive: true });
    writeFileSync(paths.root, 'a file');
    expect(() => open(paths)).toThrow(failure('SH_APPDATA_UNUSABLE', 2));
  });

  test.skipIf(process.platform !== 'linux')('refuses a folder that can not be written, as that', () => {
    const refused = failure('SH_APPDATA_READ_ONLY', 2, '/sys/stat-harness can not be written');
    expect(() => open(appPaths('/sys/stat-harness'))).toThrow(refused);
  });

  test('makes a database for an appdata whose first start was cut short', () => {
    const paths = freshAppdata();
    writeFileSync(paths.state, '');
    expect(stateOf(paths).runs.list()).toEqual([]);
  });
});

describe('FND-04 a damaged database is refused with exit code 4 and left as it is:', () => {
  test.each<[string, (paths: AppPaths) => void, string]>([
    ['not a database', (p) => writeFileSync(p.state, 'hello '.repeat(1000)), 'not a database'],
    ['cut in half', (p) => truncateSync(p.state, statSync(p.state).size / 2), ''],
    ['cut to a few bytes', (p) => truncateSync(p.state, 50), ''],
    ['pages overwritten', (p) => scribble(p.state), ''],
    ['empty, with runs', (p) => truncateSync(p.state, 0), 'it is empty, but the appdata holds runs'],
    ['empty, with dataset versions', (p) => onlyVersions(p), 'it is empty, but the appdata holds datasets'],
    ['missing, with runs', (p) => rmSync(p.state), 'it is missing, but the appdata holds runs'],
    ['without tables, with runs', (p) => withoutTables(p.state), 'it has no tables'],
  ])('%s', (_name, damage, reason) => {
    const paths = usedAppdata();
    damage(paths);
    const before = statSync(paths.state, { throwIfNoEntry: false })?.size;
    expect(() => open(paths)).toThrow(failure('SH_STATE_CORRUPT', 4, reason));
    expect(() => open(paths)).toThrow(failure('SH_STATE_CORRUPT', 4, reason));
    expect(statSync(paths.state, { throwIfNoEntry: false })?.size).toBe(before);
  });

  test.each(['empty', 'missing'])('%s beside a write-ahead log that holds commits', (how) => {
    const source = freshAppdata();
    const state = stateOf(source);
    state.datasets.ensure('orders');
    const paths = freshAppdata();
    copyFileSync(`${source.state}-wal`, `${paths.state}-wal`);
    if (how === 'empty') writeFileSync(paths.state, '');
    expect(() => open(paths)).toThrow(
      failure('SH_STATE_CORRUPT', 4, `it is ${how}, but its write-ahead log`),
    );
    expect(statSync(`${paths.state}-wal`).size).toBeGreaterThan(0);
  });

  test('a database of another program', () => {
    const paths = freshAppdata();
    const other = new DatabaseSync(paths.state);
    other.exec('CREATE TABLE songs (title TEXT)');
    other.close();
    expect(() => open(paths)).toThrow(failure('SH_STATE_CORRUPT', 4, 'another program'));
  });

  test('a schema that was made by other statements', () => {
    const paths = usedAppdata();
    patch(paths, `UPDATE schema_migrations SET sha256 = 'sha256:${'0'.repeat(64)}' WHERE version = 1`);
    expect(() => open(paths)).toThrow(failure('SH_STATE_CORRUPT', 4, 'step 1'));
  });

  test('a value that no version of the program writes, when it is read', () => {
    const paths = usedAppdata();
    patch(paths, "UPDATE runs SET config = '{half', fingerprint = fingerprint");
    const state = stateOf(paths);
    expect(() => state.runs.find('latest')).toThrow(failure('SH_STATE_CORRUPT', 4, 'column config'));
  });
});

test('a schema of a newer engine is refused, with both versions', () => {
  const paths = usedAppdata();
  patch(
    paths,
    `INSERT INTO schema_migrations SELECT 99, 'future', sha256, applied_at FROM schema_migrations LIMIT 1`,
  );
  expect(() => open(paths)).toThrow(
    failure('SH_STATE_TOO_NEW', 2, `99; this engine knows up to ${MIGRATIONS.length}`),
  );
});

describe('a transaction', () => {
  test('writes all or, when it throws, nothing', () => {
    const state = stateOf(freshAppdata());
    const failing = () => {
      state.datasets.ensure('a');
      throw new Error('no');
    };
    expect(() => state.transaction(failing)).toThrow('no');
    expect(state.datasets.list()).toEqual([]);
    expect(state.transaction(() => state.datasets.ensure('b').name)).toBe('b');
    expect(state.datasets.list().map((d) => d.name)).toEqual(['b']);
  });

  test('is refused inside another, which is rolled back', () => {
    const state = stateOf(freshAppdata());
    const nested = () => {
      state.datasets.ensure('a');
      state.transaction(() => undefined);
    };
    expect(() => state.transaction(nested)).toThrow(/inside a transaction/);
    expect(state.datasets.list()).toEqual([]);
  });

  test('refuses an asynchronous function, and keeps nothing of it', async () => {
    const state = stateOf(freshAppdata());
    expect(() => state.transaction(async () => state.datasets.ensure('a'))).toThrow(/promise/);
    expect(state.datasets.list()).toEqual([]);
  });
});

test('a backup holds what was committed, and nothing of a transaction under way', () => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  completeRun(state, ingest(state));
  const copy = state.transaction(() => {
    state.datasets.ensure('later');
    return state.backUp();
  });
  const other = freshAppdata();
  copyFileSync(copy, other.state);
  const restored = stateOf(other);
  expect(restored.runs.list()).toEqual(state.runs.list());
  expect(restored.datasets.list().map((d) => d.name)).toEqual(['orders']);
  expect(readdirSync(paths.backups)).toEqual([basename(copy), `${basename(copy)}.sha256`]);
});

function patch(paths: AppPaths, sql: string): void {
  const database = new DatabaseSync(paths.state);
  database.exec(sql);
  database.close();
}

/** Overwrites every page but the first. */
function scribble(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0x5a, 4096));
}

/** Empties the database and takes the runs away, so that only a dataset version tells what is lost. */
function onlyVersions(paths: AppPaths): void {
  rmSync(paths.runs, { recursive: true });
  mkdirSync(paths.datasetVersion(sha256('version')), { recursive: true });
  truncateSync(paths.state, 0);
}

function withoutTables(path: string): void {
  rmSync(path);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 1');
  database.close();
}

test('FND-07 on Windows an appdata must leave room for what lies below it; what is opened there is not longer', () => {
  expect(tooDeep(`C:\\${'x'.repeat(147)}`, 'win32')).toContain('its path has 150 characters');
  expect(tooDeep(`C:\\${'x'.repeat(146)}`, 'win32')).toBeUndefined();
  expect(tooDeep(`/${'x'.repeat(1000)}`, 'linux')).toBeUndefined();
  const paths = appPaths('', processMark(4_294_967_295));
  const id = '0'.repeat(32);
  const opened = [
    join(paths.part(sha256('')), 'rejects.parquet'),
    join(paths.temporary, `part-${id}`, 'part', 'part.parquet'),
    join(paths.temporary, `spill-${id}`, 'duckdb_temp_storage_S32K-999.tmp'),
    `${temporaryBeside(join(paths.backups, 'state-schema-99-before-100-2026-01-01T00-00-00-000Z-99.sqlite'))}-journal`.replace(
      processMark(),
      processMark(4_294_967_295),
    ),
  ];
  for (const path of opened) expect(path.length, path).toBeLessThanOrEqual(110);
});
