import { HarnessError, nearest, type Sha256 } from '../base/index.ts';
import type { DatasetVersion } from '../contract/index.ts';
import type { BasePart } from '../ingest/index.ts';
import type { RunUpload } from '../pipeline/index.ts';
import type { App } from './app.ts';
import { partsOf } from './open-version.ts';

/** The version of a dataset that files are appended to. */
export interface AppendBase {
  readonly dataset: string;
  readonly version: DatasetVersion;
  readonly parts: readonly BasePart[];
  /** What its parts were made of, as received last. */
  readonly uploads: readonly RunUpload[];
}

/** The newest version of a dataset. Throws SH_APPEND_NO_DATASET with the nearest name. */
export function appendBase(app: App, dataset: string): AppendBase {
  const id = app.state.datasets.get(dataset)?.newest_version_id;
  const version = id == null ? undefined : app.state.versions.get(id);
  if (version === undefined) throw noDataset(app, dataset);
  const uploads = partsOf(app, version).map((part) => lastUpload(app, part.upload_sha256));
  const parts = version.parts.map((partId, i) => {
    const shownPath = `part ${i + 1} of the dataset "${dataset}" (${uploads[i]?.originalFilename ?? ''})`;
    return { partId, shownPath };
  });
  return { dataset, version, parts, uploads };
}

/** Refuses to record what was appended to a version that is not the newest any more: SH_APPEND_OVERTAKEN. */
export function refuseOvertaken(app: App, { dataset, version }: AppendBase): void {
  if (app.state.datasets.get(dataset)?.newest_version_id === version.dataset_version_id) return;
  throw new HarnessError('SH_APPEND_OVERTAKEN', { dataset });
}

function noDataset(app: App, dataset: string): HarnessError {
  const names = app.state.datasets.list().map(({ name }) => name);
  const near = nearest(dataset, names) ?? '';
  const datasets = near === '' ? names.slice(0, 10).join(', ') : '';
  return new HarnessError('SH_APPEND_NO_DATASET', { dataset, nearest: near, datasets });
}

/** A file as it was received last. */
export function lastUpload(app: App, sha256: Sha256): RunUpload {
  const [upload] = app.state.uploads.byHash(sha256);
  return {
    sha256,
    bytes: upload?.bytes ?? 0,
    originalPath: upload?.original_path ?? '',
    originalFilename: upload?.original_filename ?? '',
  };
}
