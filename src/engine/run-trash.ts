import { readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type AppPaths,
  ensureDirectory,
  failPoint,
  HarnessError,
  isSystemError,
  renameDurably,
  syncDirectory,
} from '../base/index.ts';
import type { Run, State } from '../state/index.ts';
import type { App, Appdata } from './app.ts';
import { entryOf, type RunEntry } from './list-runs.ts';

/**
 * Puts a run into the trash: lists hide it, its folder moves, every byte stays. Throws SH_RUN_UNDER_WAY, SH_RUN_PINNED.
 *
 * The row decides, the folder follows: whoever opens the appdata after a crash between the two moves the folder.
 */
export async function deleteRun(app: App, id: string): Promise<RunEntry> {
  const { run_id } = app.state.runs.find(id);
  app.state.transaction(() => trashRow(app.state, run_id, 'asked for'));
  return settledEntry(app, run_id);
}

/** The row of a run, and what is said of it; inside a transaction of the caller. */
export function trashRow(state: State, run_id: string, reason: string): void {
  const run = state.runs.find(run_id);
  if (run.status === 'QUEUED' || run.status === 'RUNNING')
    throw new HarnessError('SH_RUN_UNDER_WAY', { id: run_id });
  if (run.pinned !== null) throw new HarnessError('SH_RUN_PINNED', { id: run_id });
  state.runs.setDeleted(run_id, true);
  runEvent(state, run_id, 'run.deleted', { reason });
}

/** Takes a run out of the trash, with the bytes it had. One that is in the list stays there. */
export async function undeleteRun(app: App, id: string): Promise<RunEntry> {
  const { run_id, deleted_at } = app.state.runs.find(id, { deleted: true });
  if (deleted_at !== null) {
    app.state.transaction(() => {
      app.state.runs.setDeleted(run_id, false);
      runEvent(app.state, run_id, 'run.undeleted');
    });
  }
  return settledEntry(app, run_id);
}

/** Appends what was done to a run by the operator or a policy. */
export function runEvent(
  state: State,
  run_id: string,
  kind: string,
  data: Readonly<Record<string, string>> = {},
): void {
  state.events.append({ correlation_id: run_id, kind, subject_kind: 'run', subject_id: run_id, data });
}

async function settledEntry(app: App, run_id: string): Promise<RunEntry> {
  await settleTrash(app);
  return entryOf(app.state.runs.find(run_id, { deleted: true }));
}

/** Moves every run's folder to where its row says that it belongs. Doing it again, or by two at once, changes nothing. */
export async function settleTrash({ paths, state }: Appdata): Promise<void> {
  for (const run of state.runs.list({ deleted: true, limit: Number.MAX_SAFE_INTEGER })) {
    await moveFolder(listedFolder(paths, run), paths.trashedRun(run.run_id));
  }
  for (const id of await trashedIds(paths)) {
    const run = state.runs.get(id);
    if (run?.deleted_at === null) await moveFolder(paths.trashedRun(id), listedFolder(paths, run));
  }
}

/** Where the folder of a run lies as long as nobody deletes it: one without a result has its logs in staging. */
function listedFolder(paths: AppPaths, run: Run): string {
  return run.manifest_sha256 === null ? paths.stagedRun(run.run_id) : paths.run(run.run_id);
}

/** The runs that have a folder in the trash. */
export async function trashedIds(paths: AppPaths): Promise<string[]> {
  try {
    return (await readdir(dirname(paths.trashedRun('x')))).filter((name) => /^[0-9a-f]{32}$/.test(name));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

async function moveFolder(from: string, to: string): Promise<void> {
  if (!(await isThere(from)) || (await isThere(to))) return;
  await ensureDirectory(dirname(to));
  failPoint('run.moving', to);
  try {
    await renameDurably(from, to);
  } catch (error) {
    // Another process was first.
    if (!isSystemError(error, 'ENOENT') || !(await isThere(to))) throw error;
  }
  failPoint('run.moved', to);
  await syncDirectory(dirname(from));
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (isSystemError(error, 'ENOENT')) return false;
      throw error;
    },
  );
}
