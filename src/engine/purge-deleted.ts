import { HarnessError, type Sha256, sizeAndAge } from '../base/index.ts';
import type { DatasetEntry } from '../state/index.ts';
import { underMaintenance } from './activity.ts';
import type { App } from './app.ts';
import { expireData, removeWhole } from './collect-garbage.ts';
import { refuseExpired } from './open-version.ts';
import { purgeRun } from './purge-run.ts';
import { refuseChangedDatasets, refuseChangedRuns } from './refuse-changed.ts';
import { policyOf } from './retention-policy.ts';
import { unlistedData } from './unlisted-data.ts';

/** What is gone for good: a run, by its id, or a version, as `NAME@VERSION`. */
export interface Purged {
  readonly id: string;
  readonly bytes: number;
}

/**
 * Forgets a run in the trash for good, before its grace time is over; packed first where the policy says so. Nobody may run
 * or ingest meanwhile. Throws SH_NOT_IN_TRASH, SH_MAINTENANCE_REFUSED, SH_RUN_UNKNOWN.
 */
export async function purgeDeletedRun(app: App, id: string): Promise<Purged> {
  const { pack_first } = await policyOf(app, {});
  return underMaintenance(app, 'delete for good', async () => {
    const run = app.state.runs.find(id, { deleted: true });
    if (run.deleted_at === null) throw new HarnessError('SH_NOT_IN_TRASH', { what: `The run ${run.run_id}` });
    refuseChangedRuns(app, [run]);
    const { bytes } = await sizeAndAge(app.paths.trashedRun(run.run_id));
    await purgeRun(app, run, pack_first);
    return { id: run.run_id, bytes };
  });
}

/**
 * Removes the data of a version in the trash for good, before its grace time is over: uploads and parts that no other
 * version, in the list or in the trash, needs, and no run under way or pinned with its data. Its record stays, as that of
 * every version. The rows come first, as everywhere. Throws SH_DATASET_UNKNOWN, SH_NOT_IN_TRASH, SH_DATA_NEEDED,
 * SH_DATA_EXPIRED, SH_MAINTENANCE_REFUSED.
 */
export async function purgeDeletedDataset(app: App, text: string): Promise<Purged> {
  return underMaintenance(app, 'delete for good', async () => {
    const entry = entryInTrash(app, text);
    const id = `${entry.dataset}@${entry.ordinal}`;
    refuseChangedDatasets(app, [{ name: entry.dataset, versions: [entry] }]);
    const held = await unlistedData(app);
    const [unreadable] = held.unknown;
    if (unreadable !== undefined)
      throw new HarnessError('SH_DATA_NEEDED', {
        id,
        others: `the run ${unreadable.run_id}, whose manifest can not be read, may need them`,
      });
    const { parts, blobs } = expireData(app, () => app.state.references.expireOnlyOf(entry, held.ids));
    if (parts.length + blobs.length === 0) {
      refuseExpired(
        app,
        (app.state.versions.get(entry.dataset_version_id)?.parts ?? []) as readonly Sha256[],
      );
      throw new HarnessError('SH_DATA_NEEDED', { id, others: 'another version or run needs them' });
    }
    const paths = [
      ...parts.map((part) => app.paths.part(part)),
      ...blobs.map((blob) => app.paths.blob(blob)),
    ];
    const sizes = await Promise.all(paths.map(sizeAndAge));
    for (const path of paths) await removeWhole(app.paths, path);
    return { id, bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

function entryInTrash({ state }: App, text: string): DatasetEntry {
  const called = ({ dataset, ordinal }: DatasetEntry): boolean => `${dataset}@${ordinal}` === text;
  const entry = state.versions.findEntries(text).find(called);
  if (entry === undefined || entry.deleted_at === null)
    throw new HarnessError('SH_NOT_IN_TRASH', { what: text });
  return entry;
}
