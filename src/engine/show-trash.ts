import { type Sha256, sizeAndAge } from '../base/index.ts';
import type { DatasetEntry } from '../state/index.ts';
import type { App } from './app.ts';
import { listDatasets } from './datasets.ts';
import { entryOf, type RunEntry } from './list-runs.ts';
import { expiryOf } from './open-version.ts';
import { refuseChangedRuns } from './refuse-changed.ts';
import { policyOf } from './retention-policy.ts';

/** What can be taken back, the newest first of each kind, and what deleting it for good would free. */
export interface Trash {
  /** So many days `gc` leaves it alone. */
  readonly grace_days: number;
  /** Bytes of the result of each; null where it has none. */
  readonly runs: readonly (RunEntry & { readonly bytes: number | null })[];
  /** Versions whose data are there. Bytes of what nothing else needs: none where all of it is in other versions too. */
  readonly versions: readonly (DatasetEntry & { readonly bytes: number })[];
}

/** What is in the trash. Throws SH_STATE_CORRUPT, SH_CONFIG_INVALID. */
export async function showTrash(app: App): Promise<Trash> {
  const { references, runs: stored } = app.state;
  const { grace_days } = await policyOf(app, {});
  const runs = stored.list({ deleted: true, limit: Number.MAX_SAFE_INTEGER });
  refuseChangedRuns(app, runs);
  const entries = (await listDatasets(app, { deleted: true })).flatMap(({ versions }) => versions);
  const ofRuns = references.runBytes();
  const restorable = entries.filter((entry) => expiryOf(app, partsOfEntry(app, entry)) === null);
  return {
    grace_days,
    runs: runs.map((run) => ({ ...entryOf(run), bytes: ofRuns.get(run.run_id) ?? null })).sort(newestFirst),
    versions: (
      await Promise.all(restorable.map(async (entry) => ({ ...entry, bytes: await freedBy(app, entry) })))
    ).sort(newestFirst),
  };
}

async function freedBy({ state, paths }: App, entry: DatasetEntry): Promise<number> {
  const { parts, blobs } = state.references.onlyOf(entry, new Set());
  const files = [...parts.map((id) => paths.part(id)), ...blobs.map((id) => paths.blob(id))];
  const sizes = await Promise.all(files.map(sizeAndAge));
  return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
}

function partsOfEntry({ state }: App, { dataset_version_id }: DatasetEntry): readonly Sha256[] {
  return (state.versions.get(dataset_version_id)?.parts ?? []) as readonly Sha256[];
}

function newestFirst(
  a: { readonly deleted_at: string | null },
  b: { readonly deleted_at: string | null },
): number {
  return Date.parse(b.deleted_at ?? '') - Date.parse(a.deleted_at ?? '');
}
