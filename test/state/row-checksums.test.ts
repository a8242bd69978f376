import { expect, onTestFinished, test } from 'vitest';
import type { AppPaths } from '../../src/base/index.ts';
import { checkBackup } from '../../src/state/backups.ts';
import { connect, type Database } from '../../src/state/database.ts';
import { currentOwner, type State } from '../../src/state/index.ts';
import { MIGRATIONS } from '../../src/state/migrations/index.ts';
import { migrateState } from '../../src/state/open-state.ts';
import { integer, rowReader, text } from '../../src/state/row.ts';
import { changedRows, changedRowText } from '../../src/state/row-checksums.ts';
import { completeRun, freshAppdata, ingest, newRun, runId, stateOf, steppingClock } from './appdata.ts';

/** An appdata with rows in every table that has checksums, some of them written several times. */
function usedState(): { paths: AppPaths; state: State } {
  const paths = freshAppdata();
  const state = stateOf(paths);
  const version = ingest(state);
  completeRun(state, version);
  state.runs.create(newRun(version, runId('b')));
  state.runs.start(runId('b'), currentOwner());
  state.runs.markFirstResult(runId('b'));
  state.runs.finish(runId('b'), { status: 'ABORTED', reason: 'it was stopped' });
  ingest(state, 'b');
  ingest(state, 'a');
  state.events.append({ correlation_id: 'c', kind: 'k', subject_kind: 'run', subject_id: runId('b') });
  const content = { sha256: version.dataset_version_id, bytes: 3, keep: true };
  state.artifacts.saveAll(runId('a'), [
    { ...content, path: 'report.md', media_type: 'text/markdown', producer: 'engine' },
  ]);
  state.executions.save({
    ...{ id: 'e', run_id: runId('a'), plugin_id: 'p', execution_fingerprint: null, status: 'ok', reason: '' },
    ...{ started_at: null, finished_at: null, exit_code: 0, reused_from_run: null, output_sha256: null },
    ...{ peak_memory_bytes: null, sandbox_layers: [] },
  });
  return { paths, state };
}

/** A connection as another program has it: nothing keeps checksums when it writes. */
function outside(paths: AppPaths): Database {
  const database = connect(paths.state);
  onTestFinished(() => database.close());
  database.exec('PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON');
  return database;
}

/** Does what another program might, looks what is found, and undoes it. */
function foundAfter(database: Database, sql: string): ReturnType<typeof changedRows> {
  database.exec(`BEGIN; ${sql}`);
  try {
    return changedRows(database);
  } finally {
    database.exec('ROLLBACK');
  }
}

const COLUMNS = `SELECT m.name AS tbl, c.name AS col, c.type AS type, c.pk AS pk
  FROM sqlite_schema m, pragma_table_info(m.name) c
  WHERE m.type = 'table' AND m.name IN (SELECT table_name FROM row_checksums)`;
const readColumn = rowReader({ tbl: text, col: text, type: text, pk: integer });

test('whatever the stores write, every row fits its checksums', () => {
  const { state } = usedState();
  expect(state.changedRows()).toEqual([]);
  expect(state.check('full')).toEqual([]);
});

test('each stored value that another program changes is found, and its column named', () => {
  const { paths } = usedState();
  const database = outside(paths);
  const columns = database.all(COLUMNS, {}, readColumn);
  expect([...new Set(columns.map(({ tbl }) => tbl))].sort()).toEqual([
    ...['artifacts', 'blobs', 'dataset_entries', 'dataset_version_parts', 'dataset_versions', 'datasets'],
    ...['events', 'executions', 'manifest_chain', 'parts', 'runs', 'uploads'],
  ]);
  for (const { tbl, col, type } of columns) {
    const changed = type === 'INTEGER' ? `coalesce(${col}, 0) + 1000` : `coalesce(${col}, '') || 'x'`;
    const key = columns.find((column) => column.tbl === tbl && column.pk === 1)?.col;
    const found = foundAfter(
      database,
      `UPDATE ${tbl} SET ${col} = ${changed} WHERE ${key} = (SELECT max(${key}) FROM ${tbl})`,
    );
    const where = `${tbl}.${col}`;
    expect(found.length, where).toBeGreaterThan(0);
    for (const row of found) {
      expect(row.table).toBe(tbl);
      // A row whose key was changed is one that is gone and one that nobody wrote.
      if (row.change === 'changed') expect(row.columns, where).toContain(col);
    }
  }
  expect(changedRows(database)).toEqual([]);
});

test('a row that another program takes away or adds is found', () => {
  const { paths } = usedState();
  const database = outside(paths);
  expect(foundAfter(database, 'DELETE FROM events').map(changedRowText)).toEqual([
    'the row 1 of events is gone',
  ]);
  const added = foundAfter(database, "INSERT INTO datasets (name, created_at) VALUES ('mine', 'today')");
  expect(added).toMatchObject([{ table: 'datasets', change: 'foreign', row: { name: 'mine' } }]);
});

test('a changed row stays found when this program writes to it later, and its damage is never copied as whole', () => {
  const { paths, state } = usedState();
  state.runs.create(newRun(ingest(state), runId('c')));
  const backup = state.backUp();
  outside(paths).exec(`UPDATE runs SET fingerprint = 'sha256:${'0'.repeat(64)}' WHERE ordinal = 3`);
  state.runs.start(runId('c'), currentOwner());
  expect(state.changedRows()).toMatchObject([
    { table: 'runs', key: '3', columns: expect.arrayContaining(['fingerprint']) },
  ]);
  expect(() => state.backUp()).toThrow(expect.objectContaining({ code: 'SH_STATE_CORRUPT', exitCode: 4 }));
  expect(checkBackup(backup)).toMatchObject({ good: true });
});

test('some rows can be looked at alone', () => {
  const { paths, state } = usedState();
  outside(paths).exec("UPDATE events SET at = 'never'");
  expect(state.changedRows({ table: 'events', column: 'correlation_id', value: 'c' })).toHaveLength(1);
  expect(state.changedRows({ table: 'events', column: 'correlation_id', value: 'd' })).toEqual([]);
  expect(state.changedRows({ table: 'runs', column: 'run_id', value: runId('a') })).toEqual([]);
});

test('a migration gives new checksums, and is refused where a row does not fit its own', () => {
  const { paths, state } = usedState();
  state.close();
  const database = outside(paths);
  const more = { version: MIGRATIONS.length + 1, name: 'more', down: 'ALTER TABLE runs DROP COLUMN extra' };
  const migrations = [
    ...MIGRATIONS,
    { ...more, up: "ALTER TABLE runs ADD COLUMN extra TEXT NOT NULL DEFAULT 'x'" },
  ];
  const migrateTo = (target: number) => migrateState(database, paths, steppingClock(), migrations, target);
  migrateTo(migrations.length);
  expect(changedRows(database)).toEqual([]);
  migrateTo(MIGRATIONS.length);
  expect(changedRows(database)).toEqual([]);
  database.exec("UPDATE datasets SET name = 'other'");
  const refused = expect.objectContaining({
    code: 'SH_STATE_CORRUPT',
    message: expect.stringContaining(paths.state),
  });
  expect(() => migrateTo(migrations.length)).toThrow(refused);
  expect(changedRows(database)).toMatchObject([{ table: 'datasets', columns: ['name'] }]);
});
