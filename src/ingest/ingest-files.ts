import { type AppPaths, HarnessError, removeTree, type Sha256 } from '../base/index.ts';
import type { DatasetSchema, DatasetVersion, IngestReport, Part, RoleMap } from '../contract/index.ts';
import { firstLook } from './csv/first-look.ts';
import { storeDatasetVersion } from './dataset-store.ts';
import { counting, makePart, type PartsRequest, resourcesOf } from './make-part.ts';
import { mergeSchemas, type NamedPart } from './merge-schemas.ts';
import { findPart } from './part-store.ts';
import { receiveUpload, removeUpload, storedUpload, type Upload } from './receive-upload.ts';
import { type RoleRequest, rolesOfParts } from './roles-of-parts.ts';

/** A file to read, and what it is called. */
export interface NamedFile {
  readonly path: string;
  /** Where the store has it already: its hash; then nothing lies at the path. */
  readonly stored?: Sha256;
}

/** A part that is there already and that what is read now is put behind. */
export interface BasePart {
  readonly partId: Sha256;
  /** What it is called towards the operator. */
  readonly shownPath: string;
}

export interface IngestFilesRequest extends Omit<PartsRequest, 'onCut'> {
  /** The parts of the version that the files are appended to. */
  readonly base?: readonly BasePart[];
  /** In the order in which their rows follow each other. */
  readonly files: readonly NamedFile[];
  /** Hash of the engine's code: stored roles that other code inferred are not trusted. */
  readonly engineCode: string;
  /** Looks at the result; where it throws, nothing that this call made stays. */
  readonly accept?: (done: IngestedFiles) => void;
  /** True for what a database knows by now: another ingest of the same file may have recorded it meanwhile. */
  readonly isRecorded?: (made: Made) => boolean;
  /** What a database knows of a dataset version: by that its files are judged. */
  readonly recordedVersion?: (id: Sha256) => DatasetVersion | undefined;
  /** Told of a part that was damaged, at once when it was made again: its Parquet file may have other bytes now. */
  readonly onRepaired?: (part: Part) => void;
  /** Replaces the engine's own inference of roles. */
  readonly inferRoles?: (request: RoleRequest) => Promise<RoleMap>;
}

/** Something that an ingest put into the appdata, by its id. */
export interface Made {
  readonly kind: 'upload' | 'part' | 'dataset_version';
  readonly id: Sha256;
}

/** A file as it was received. */
export interface ReceivedFile extends Upload {
  /** As it was given. */
  readonly path: string;
}

export interface IngestedFiles {
  /** One per file, in their order. */
  readonly uploads: readonly ReceivedFile[];
  /** Those of the base, then one per file. */
  readonly parts: readonly Part[];
  readonly reports: readonly IngestReport[];
  readonly version: DatasetVersion;
  /** What was damaged in the store and was put right from the files, by path. */
  readonly repaired: readonly string[];
}

/**
 * Files → one dataset version: each is received into the store and becomes a part; their schemas are merged; the
 * roles of the columns are inferred. Nothing is done twice that the appdata holds already. Throws `SH_INPUT_…`,
 * `SH_DISK_FULL`, `SH_INTEGRITY_…`; then nothing that this call made stays.
 */
