import { HarnessError, isThere } from '../base/index.ts';
import { isUnderWay } from '../contract/index.ts';
import { setAside } from '../pipeline/index.ts';
import type { Run, State } from '../state/index.ts';
import { refuseBesideMaintenance, underMaintenance } from './activity.ts';
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

/**
 * Takes a finished run out of the list and keeps its folder as it is in `lost-found/`: one that is damaged, say. Its link
 * in the chain of manifests stays, so that it can be listed again once it is whole. Throws SH_RUN_UNDER_WAY,
 * SH_RUN_PINNED, SH_RUN_INCOMPLETE, SH_MAINTENANCE_REFUSED.
 *
 * The folder goes first: where this is cut short, the run is listed, and its folder is known to lie there.
 */
export async function setRunAside(app: App, id: string): Promise<RunEntry> {
  const { state, paths } = app;
  const run = state.runs.find(id, { deleted: true });
  const { run_id, status } = run;
  refuseKept(run);
  if (run.manifest_sha256 === null) throw new HarnessError('SH_RUN_INCOMPLETE', { id: run_id, status });
  return underMaintenance(app, 'set a run aside', async () => {
    const path = run.deleted_at === null ? paths.run(run_id) : paths.trashedRun(run_id);
    if (await isThere(path)) await setAside(state, paths, { run_id, path }, 'asked for');
    state.transaction(() => {
      state.runs.setDeleted(run_id, true);
      state.lineage.purge(run_id);
      state.runs.purge(run_id);
    });
    return entryOf(run);
  });
}

/** The row of a run, and what is said of it; inside a transaction of the caller. */
export function trashRow(state: State, run_id: string, reason: string): void {
  refuseKept(state.runs.find(run_id));
  state.runs.setDeleted(run_id, true);
  runEvent(state, run_id, 'run.deleted', { reason });
}

function refuseKept(run: Run): void {
  const { run_id, pinned } = run;
  if (isUnderWay(run)) throw new HarnessError('SH_RUN_UNDER_WAY', { id: run_id });
  if (pinned !== null) throw new HarnessError('SH_RUN_PINNED', { id: run_id });
}

/** A run that is in the list again, or always was. */
export interface Undeletion extends RunEntry {
  readonly was_deleted: boolean;
}

/**
 * Takes a run out of the trash, with the bytes it had. One that is in the list stays there. Throws
 * SH_MAINTENANCE_REFUSED beside a collection of garbage, which may be removing it.
 */
export async function undeleteRun(app: App, id: string): Promise<Undeletion> {
  const { run_id, deleted_at } = app.state.transaction(() => {
    const run = app.state.runs.find(id, { deleted: true });
    if (run.deleted_at === null) return run;
    refuseBesideMaintenance(app);
    app.state.runs.setDeleted(run.run_id, false);
    runEvent(app.state, run.run_id, 'run.undeleted');
    return run;
  });
  return { ...(await settledEntry(app, run_id)), was_deleted: deleted_at !== null };
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
