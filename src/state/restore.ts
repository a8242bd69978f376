import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type AppPaths,
  asDiskFull,
  type Clock,
  HarnessError,
  isSystemError,
  messageOf,
  randomId,
} from '../base/index.ts';
import { makeFolders, NEXT_DATABASE } from './appdata.ts';
import { checksumMismatch, fileTime } from './backups.ts';
import { connect, type Database } from './database.ts';
import { refuseUnsafeDrive } from './drive.ts';
import { makeFolderNow, moveNow, syncNow } from './files-now.ts';
import { type Gate, openGate } from './gate.ts';
import { refuseDamage } from './integrity.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { rowReader, text } from './row.ts';
import { guardRows } from './row-checksums.ts';
import { stateCorrupt } from './sqlite-errors.ts';
import { eventsStore } from './stores/events.ts';
import { damageOfLog } from './wal.ts';

/** What a backup holds, once its copy was brought up to date. */
interface Prepared {
  /** Schema of the backup. */
  readonly schema: number;
  /** Runs that were under way when it was made: whoever did them has ended, or is elsewhere. */
  readonly under_way: readonly string[];
}

/** What a restore did. */
export interface Restored extends Prepared {
  /** Where the replaced database lies now; null where there was none. */
  readonly replaced: string | null;
}

interface HowRestored {
  readonly backup: string;
  /** Where the database that is there now will lie; null where there is none. */
  readonly replaced: string | null;
  readonly clock: Clock;
}

const SUFFIXES = ['', '-wal', '-shm'];
const WAIT_MS = 2000;

/**
 * Puts a backup in the place of the state database, whatever state that is in. The backup is copied, checked in full
 * and brought up to date first; only then is anything replaced, and what was there is kept in the backups folder. The
 * finished copy in the appdata is the point of no return: whoever opens the appdata after a crash goes on from it.
 * Errors: SH_APPDATA_IN_USE, SH_BACKUP_DAMAGED, SH_STATE_TOO_NEW, SH_INPUT_NOT_FOUND,
 * SH_APPDATA_UNUSABLE, SH_APPDATA_READ_ONLY, SH_DISK_FULL.
 */
export function restoreState(
  paths: AppPaths,
  backup: string,
  { clock, anyDrive = false }: { readonly clock: Clock; readonly anyDrive?: boolean },
): Restored {
  makeFolders(paths);
  if (!anyDrive) refuseUnsafeDrive(paths.root);
  const gate = openGate(paths);
  try {
    if (!gate.shut(WAIT_MS)) throw new HarnessError('SH_APPDATA_IN_USE', { path: paths.root });
    finishRestore(paths);
    const prepared = join(paths.temporary, 'restored.sqlite');
    const next = join(paths.root, `state-next-${fileTime(clock)}.sqlite`);
    const replaced = existsSync(paths.state) ? replacedBy(next, paths) : null;
    const found = prepare(backup, prepared, { clock, replaced });
    moveNow(prepared, next);
    return { ...found, replaced: finishRestore(paths) };
  } finally {
    gate.close();
  }
}

/** Finishes a restore that was cut short, then stands in the gate. Error: SH_STATE_BUSY. */
export function enterFinished(paths: AppPaths, gate: Gate): void {
  for (gate.enter(); nextDatabase(paths) !== undefined; gate.enter()) {
    if (!gate.shut(WAIT_MS)) throw new HarnessError('SH_STATE_BUSY', { path: paths.state });
    finishRestore(paths);
  }
}

/** Puts the finished copy in place, if there is one. Each step can be the last before a crash, and is not done twice. */
function finishRestore(paths: AppPaths): string | null {
  const next = nextDatabase(paths);
  if (next === undefined) return null;
  const replaced = replacedBy(next, paths);
  makeFolderNow(paths.backups);
  for (const suffix of SUFFIXES) {
    if (existsSync(paths.state + suffix)) moveNow(paths.state + suffix, replaced + suffix);
  }
  moveNow(next, paths.state);
  return existsSync(replaced) ? replaced : null;
}

