import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AppPaths, asDiskFull, failPoint, temporaryBeside } from '../base/index.ts';
import { type Backup, checkBackup, checksumFile, checksumLine, listBackups } from './backups.ts';
import { connect } from './database.ts';
import { makeFolderNow, moveNow, syncNow, writeNow } from './files-now.ts';
import { findDamage } from './integrity.ts';
import { stateCorrupt } from './sqlite-errors.ts';

/**
 * Copies the committed state of a database to a file, whole or not at all, with its checksum in a file beside it, and
 * checks the copy. Readers and writers are not disturbed: what they commit meanwhile is not in it.
 */
export function copyState(source: string, path: string): void {
  const temporary = temporaryBeside(path);
  try {
    makeFolderNow(dirname(path));
    copyThroughSqlite(source, temporary);
    syncNow(temporary);
    putInPlace(temporary, path);
  } catch (error) {
    for (const made of [temporary, `${temporary}-journal`]) rmSync(made, { force: true });
    throw asDiskFull(error, path);
  }
}

/**
 * Gives a finished copy its name, with its checksum beside it: before, so that no copy is without one; but where it
 * replaces another, that loses its own first, so that no copy ever lies beside the checksum of another.
 */
function putInPlace(copy: string, path: string): void {
  const checksum = checksumFile(path);
  const written = temporaryBeside(checksum);
  writeNow(written, checksumLine(copy, basename(path)));
  const replaces = existsSync(path);
  if (replaces) rmSync(checksum, { force: true });
  else moveNow(written, checksum);
  failPoint('backup.moving', path);
  moveNow(copy, path);
  failPoint('backup.moved', path);
  if (replaces) moveNow(written, checksum);
}

/** Copies the state of an appdata into a folder, under a name of its own. Returns the path of the copy. */
export function backUp(source: string, folder: string, name: string): string {
  const path = freePath(folder, name);
  copyState(source, path);
  return path;
}

// A connection of its own: VACUUM can't run inside the transaction that keeps writers out meanwhile.
function copyThroughSqlite(source: string, target: string): void {
  const reader = connect(source, { readOnly: true });
  try {
    reader.run('VACUUM INTO $target', { target });
  } finally {
    reader.close();
  }
  const copy = connect(target, { readOnly: true });
  try {
    const [damage] = findDamage(copy, 'full');
    if (damage !== undefined) throw stateCorrupt(source, damage);
  } finally {
    copy.close();
  }
}

function freePath(folder: string, name: string): string {
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, attempt === 1 ? `${name}.sqlite` : `${name}-${attempt}.sqlite`);
    if (!existsSync(path)) return path;
  }
}

/**
 * Removes old backups: what stays is the newest `keep` that are whole, all that are newer than the oldest of those,
 * and those made before the last change of the schema. Returns what was removed.
 */
export function pruneBackups(paths: AppPaths, keep: number): readonly Backup[] {
  const backups = listBackups(paths);
  return remove(beyond(backups, keep).filter((backup) => !isOfLastMigration(backup, backups)));
}

/** Removes the backups that are not whole. Returns what was removed. */
export function dropDamagedBackups(paths: AppPaths): readonly Backup[] {
  return remove(listBackups(paths).filter(({ path }) => !checkBackup(path).good));
}

function remove(backups: readonly Backup[]): readonly Backup[] {
  for (const { path } of backups) {
    rmSync(path, { force: true });
    rmSync(checksumFile(path), { force: true });
  }
  return backups;
}

/** What is older than the newest `keep` good ones. Damaged ones count for nothing. */
function beyond(backups: readonly Backup[], keep: number): readonly Backup[] {
  let good = 0;
  const last = backups.findIndex(({ path }) => checkBackup(path).good && ++good === Math.max(1, keep));
  return last === -1 ? [] : backups.slice(last + 1);
}

function isOfLastMigration({ why }: Backup, backups: readonly Backup[]): boolean {
  const targets = backups.map((backup) => (backup.why.kind === 'migration' ? backup.why.to : 0));
  return why.kind === 'migration' && why.to === Math.max(...targets);
}
