import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError, hashFile, type Sha256 } from '../base/index.ts';
import type { Cell, Column, DatasetVersion, Part } from '../contract/index.ts';
import { type Dataset, exportTable, type PreviewFrom } from '../dataset/index.ts';
import type { DatasetEntry, Upload } from '../state/index.ts';
import type { App } from './app.ts';
import { checkedParts, openVersion, partsOf, partsToShow } from './open-version.ts';
import { refuseChangedDatasets, refuseChangedVersion } from './refuse-changed.ts';

/** A dataset with its versions, the newest first; those in the trash where those were asked for. */
export interface DatasetSummary {
  readonly name: string;
  readonly versions: readonly DatasetEntry[];
}

/** Every dataset that lists a version, or, with `deleted`, that has one in the trash. */
export async function listDatasets(
  app: App,
  { deleted = false }: { readonly deleted?: boolean } = {},
): Promise<DatasetSummary[]> {
  const { datasets, versions } = app.state;
  const all = datasets.list().map(({ name }) => ({ name, versions: versions.list(name, { deleted }) }));
  refuseChangedDatasets(app, all);
  return all.filter((dataset) => dataset.versions.length > 0);
}

export interface DatasetDetails {
  readonly version: DatasetVersion;
  readonly parts: readonly Part[];
  readonly datasets: readonly DatasetEntry[];
  /** Every reception of the files it was made of: path, time, hash, size. */
  readonly uploads: readonly (Upload & {
    /** How many dataset versions need its bytes. */
    readonly references: number;
    /** Since when its bytes are gone on purpose; null where they are there. */
    readonly expired_at: string | null;
  })[];
}

/** A dataset version, by name of the dataset or by id or unique prefix. */
export async function showDataset(app: App, id: string): Promise<DatasetDetails> {
  const version = app.state.versions.find(id);
  const parts = partsOf(app, version);
  const hashes = [...new Set(parts.map((part) => part.upload_sha256 as Sha256))];
  refuseChangedVersion(app, version.dataset_version_id, version.parts, hashes);
  return {
    version,
    parts,
    datasets: app.state.versions.entriesOf(version.dataset_version_id as Sha256),
    uploads: hashes.flatMap((hash) => {
      const references = app.state.references.ofBlob(hash, app.clock.now());
      const expired_at = app.state.uploads.expiredAt(hash);
      return app.state.uploads.byHash(hash).map((upload) => ({ ...upload, references, expired_at }));
    }),
  };
}

export interface DatasetPreview {
  readonly dataset_version_id: string;
  readonly row_count: number;
  /** Those that the cells are of. */
  readonly columns: readonly Column[];
  readonly rows: readonly {
    readonly part: number;
    readonly row_number: number;
    readonly cells: readonly Cell[];
  }[];
}

const PREVIEW = { memoryBytes: 512e6, threads: 2 };

/**
 * Rows of a dataset version, the first ones or those from a place on, cells as exact text: of all columns, or of those at
 * `places`, from 1.
 */
export function previewDataset(
  app: App,
  id: string,
  rows: number,
  from?: PreviewFrom,
  places?: readonly number[],
): Promise<DatasetPreview> {
  return readRows(app, id, places, (dataset, known) => dataset.preview({ rows, from, places: known }));
}

/** What `read` reads of a dataset version; it is told the places of the columns, from 0. Throws SH_DATASET_…. */
export async function readRows(
  app: App,
  id: string,
  places: readonly number[] | undefined,
  read: (dataset: Dataset, places: readonly number[] | undefined) => Promise<DatasetPreview['rows']>,
): Promise<DatasetPreview> {
  const version = app.state.versions.find(id);
  const parts = partsOf(app, version);
  const checked = await partsToShow(app, parts);
  const dataset = await openVersion(app, version, parts, { ...PREVIEW, checked });
  const all = version.schema.columns;
  const known = places?.map((place) => place - 1).filter((place) => place in all);
  try {
    return {
      dataset_version_id: version.dataset_version_id,
      row_count: version.row_count,
      columns: known?.flatMap((place) => all[place] ?? []) ?? all,
      rows: await read(dataset, known),
    };
  } finally {
    await dataset.close();
  }
}

export interface DatasetExport {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/**
 * Writes a dataset version as one clean table. Parts are always checked against their hashes before. A file that
 * exists is never written over unless told so: it may be the very file that was uploaded. Throws SH_OUT_FILE_EXISTS.
 */
export async function exportDataset(
  app: App,
  id: string,
  options: { readonly path: string; readonly format: 'csv' | 'parquet'; readonly overwrite: boolean },
): Promise<DatasetExport> {
  const version = app.state.versions.find(id);
  const path = resolve(options.path);
  if (!options.overwrite && existsSync(path)) throw new HarnessError('SH_OUT_FILE_EXISTS', { path });
  const parts = await checkedParts(app, partsOf(app, version));
  await exportTable({ parts, schema: version.schema, format: options.format, path });
  return { path, rows: version.row_count, sha256: await hashFile(path) };
}
