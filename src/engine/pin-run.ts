import type { Sha256 } from '../base/index.ts';
import { refuseBesideMaintenance } from './activity.ts';
import type { App } from './app.ts';
import { entryOf, type RunEntry } from './list-runs.ts';
import { refuseExpired } from './open-version.ts';
import { runEvent } from './run-trash.ts';

/**
 * Keeps a run whatever a policy says; with its data, also what it was made of, so that it can always be computed again.
 * Throws SH_DATA_EXPIRED where the data are gone already, SH_MAINTENANCE_REFUSED where they may be going.
 */
export async function pinRun(
  app: App,
  id: string,
  { withData }: { readonly withData: boolean },
): Promise<RunEntry> {
  const { state } = app;
  const pinned = withData ? 'data' : 'artifacts';
  return state.transaction(() => {
    const { run_id, dataset_version_id } = state.runs.find(id);
    if (withData) {
      refuseBesideMaintenance(app);
      refuseExpired(app, (state.versions.get(dataset_version_id)?.parts ?? []) as readonly Sha256[]);
    }
    state.runs.setPinned(run_id, pinned);
    runEvent(state, run_id, 'run.pinned', { keeps: pinned });
    return entryOf(state.runs.find(run_id));
  });
}

/** Lets a run go the way of the others again. */
export async function unpinRun(app: App, id: string): Promise<RunEntry> {
  const { state } = app;
  return state.transaction(() => {
    const { run_id, pinned } = state.runs.find(id);
    state.runs.setPinned(run_id, null);
    if (pinned !== null) runEvent(state, run_id, 'run.unpinned');
    return entryOf(state.runs.find(run_id));
  });
}
