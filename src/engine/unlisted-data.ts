import { type RunFolder, setAsideRuns, unlistedRuns } from '../pipeline/index.ts';
import type { Appdata } from './app.ts';

/** The data of finished runs that the database does not list. */
export interface UnlistedData {
  /** Uploads, parts and dataset versions that they were made of, by id. */
  readonly ids: ReadonlySet<string>;
  /** Runs whose manifest can't be read, so that nobody knows what they were made of. */
  readonly unknown: readonly RunFolder[];
}

/**
 * What the runs were made of that a restored backup does not know, or that were set aside: they can be listed again as
 * long as that is there. A run in the trash holds no data, here as elsewhere.
 */
export async function unlistedData({ state, paths }: Appdata): Promise<UnlistedData> {
  const unlisted = (await unlistedRuns(state, paths)).filter(
    ({ run_id, path }) => path !== paths.trashedRun(run_id),
  );
  const runs = [...unlisted, ...(await setAsideRuns(paths))].filter(({ sealed }) => sealed);
  const ids = runs.flatMap(({ manifest }) =>
    manifest === undefined
      ? []
      : [
          manifest.dataset.dataset_version_id,
          ...manifest.inputs.flatMap(({ upload_sha256, part_id }) => [upload_sha256, part_id]),
        ],
  );
  return { ids: new Set(ids), unknown: runs.filter(({ manifest }) => manifest === undefined) };
}
