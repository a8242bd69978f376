import { HarnessError, type Sha256 } from '../base/index.ts';
import type { DatasetEntry, State } from '../state/index.ts';
import { refuseBesideMaintenance } from './activity.ts';
import type { App } from './app.ts';
import { expiryOf, refuseExpired } from './open-version.ts';

/** What `datasets delete --json` and `datasets undelete --json` print. */
export interface DatasetChange {
  readonly schema_version: 'dataset_change.v1';
  readonly change: 'deleted' | 'undeleted';
  readonly versions: readonly DatasetEntry[];
}

/**
 * Puts versions into the trash: all of a dataset (its name), one (`NAME@VERSION`), or one wherever it is listed (its
 * id). Lists hide them; their data stay until garbage is collected after the grace time, and longer where a run under
 * way or a pinned one needs them. Throws SH_DATASET_UNKNOWN, SH_DATASET_DELETED.
 */
export async function deleteDataset(app: App, text: string): Promise<DatasetChange> {
  const { versions } = app.state;
  return app.state.transaction(() => {
    const [first] = versions.findEntries(text);
    const listed = versions.findEntries(text).filter(({ deleted_at }) => deleted_at === null);
    if (listed.length === 0)
      throw new HarnessError('SH_DATASET_DELETED', { id: text, deleted_at: first?.deleted_at ?? '' });
    for (const entry of listed) trashEntry(app.state, entry, 'asked for');
    return changeOf(app.state, 'deleted', listed);
  });
}

/** One version of a dataset, and what is said of it; inside a transaction of the caller. */
export function trashEntry(state: State, entry: DatasetEntry, reason: string): void {
  state.versions.setDeleted(entry, true);
  datasetEvent(state, entry, 'dataset_version.deleted', { reason });
}

/**
 * Takes versions out of the trash, as long as their data are there. Throws SH_DATASET_UNKNOWN, SH_DATA_EXPIRED, and
 * SH_MAINTENANCE_REFUSED beside a collection of garbage.
 */
export async function undeleteDataset(app: App, text: string): Promise<DatasetChange> {
  const { state } = app;
  return state.transaction(() => {
    refuseBesideMaintenance(app);
    const deleted = state.versions.findEntries(text).filter(({ deleted_at }) => deleted_at !== null);
    const parts = (entry: DatasetEntry): readonly Sha256[] =>
      (state.versions.get(entry.dataset_version_id)?.parts ?? []) as readonly Sha256[];
    const whole = deleted.filter((entry) => expiryOf(app, parts(entry)) === null);
    if (whole.length === 0) for (const entry of deleted) refuseExpired(app, parts(entry));
    for (const entry of whole) {
      state.versions.setDeleted(entry, false);
      datasetEvent(state, entry, 'dataset_version.undeleted');
    }
    return changeOf(state, 'undeleted', whole);
  });
}

function datasetEvent(
  state: State,
  { dataset, dataset_version_id }: DatasetEntry,
  kind: string,
  data: Readonly<Record<string, string>> = {},
): void {
  state.events.append({
    correlation_id: dataset_version_id,
    kind,
    subject_kind: 'dataset_version',
    subject_id: dataset_version_id,
    data: { dataset, ...data },
  });
}

function changeOf(
  { versions }: State,
  change: DatasetChange['change'],
  entries: readonly DatasetEntry[],
): DatasetChange {
  const now = entries.flatMap((entry) => versions.entry(entry.dataset, entry.dataset_version_id) ?? []);
  return { schema_version: 'dataset_change.v1', change, versions: now };
}
