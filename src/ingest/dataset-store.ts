import { dirname, join } from 'node:path';
import {
  type AppPaths,
  canonicalJsonFile,
  ensureDirectory,
  ensureDirectoryDurably,
  failPoint,
  hashJson,
  isThere,
  randomId,
  removeTemporariesOf,
  removeTree,
  type Sha256,
  writeFileAtomic,
} from '../base/index.ts';
import { check, type DatasetSchema, DatasetVersion, type RoleMap } from '../contract/index.ts';
import { readDocument, renameUnlessThere, type StoredPart } from './part-store.ts';

/** The id of a dataset version: of its parts in order, and their schema. */
export function datasetVersionId(parts: readonly Sha256[], schema: DatasetSchema): Sha256 {
  return hashJson({ parts, schema });
}

/**
 * The dataset version of these parts: the stored one, or a new one whose roles are inferred now. Roles that other code
 * inferred (`rolesBy`) are inferred anew: they must not depend on which engine saw the table first.
 */
export async function storeDatasetVersion(
  paths: AppPaths,
  parts: readonly StoredPart[],
  schema: DatasetSchema,
  rolesBy: string,
  inferRoles: () => Promise<RoleMap>,
): Promise<{ readonly version: DatasetVersion; readonly isNew: boolean }> {
  const partIds = parts.map(({ part }) => part.part_id);
  const id = datasetVersionId(partIds, schema);
  const stored = await findDatasetVersion(paths, id);
  if (stored?.roles_by === rolesBy) return { version: stored, isNew: false };
  if (stored !== undefined) {
    const renewed = { ...stored, roles: await inferRoles(), roles_by: rolesBy };
    const document = join(paths.datasetVersion(id), 'parts.json');
    await removeTemporariesOf(document);
    await writeFileAtomic(document, canonicalJsonFile(renewed));
    return { version: renewed, isNew: false };
  }
  const version: DatasetVersion = {
    schema_version: 'dataset_version.v1',
    dataset_version_id: id,
    parts: partIds,
    schema,
    row_count: parts.reduce((sum, { part }) => sum + part.row_count, 0),
    rejected_rows: parts.reduce((sum, { part }) => sum + part.rejected_rows, 0),
    roles: await inferRoles(),
    roles_by: rolesBy,
  };
  await writeVersion(paths, version, parts);
  return { version, isNew: true };
}

/** A stored dataset version, its document checked; undefined where there is none. */
export async function findDatasetVersion(paths: AppPaths, id: Sha256): Promise<DatasetVersion | undefined> {
  const folder = paths.datasetVersion(id);
  if (!(await isThere(folder))) return undefined;
  return readDocument(join(folder, 'parts.json'), (value) => check(DatasetVersion, value));
}

async function writeVersion(
  paths: AppPaths,
  version: DatasetVersion,
  parts: readonly StoredPart[],
): Promise<void> {
  const work = join(paths.temporary, `dataset-${randomId()}`);
  const folder = paths.datasetVersion(version.dataset_version_id);
  try {
    await ensureDirectory(work);
    await writeFileAtomic(join(work, 'schema.json'), canonicalJsonFile(version.schema));
    await writeFileAtomic(join(work, 'parts.json'), canonicalJsonFile(version));
    const reports = parts.map(({ report }) => report);
    await writeFileAtomic(join(work, 'ingest_report.json'), canonicalJsonFile(reports));
    failPoint('version.documented', work);
    await ensureDirectoryDurably(dirname(folder));
    await renameUnlessThere(work, folder);
    failPoint('version.stored', folder);
  } finally {
    await removeTree(work);
  }
}
