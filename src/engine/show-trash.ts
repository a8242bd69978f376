import type { Sha256 } from '../base/index.ts';
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
  const [ofRuns, ofParts, ofUploads] = [references.runBytes(), new Map(), new Map()];
  for (const part of references.partData()) {
    ofParts.set(part.part_id, part.bytes);
    ofUploads.set(part.upload_sha256, part.upload_bytes);
  }
  const freed = (entry: DatasetEntry): number => {
    const { parts, blobs } = references.onlyOf(entry, new Set());
    return sum(parts.map((id) => ofParts.get(id) ?? 0)) + sum(blobs.map((id) => ofUploads.get(id) ?? 0));
  };
  return {
    grace_days,
    runs: runs.map((run) => ({ ...entryOf(run), bytes: ofRuns.get(run.run_id) ?? null })).sort(newestFirst),
    versions: entries
      .filter((entry) => expiryOf(app, partsOfEntry(app, entry)) === null)
      .map((entry) => ({ ...entry, bytes: freed(entry) }))
      .sort(newestFirst),
  };
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((whole, one) => whole + one, 0);
}
