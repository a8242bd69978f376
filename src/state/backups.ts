import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type AppPaths,
  byCodePoint,
  type Clock,
  HarnessError,
  instantAfter,
  isSystemError,
  messageOf,
} from '../base/index.ts';
import { connect } from './database.ts';
import { findDamage } from './integrity.ts';
import { schemaVersion } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** A copy of the state database in the backups folder. */
export interface Backup {
  readonly path: string;
  /** `migration`: made before the schema was brought from `from` to `to`. */
  readonly why: { readonly kind: 'asked' } | { readonly kind: 'migration'; from: number; to: number };
  /** ISO 8601 in UTC, from its name. */
  readonly taken_at: string;
}

const NAME =
  /^state-(?:schema-(\d+)-before-(\d+)-)?(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z(?:-\d+)?\.sqlite$/;

/** The backups of an appdata, the newest first. Nothing is said about whether they are whole. */
export function listBackups(paths: AppPaths): readonly Backup[] {
  const backups = namesIn(paths.backups).flatMap(
    (name) => backupCalled(name, join(paths.backups, name)) ?? [],
  );
  return backups.sort((a, b) => byCodePoint(b.taken_at, a.taken_at) || byCodePoint(b.path, a.path));
}

function backupCalled(name: string, path: string): Backup | undefined {
  const [found, from, to, hour, minute, second, millis] = NAME.exec(name) ?? [];
  if (found === undefined) return undefined;
  const why =
    from === undefined
      ? { kind: 'asked' as const }
      : { kind: 'migration' as const, from: Number(from), to: Number(to) };
  return { path, why, taken_at: `${hour}:${minute}:${second}.${millis}Z` };
}

/** Now, as it may stand in a file name on every platform. */
export function fileTime(clock: Pick<Clock, 'now'>): string {
  return clock.now().replaceAll(':', '-').replaceAll('.', '-');
}

/**
 * The time in the name of a backup that is made now. Names give the order: where the clock was set back since the newest
 * was made, it is a moment after that one.
 */
export function backupTime(paths: AppPaths, clock: Clock): string {
  const [newest] = listBackups(paths);
  const now = clock.now();
  const at = newest === undefined || newest.taken_at < now ? now : instantAfter(newest.taken_at);
  return fileTime({ now: () => at });
}

/** What a look at a backup found. */
export type BackupState =
  | { readonly good: true; readonly schema: number }
  | { readonly good: false; readonly reason: string };

/**
 * Looks whether a copy of the state database is whole: its bytes against the checksum beside it, where there is one,
 * its pages, indexes and references, and its schema, which this engine must know. Writes nothing.
 */
export function checkBackup(path: string): BackupState {
  try {
    const mismatch = checksumMismatch(path);
    if (mismatch !== undefined) return { good: false, reason: mismatch };
    return checkContent(path);
  } catch (error) {
    if (error instanceof HarnessError || isSystemError(error, 'ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'EIO')) {
      return { good: false, reason: reasonOf(error) };
    }
    throw error;
  }
}

function checkContent(path: string): BackupState {
  if (statSync(path).size === 0) return { good: false, reason: 'it is empty' };
  const copy = connect(path, { readOnly: true });
  try {
    const [damage] = findDamage(copy, 'full');
    if (damage !== undefined) return { good: false, reason: damage };
    const schema = schemaVersion(copy, MIGRATIONS);
    return schema === 0 ? { good: false, reason: 'it has no tables' } : { good: true, schema };
  } finally {
    copy.close();
  }
}

/** The newest backup that is whole, damaged ones left aside. */
export function newestGoodBackup(paths: AppPaths): Backup | undefined {
  return listBackups(paths).find(({ path }) => checkBackup(path).good);
}

/** The file beside a copy that holds its hash, in the form that `sha256sum -c` reads. */
export function checksumFile(path: string): string {
  return `${path}.sha256`;
}

/** What that file holds. */
export function checksumLine(path: string, name: string): string {
  return `${sha256Hex(path)}  ${name}\n`;
}

/** Says that a copy's bytes are not those of the checksum beside it; undefined where they are, or where there is none. */
export function checksumMismatch(path: string): string | undefined {
  const line = readIfThere(checksumFile(path));
  if (line === undefined || line === checksumLine(path, basename(path))) return undefined;
  return `its bytes are not those of its checksum (${basename(checksumFile(path))})`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const BLOCK = 1 << 20;

function sha256Hex(path: string): string {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK);
  const file = openSync(path, 'r');
  try {
    for (let read = 0; (read = readSync(file, block, 0, BLOCK, null)) > 0; )
      hash.update(block.subarray(0, read));
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof HarnessError && 'reason' in error.parameters) return String(error.parameters.reason);
  return messageOf(error);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
