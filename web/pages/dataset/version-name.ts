import type { DatasetInspection } from '../../api/types.ts';

/** `NAME@VERSION` as it is listed, for a run on exactly these rows. */
export function versionName({ dataset, versions, version }: DatasetInspection): string {
  const listed = versions.find(({ dataset_version_id }) => dataset_version_id === version.dataset_version_id);
  return listed === undefined ? version.dataset_version_id : `${dataset}@${listed.ordinal}`;
}
