import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AppPaths } from '../../src/base/index.ts';
import { connect, type Database } from '../../src/state/database.ts';
import { type Migration, schemaVersion } from '../../src/state/migrate.ts';
import { MIGRATIONS } from '../../src/state/migrations/index.ts';
import { migrateState } from '../../src/state/open-state.ts';
import { freshAppdata, runId, stateOf, steppingClock } from '../state/appdata.ts';
import { child } from '../state/child-process.ts';
import { appdataOfVersion, common, fixturePath, rowsOf, schemaOf } from './fixture.ts';

const NEWEST = MIGRATIONS.length;
const VERSIONS = MIGRATIONS.map((migration) => migration.version);
const EARLIER = VERSIONS.slice(0, -1);

function databaseOf(path: string): Database {
  const database = connect(path);
  onTestFinished(() => database.close());
  return database;
}

function migrateTo(target: number, paths: AppPaths, database: Database, migrations = MIGRATIONS): void {
  migrateState(database, paths, steppingClock(), migrations, target);
}

test('migrations are numbered from 1 without gaps', () => {
  expect(VERSIONS).toEqual(Array.from({ length: NEWEST }, (_, i) => i + 1));
});

describe('QA-04 the database of schema version', () => {
  test.each(VERSIONS)('%i is there as a fixture, with rows in every table', (version) => {
    const rows = rowsOf(databaseOf(appdataOfVersion(version).state));
    const empty = Object.entries(rows).filter(([, found]) => found.length === 0);
    expect(Object.keys(rows).length).toBeGreaterThan(0);
    expect(empty).toEqual([]);
    expect(schemaVersion(databaseOf(appdataOfVersion(version).state), MIGRATIONS)).toBe(version);
  });

  test.each(VERSIONS)('%i opens, keeps its rows, and has the schema of a new database', (version) => {
    const paths = appdataOfVersion(version);
    const before = rowsOf(databaseOf(appdataOfVersion(version).state));
    const state = stateOf(paths);
    const database = databaseOf(paths.state);
    expect(common(rowsOf(database), before)).toEqual(before);
    expect(state.check('full')).toEqual([]);
    expect(state.runs.find('latest').run_id).toBe(runId('b'));
    expect(state.events.timeline(runId('a')).ttfr_ms).toBe(1000);
    const fresh = freshAppdata();
    stateOf(fresh);
    expect(schemaOf(database)).toEqual(schemaOf(databaseOf(fresh.state)));
  });

  test.each(EARLIER)('%i is copied to the backups before its first step', (version) => {
    const paths = appdataOfVersion(version);
    stateOf(paths);
    const [backup, ...others] = readdirSync(paths.backups).filter((name) => name.endsWith('.sqlite'));
    expect(others).toEqual([]);
    expect(backup).toMatch(new RegExp(`^state-schema-${version}-before-${NEWEST}-.*\\.sqlite$`));
    const copy = databaseOf(join(paths.backups, String(backup)));
    const original = databaseOf(appdataOfVersion(version).state);
    expect(schemaVersion(copy, MIGRATIONS)).toBe(version);
    expect(rowsOf(copy)).toEqual(rowsOf(original));
    expect(schemaOf(copy)).toEqual(schemaOf(original));
  });

  test.each(VERSIONS)('%i is what the newest one goes back to, rows kept', (version) => {
    const paths = appdataOfVersion(NEWEST);
    const database = databaseOf(paths.state);
    const before = rowsOf(database);
    migrateTo(version, paths, database);
    const original = databaseOf(appdataOfVersion(version).state);
    expect(schemaOf(database)).toEqual(schemaOf(original));
    expect(rowsOf(database)).toEqual(common(before, rowsOf(original)));
    migrateTo(NEWEST, paths, database);
    expect(common(rowsOf(database), rowsOf(original))).toEqual(common(before, rowsOf(original)));
  });
});

test('going back to nothing leaves nothing but the register', () => {
  const paths = appdataOfVersion(NEWEST);
  const database = databaseOf(paths.state);
  migrateTo(0, paths, database);
  expect(schemaOf(database)).toEqual([expect.stringContaining('schema_migrations')]);
});

describe('a migration that fails leaves the schema and the rows of the step before:', () => {
  const next = (up: string): readonly Migration[] => [
    ...MIGRATIONS,
    { version: NEWEST + 1, name: 'more', up: 'CREATE TABLE more (a TEXT) STRICT;', down: 'DROP TABLE more;' },
    { version: NEWEST + 2, name: 'failing', up, down: '' },
  ];

  test.each([
    ['an error in its second statement', 'DROP TABLE artifacts; CREATE TABLE runs (a)', /already exists/],
    ['rows that refer to nothing afterwards', 'DELETE FROM datasets', /refer to nothing/],
  ])('%s', (_name, up, message) => {
    const paths = appdataOfVersion(NEWEST);
    const database = databaseOf(paths.state);
    const before = rowsOf(database);
    const migrations = next(up);
    expect(() => migrateTo(NEWEST + 2, paths, database, migrations)).toThrow(message);
    expect(schemaVersion(database, migrations)).toBe(NEWEST + 1);
    expect(rowsOf(database)).toEqual({ ...before, more: [] });
    expect(database.get('PRAGMA foreign_keys', {}, (row) => row['foreign_keys'])).toBe(1);
  });

  test.skipIf(process.platform === 'win32').each(EARLIER)(
    'a SIGKILL between the statements and the commit of the step after %i',
    async (version) => {
      const paths = appdataOfVersion(version);
      expect(await child('die-in-migration', paths.root, String(version + 1))).toBe('SIGKILL');
      const database = databaseOf(paths.state);
      const original = databaseOf(appdataOfVersion(version).state);
      expect(schemaVersion(database, MIGRATIONS)).toBe(version);
      expect(schemaOf(database)).toEqual(schemaOf(original));
      expect(rowsOf(database)).toEqual(rowsOf(original));
      expect(stateOf(paths).check('full')).toEqual([]);
    },
  );
});

test('a fixture is a file of its own, with no write-ahead log beside it', () => {
  for (const version of VERSIONS) expect(existsSync(`${fixturePath(version)}-wal`)).toBe(false);
});
