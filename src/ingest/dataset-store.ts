import { dirname, join } from 'node:path';
import {
  type AppPaths,
  canonicalJsonFile,
  ensureDirectory,
  ensureDirectoryDurably,
  failPoint,
  HarnessError,
  hashJson,
  isThere,
  randomId,
  readBytes,
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

export interface VersionRequest {
  readonly parts: readonly StoredPart[];
  readonly schema: DatasetSchema;
  /** The code that infers roles: those that other code inferred are inferred anew. */
  readonly rolesBy: string;
  /** What the database knows of a version; undefined where it knows nothing. */
  readonly recorded: ((id: Sha256) => DatasetVersion | undefined) | undefined;
  inferRoles(): Promise<RoleMap>;
}

export interface StoredVersion {
  readonly version: DatasetVersion;
  readonly isNew: boolean;
  /** Files of it that were not as they had to be and were put right. */
  readonly repaired: readonly string[];
}

/**
 * The dataset version of these parts: the one that is there, or a new one. All of it follows from the parts but the
 * roles, which the database knows best; what its files say otherwise is put right. Roles must not depend on which engine
 * saw the table first.
 */
export async function storeDatasetVersion(paths: AppPaths, request: VersionRequest): Promise<StoredVersion> {
  const { parts, schema, rolesBy, recorded, inferRoles } = request;
  const partIds = parts.map(({ part }) => part.part_id);
  const id = datasetVersionId(partIds, schema);
  const stored = await readableVersion(paths, id);
  const known = [recorded?.(id), stored].find((one) => one?.roles_by === rolesBy);
  const version: DatasetVersion = {
    schema_version: 'dataset_version.v1',
    dataset_version_id: id,
    parts: partIds,
    schema,
    row_count: parts.reduce((sum, { part }) => sum + part.row_count, 0),
    rejected_rows: parts.reduce((sum, { part }) => sum + part.rejected_rows, 0),
    roles: known?.roles ?? (await inferRoles()),
    roles_by: rolesBy,
  };
  const isNew = !(await isThere(paths.datasetVersion(id)));
  if (isNew) await writeVersion(paths, version, parts);
  const changed = isNew ? [] : await putRight(paths, version, parts);
  const isRenewed = stored !== undefined && stored.roles_by !== rolesBy;
  return { version, isNew, repaired: changed.filter((path) => !(isRenewed && path.endsWith('parts.json'))) };
}

/** The stored version; undefined where there is none, or none that can be read. */
async function readableVersion(paths: AppPaths, id: Sha256): Promise<DatasetVersion | undefined> {
  try {
    return await findDatasetVersion(paths, id);
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return undefined;
    throw error;
  }
}

/** The files of a version, by name. */
function documentsOf(version: DatasetVersion, parts: readonly StoredPart[]): readonly [string, string][] {
  return [
    ['schema.json', canonicalJsonFile(version.schema)],
    ['parts.json', canonicalJsonFile(version)],
    ['ingest_report.json', canonicalJsonFile(parts.map(({ report }) => report))],
  ];
}

/** Writes those files of a version again that are not as they must be. Returns their paths. */
async function putRight(
  paths: AppPaths,
  version: DatasetVersion,
  parts: readonly StoredPart[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [name, text] of documentsOf(version, parts)) {
    const path = join(paths.datasetVersion(version.dataset_version_id), name);
    const found = (await isThere(path)) ? (await readBytes(path)).toString('utf8') : undefined;
    if (found === text) continue;
    await removeTemporariesOf(path);
    await writeFileAtomic(path, text);
    changed.push(path);
  }
  return changed;
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
    for (const [name, text] of documentsOf(version, parts)) await writeFileAtomic(join(work, name), text);
    failPoint('version.documented', work);
    await ensureDirectoryDurably(dirname(folder));
    await renameUnlessThere(work, folder);
    failPoint('version.stored', folder);
  } finally {
    await removeTree(work);
  }
}