/** Where the database that a finished copy replaces is kept. */
function replacedBy(next: string, { backups }: AppPaths): string {
  return join(backups, basename(next).replace('-next-', '-replaced-'));
}

function nextDatabase(paths: AppPaths): string | undefined {
  const name = readdirSync(paths.root).find((found) => NEXT_DATABASE.test(found));
  return name === undefined ? undefined : join(paths.root, name);
}

/** A copy of the backup that is whole and up to date and says where it comes from, synced. */
function prepare(backup: string, copy: string, how: Omit<HowRestored, 'backup'>): Prepared {
  try {
    takeCopy(backup, copy);
    const found = bringUpToDate(copy, { backup, ...how });
    syncNow(copy);
    return found;
  } catch (error) {
    throw asDiskFull(asDamagedBackup(error, backup), copy);
  }
}

/** Copies a database with its write-ahead log, if it has one: the original is not touched, and nothing appears beside it. */
function takeCopy(backup: string, copy: string): void {
  const found = statSync(backup, { throwIfNoEntry: false });
  if (found === undefined) throw new HarnessError('SH_INPUT_NOT_FOUND', { path: backup });
  if (found.isDirectory()) throw new HarnessError('SH_INPUT_IS_DIRECTORY', { path: backup });
  for (const suffix of SUFFIXES) rmSync(copy + suffix, { force: true });
  try {
    const mismatch = checksumMismatch(backup);
    if (mismatch !== undefined) throw stateCorrupt(backup, mismatch);
    for (const suffix of ['', '-wal'].filter((one) => existsSync(backup + one))) {
      copyFileSync(backup + suffix, copy + suffix);
      // A backup may be kept read-only; its copy is written to.
      chmodSync(copy + suffix, 0o600);
    }
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM')) throw error;
    throw new HarnessError(
      'SH_INPUT_UNREADABLE',
      { path: backup, reason: messageOf(error) },
      { cause: error },
    );
  }
}

const UNDER_WAY = "SELECT run_id FROM runs WHERE status IN ('QUEUED', 'RUNNING') ORDER BY ordinal";
const readRun = rowReader({ run_id: text });

function bringUpToDate(path: string, how: HowRestored): Prepared {
  if (statSync(path).size === 0) throw stateCorrupt(path, 'it is empty');
  const damage = damageOfLog(`${path}-wal`);
  if (damage !== undefined) throw stateCorrupt(path, damage);
  const database = connect(path);
  try {
    // One file: what stands in the log is taken into it.
    database.exec('PRAGMA journal_mode = DELETE');
    refuseDamage(database, 'full');
    const schema = schemaVersion(database, MIGRATIONS);
    if (schema === 0) throw stateCorrupt(path, 'it has no tables');
    migrate(database, MIGRATIONS, MIGRATIONS.length, { clock: how.clock, backUp: () => undefined });
    // Nobody had the appdata open when this began: whoever held a lock then is gone.
    database.exec('DELETE FROM locks; DELETE FROM activities');
    recordRestore(database, schema, how);
    refuseDamage(database, 'full');
    return { schema, under_way: database.all(UNDER_WAY, {}, readRun).map(({ run_id }) => run_id) };
  } finally {
    database.close();
  }
}

/**
 * What was made since the backup is unknown to it: for what may go by its age, time counts from here. It stands in the
 * copy before that is put in place, so that no restore is ever without it.
 */
function recordRestore(database: Database, schema: number, { backup, replaced, clock }: HowRestored): void {
  guardRows(database);
  eventsStore(database, clock).append({
    correlation_id: randomId(),
    kind: 'state.restored',
    subject_kind: 'backup',
    subject_id: basename(backup),
    data: { path: backup, schema, replaced: replaced ?? '' },
  });
}

/** Damage of what was to be restored is no damage of the state. */
function asDamagedBackup(error: unknown, backup: string): unknown {
  if (!(error instanceof HarnessError) || error.code !== 'SH_STATE_CORRUPT') return error;
  const reason = 'reason' in error.parameters ? String(error.parameters.reason) : error.message;
  return new HarnessError('SH_BACKUP_DAMAGED', { path: backup, reason }, { cause: error });
}