export async function ingestFiles(request: IngestFilesRequest): Promise<IngestedFiles> {
  const uploads: ReceivedFile[] = [];
  const parts: NamedPart[] = [];
  let newVersion: Sha256 | undefined;
  try {
    for (const part of request.base ?? []) parts.push(await basePart(request.paths, part));
    for (const file of request.files) {
      const { path } = file;
      const upload = await received(request, file);
      uploads.push({ ...upload, path });
      const part = { ...(await makePart(request, upload, path)), shownPath: path };
      parts.push(part);
      if (part.repaired) request.onRepaired?.(part.part);
      refuseTwice(parts.slice(0, -1), part);
    }
    const schema = mergeSchemas(parts);
    const { version, isNew, repaired } = await storeDatasetVersion(request.paths, {
      ...{ parts, schema, rolesBy: request.engineCode, recorded: request.recordedVersion },
      inferRoles: () => rolesOf(request, parts, schema),
    });
    if (isNew) newVersion = version.dataset_version_id;
    const done = {
      uploads,
      parts: parts.map(({ part }) => part),
      reports: parts.map(({ report }) => report),
      version,
      repaired: [
        ...uploads.filter(({ repaired }) => repaired).map(({ blobPath }) => blobPath),
        ...parts.filter(({ repaired }) => repaired).map(({ parquetPath }) => parquetPath),
        ...repaired,
      ],
    };
    request.accept?.(done);
    return done;
  } catch (error) {
    await removeMade(request, uploads, parts, newVersion);
    throw error;
  }
}

async function received(request: IngestFilesRequest, { path, stored }: NamedFile): Promise<Upload> {
  if (stored !== undefined) return storedUpload(request.paths, stored);
  await lookFirst(request, path);
  return receiveUpload(path, request.paths, counting(request, 'receiving', path));
}

/** Tells what the beginning of a file holds. */
async function lookFirst({ onSeen, options, paths }: IngestFilesRequest, path: string): Promise<void> {
  if (onSeen === undefined) return;
  const seen = await firstLook(path, options, paths);
  if (seen !== undefined) onSeen(path, seen);
}

async function basePart(paths: AppPaths, { partId, shownPath }: BasePart): Promise<NamedPart> {
  const stored = await findPart(paths, partId);
  if (stored !== undefined) return { ...stored, shownPath };
  throw new HarnessError('SH_INTEGRITY_MISSING', { what: shownPath, path: paths.part(partId) });
}

/** Refuses a file whose rows are there already: the same table of the same file, or the same rows in another file. */
function refuseTwice(earlier: readonly NamedPart[], { part, shownPath }: NamedPart): void {
  const twin = earlier.find((other) => isSameTable(other.part, part) || haveSameRows(other.part, part));
  if (twin === undefined) return;
  throw new HarnessError('SH_INPUT_TWICE', { path: shownPath, other: twin.shownPath });
}

/** Whatever file they are of, and whatever else is the same of their Parquet files. */
function haveSameRows(a: Part, b: Part): boolean {
  if (a.parquet_sha256 === b.parquet_sha256) return true;
  return a.rows_sha256 !== undefined && a.rows_sha256 === b.rows_sha256;
}

function isSameTable(a: Part, b: Part): boolean {
  const [one, other] = [a.options, b.options];
  return a.upload_sha256 === b.upload_sha256 && one.sheet === other.sheet && one.table === other.table;
}

async function rolesOf(
  request: IngestFilesRequest,
  parts: readonly NamedPart[],
  schema: DatasetSchema,
): Promise<RoleMap> {
  const infer = request.inferRoles ?? rolesOfParts;
  const resources = resourcesOf(request);
  const files = parts.map(({ part, parquetPath }) => ({ part, parquetPath }));
  return infer({ parts: files, schema, resources, cache: request.paths.cache });
}

/** Removes what this call put into the appdata and nobody has recorded meanwhile. */
async function removeMade(
  { paths, isRecorded = () => false }: IngestFilesRequest,
  uploads: readonly Upload[],
  parts: readonly NamedPart[],
  newVersion: Sha256 | undefined,
): Promise<void> {
  if (newVersion !== undefined && !isRecorded({ kind: 'dataset_version', id: newVersion })) {
    await removeTree(paths.datasetVersion(newVersion));
  }
  for (const { part, isNew } of parts) {
    const made = isNew && !isRecorded({ kind: 'part', id: part.part_id });
    if (made) await removeTree(paths.part(part.part_id));
  }
  for (const upload of uploads) {
    if (!isRecorded({ kind: 'upload', id: upload.sha256 })) await removeUpload(upload);
  }
}
