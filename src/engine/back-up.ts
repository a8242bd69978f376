import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError, hashFile, randomId, removeTemporariesOf } from '../base/index.ts';
import { dropDamagedBackups, listBackups, pruneBackups } from '../state/index.ts';
import type { App } from './app.ts';

/** What `backup --json` prints. */
export interface BackupSummary {
  readonly schema_version: 'backup.v1';
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Old backups that went because there are newer ones enough, and damaged ones where that was asked for. */
  readonly removed: readonly string[];
}

export interface BackupRequest {
  /** A file of its own; it is not among those that later backups replace. */
  readonly out?: string;
  readonly overwrite?: boolean;
  /** How many of the backups in the appdata stay, those before the last change of the schema besides. */
  readonly keep: number;
  /** Removes those in the appdata that are not whole, once there is this one. */
  readonly dropDamaged?: boolean;
}

export const KEEP_BACKUPS = 10;

/** Copies the state as it is committed now, while others read and write; checks the copy; lets the oldest ones go. */
export async function backUpState(app: App, request: BackupRequest): Promise<BackupSummary> {
  const path =
    request.out === undefined ? app.state.backUp() : await copyOut(app, resolve(request.out), request);
  const damaged = request.dropDamaged === true ? dropDamagedBackups(app.paths) : [];
  const surplus = request.out === undefined ? pruneBackups(app.paths, request.keep) : [];
  const removed = [...damaged, ...surplus];
  const sha256 = await hashFile(path);
  app.state.events.append({
    correlation_id: randomId(),
    kind: 'state.backed_up',
    subject_kind: 'backup',
    subject_id: sha256,
    data: { path, removed: removed.length },
  });
  return {
    schema_version: 'backup.v1',
    path,
    sha256,
    bytes: statSync(path).size,
    removed: removed.map((backup) => backup.path),
  };
}

async function copyOut(app: App, path: string, { overwrite = false }: BackupRequest): Promise<string> {
  if (!overwrite && existsSync(path)) throw new HarnessError('SH_OUT_FILE_EXISTS', { path });
  for (const file of [path, `${path}.sha256`]) await removeTemporariesOf(file);
  app.state.copyTo(path);
  return path;
}

/**
 * A backup a day, before the first run of a day changes anything: where the newest run is of another day and no
 * backup is of today. Days count in UTC. What is of a later day was made while the clock was ahead.
 */
export async function backUpDaily(app: App): Promise<void> {
  const today = dayOf(app.clock.now());
  const [newestRun] = app.state.runs.list({ limit: 1 });
  if (newestRun === undefined || dayOf(newestRun.created_at) === today) return;
  if (listBackups(app.paths).some(({ taken_at }) => dayOf(taken_at) === today)) return;
  await backUpState(app, { keep: KEEP_BACKUPS });
}

/** Whether a backup can be missed: runs of today are saved by the first run of another day. */
export function hasRunsOfEarlierDays({ state, clock }: Pick<App, 'state' | 'clock'>): boolean {
  return state.runs.search({ until: dayOf(clock.now()), limit: 1 }).length > 0;
}

function dayOf(instant: string): string {
  return instant.slice(0, 'YYYY-MM-DD'.length);
}
