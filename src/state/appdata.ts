import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type AppPaths, asDiskFull, HarnessError, isSystemError, messageOf } from '../base/index.ts';
import { listBackups } from './backups.ts';
import { makeFolderNow } from './files-now.ts';
import type { Gate } from './gate.ts';
import { stateCorrupt } from './sqlite-errors.ts';
import { damageOfLog } from './wal.ts';

/** The copy that a restore puts in place, once it is finished. */
export const NEXT_DATABASE = /^state-next-.*\.sqlite$/;

/** Characters that a path on Windows has at most, where a library does not use the long form (SQLite, DuckDB). */
const LONGEST_PATH = 259;
/** What such libraries open below an appdata is shorter than this: parts, spilled data, backups. */
const LONGEST_BELOW = 110;

/** Why an appdata would be too deep for Windows; undefined where it is not. */
export function tooDeep(root: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const most = LONGEST_PATH - LONGEST_BELOW;
  if (platform !== 'win32' || root.length <= most) return undefined;
  return `its path has ${root.length} characters, and on Windows ${most} are the most`;
}

/** Refuses a folder that is no appdata; nothing is made. Error: SH_APPDATA_NOT_FOUND. */
export function refuseNoAppdata(paths: AppPaths): void {
  const files = [paths.state, `${paths.state}-wal`];
  const isThere = files.some((path) => sizeOf(path) !== undefined) || hasEntry(paths.root, NEXT_DATABASE);
  if (!isThere && recordsIn(paths) === undefined) {
    throw new HarnessError('SH_APPDATA_NOT_FOUND', { path: paths.root });
  }
}

/** Makes the folders of an appdata, which must be writable. Errors: SH_APPDATA_UNUSABLE, SH_APPDATA_READ_ONLY. */
export function makeFolders(paths: AppPaths): void {
  const reason = tooDeep(paths.root);
  if (reason !== undefined) throw new HarnessError('SH_APPDATA_UNUSABLE', { path: paths.root, reason });
  const { root, quarantine, staging, runs, cache, temporary, backups, plugins } = paths;
  try {
    for (const folder of [root, quarantine, staging, runs, cache, temporary, backups, plugins]) {
      makeFolderNow(folder);
    }
    accessSync(root, constants.W_OK);
  } catch (error) {
    const full = asDiskFull(error, root);
    if (full !== error || !isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOENT')) {
      throw full;
    }
    const code = isSystemError(error, 'EACCES', 'EPERM', 'EROFS')
      ? 'SH_APPDATA_READ_ONLY'
      : 'SH_APPDATA_UNUSABLE';
    throw new HarnessError(code, { path: root, reason: messageOf(error) }, { cause: error });
  }
}

/**
 * Refuses a database file that is missing or empty where there must have been one: SQLite would start afresh and
 * throw the write-ahead log away. Error: SH_STATE_CORRUPT.
 */
export function refuseLostDatabase(paths: AppPaths): void {
  const size = sizeOf(paths.state);
  if (size !== undefined && size > 0) return;
  const what = size === undefined ? 'it is missing' : 'it is empty';
  if ((sizeOf(`${paths.state}-wal`) ?? 0) > 0) {
    throw stateCorrupt(paths.state, `${what}, but its write-ahead log is there`);
  }
  const holds = recordsIn(paths);
  if (holds !== undefined) throw stateCorrupt(paths.state, `${what}, but the appdata holds ${holds}`);
}

/** Refuses a database without tables where there must have been some. Error: SH_STATE_CORRUPT. */
export function refuseLostTables(paths: AppPaths): void {
  const holds = recordsIn(paths);
  if (holds !== undefined)
    throw stateCorrupt(paths.state, `it has no tables, but the appdata holds ${holds}`);
}

/** What lies in the appdata that a new database would not know; undefined where the database may well be new. */
function recordsIn(paths: AppPaths): string | undefined {
  const of = (path: string): string => dirname(path);
  if (hasEntry(paths.runs, /^[0-9a-f]{32}$/)) return 'runs';
  if (hasEntry(of(paths.datasetVersion('sha256:0')), /^[0-9a-f]{64}$/)) return 'datasets';
  if (hasEntry(of(of(paths.blob('sha256:0'))), /^[0-9a-f]{2}$/)) return 'uploads';
  return listBackups(paths).length > 0 ? 'backups' : undefined;
}

const LOOKS = 20;
const PAUSE_MS = 50;

/**
 * Refuses a write-ahead log whose commits can't be read: SQLite would drop them in silence. While another process
 * writes, a log may look torn for a moment; where it still does so with nobody else about, it is. Stands in the gate
 * again when it is done. Error: SH_STATE_CORRUPT.
 */
export function refuseDamagedLog(paths: AppPaths, gate: Gate): void {
  const log = `${paths.state}-wal`;
  if (damageOfLog(log) === undefined) return;
  for (let look = 1; ; look++) {
    const alone = gate.shut(PAUSE_MS);
    const damage = damageOfLog(log);
    gate.enter();
    if (damage === undefined) return;
    if (alone || look === LOOKS) throw stateCorrupt(paths.state, damage);
  }
}

function hasEntry(folder: string, pattern: RegExp): boolean {
  try {
    return readdirSync(folder).some((name) => pattern.test(name));
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
