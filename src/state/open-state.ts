import { type AppPaths, type Clock, HarnessError } from '../base/index.ts';
import {
  makeFolders,
  refuseDamagedLog,
  refuseLostDatabase,
  refuseLostTables,
  refuseNoAppdata,
} from './appdata.ts';
import { backUp, copyState } from './backup.ts';
import { backupTime } from './backups.ts';
import { configure, connect, type Database } from './database.ts';
import { refuseUnsafeDrive } from './drive.ts';
import { type Gate, openGate } from './gate.ts';
import { type CheckDepth, findDamage, refuseDamage } from './integrity.ts';
import { type Migration, migrate, schemaVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { withRepair } from './offer-repair.ts';
import { enterFinished } from './restore.ts';
import {
  type ChangedRow,
  changedRows,
  changedRowsWith,
  changedRowText,
  guardRows,
  type RowsWith,
} from './row-checksums.ts';
import { stateCorrupt } from './sqlite-errors.ts';
import { activitiesStore } from './stores/activities.ts';
import { approvalsStore } from './stores/approvals.ts';
import { artifactsStore } from './stores/artifacts.ts';
import { datasetVersionsStore } from './stores/dataset-versions.ts';
import { datasetsStore } from './stores/datasets.ts';
import { erpHistoryStore } from './stores/erp-history.ts';
import { erpsStore } from './stores/erps.ts';
import { eventsStore } from './stores/events.ts';
import { executionsStore } from './stores/executions.ts';
import { knownBadStore } from './stores/known-bad.ts';
import { lineageStore } from './stores/lineage.ts';
import { locksStore } from './stores/locks.ts';
import { manifestChainStore } from './stores/manifest-chain.ts';
import { partsStore } from './stores/parts.ts';
import { pluginsStore } from './stores/plugins.ts';
import { referencesStore } from './stores/references.ts';
import { runsStore } from './stores/runs.ts';
import { uploadsStore } from './stores/uploads.ts';

export interface OpenStateOptions {
  readonly clock: Clock;
  /** Opens a database on a drive whose locks can't be trusted all the same. */
  readonly anyDrive?: boolean;
  /** False: an appdata that is not there is an error, and nothing is made. */
  readonly create?: boolean;
}

/** The system of record of one appdata: a store per noun, and transactions over them. */
export type State = ReturnType<typeof stateOver>;

/**
 * Opens the state of an appdata, which is made if there is none, unless told not to: folders, integrity check, schema
 * brought up to date (after a backup). Errors: SH_APPDATA_NOT_FOUND, SH_APPDATA_UNUSABLE, SH_APPDATA_READ_ONLY, SH_STATE_CORRUPT, SH_STATE_TOO_NEW, SH_STATE_BUSY, SH_DISK_FULL.
 */
export function openState(paths: AppPaths, options: OpenStateOptions): State {
  if (options.create === false) refuseNoAppdata(paths);
  makeFolders(paths);
  if (options.anyDrive !== true) refuseUnsafeDrive(paths.root);
  const gate = openGate(paths);
  try {
    enterFinished(paths, gate);
    refuseDamagedLog(paths, gate);
    return stateOver(openDatabase(paths, options.clock), gate, paths, options.clock);
  } catch (error) {
    gate.close();
    throw withRepair(error, paths);
  }
}

function openDatabase(paths: AppPaths, clock: Clock): Database {
  refuseLostDatabase(paths);
  const database = connect(paths.state);
  try {
    refuseDamage(database, 'quick');
    if (schemaVersion(database, MIGRATIONS) === 0) refuseLostTables(paths);
    configure(database);
    migrateState(database, paths, clock, MIGRATIONS, MIGRATIONS.length);
    guardRows(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The rows of a database that does not open which are not as they were written; none where they can't be read. */
export function changedRowsIn(paths: AppPaths): readonly ChangedRow[] {
  try {
    const database = connect(paths.state, { readOnly: true });
    try {
      return changedRows(database);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof HarnessError) return [];
    throw error;
  }
}

/** Brings an open database to a version of the schema, with a backup before the first step. */
export function migrateState(
  database: Database,
  paths: AppPaths,
  clock: Clock,
  migrations: readonly Migration[],
  target: number,
): void {
  migrate(database, migrations, target, {
    clock,
    backUp: (from, to) => {
      backUp(paths.state, paths.backups, `state-schema-${from}-before-${to}-${backupTime(paths, clock)}`);
    },
  });
}

function refuseFirst({ path }: Database, [changed]: readonly ChangedRow[]): void {
  if (changed !== undefined) throw stateCorrupt(path, changedRowText(changed));
}

function stateOver(database: Database, gate: Gate, paths: AppPaths, clock: Clock) {
  return {
    uploads: uploadsStore(database, clock),
    parts: partsStore(database, clock),
    datasets: datasetsStore(database, clock),
    versions: datasetVersionsStore(database, clock),
    runs: runsStore(database, clock),
    erps: erpsStore(database, clock),
    erpHistory: erpHistoryStore(database),
    executions: executionsStore(database),
    artifacts: artifactsStore(database),
    lineage: lineageStore(database),
    events: eventsStore(database, clock),
    chain: manifestChainStore(database),
    locks: locksStore(database, clock),
    activities: activitiesStore(database, clock),
    references: referencesStore(database, clock),
    plugins: pluginsStore(database, clock),
    knownBad: knownBadStore(database, clock),
    approvals: approvalsStore(database, clock),
    /** All that `fn` writes, or nothing when it throws. `fn` must not be asynchronous; nesting is refused. */
    transaction: <T>(fn: () => T): T => database.transaction(fn),
    /** What is wrong with the database, in SQLite's words; empty when all is well. */
    check: (depth: CheckDepth): readonly string[] => findDamage(database, depth),
    /** Rows that are not as this program wrote them; all of them, or those with a value in a column. */
    changedRows: (which?: RowsWith) =>
      which === undefined ? changedRows(database) : changedRowsWith(database, which),
    /** Throws SH_STATE_CORRUPT where any of these rows is not as this program wrote it: it must not be shown. */
    refuseChanged: (rows: readonly RowsWith[]): void => {
      for (const which of rows) refuseFirst(database, changedRowsWith(database, which));
    },
    /** The same for all rows: nothing may be removed by the word of a record that something else has written. */
    refuseAnyChanged: (): void => refuseFirst(database, changedRows(database)),
    /** Copies the committed state into the backups folder; returns the copy's path. */
    backUp: (): string => backUp(paths.state, paths.backups, `state-${backupTime(paths, clock)}`),
    /** Copies the committed state to a file of that path. */
    copyTo: (path: string): void => copyState(paths.state, path),
    close: (): void => {
      database.close();
      gate.close();
    },
  };
}
