import { HarnessError } from '../base/index.ts';
import type { State } from '../state/index.ts';
import type { App } from './app.ts';
import { entryOf, type RunEntry } from './list-runs.ts';
import { settleTrash } from './settle-trash.ts';

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
