import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AppPaths,
  canonicalJsonFile,
  ensureDirectory,
  ensureDirectoryDurably,
  failPoint,
  HarnessError,
  hashFile,
  hashJson,
  isSystemError,
  isThere,
  randomId,
  removeTree,
  renameDurably,
  type Sha256,
  sha256,
  syncFile,
  writeFileAtomic,
} from '../base/index.ts';
import { check, type IngestOptions, IngestReport, Part } from '../contract/index.ts';
import { chunkRowsFor } from '../dataset/index.ts';

/** What decides a part's content, and with it its id. */
export interface PartIdentity {
  readonly upload_sha256: Sha256;
  readonly options: IngestOptions;
  readonly reader_version: string;
}

/** A part with its report and where it lies. */
export interface StoredPart {
  readonly part: Part;
  readonly report: IngestReport;
  readonly parquetPath: string;
  /** False where it was there already. */
  readonly isNew: boolean;
  /** True where the stored one was damaged and was made again. */
  readonly repaired: boolean;
}

/** What a reader says about the Parquet file it wrote. */
export interface WrittenPart {
  readonly sourceLines: Part['source_lines'];
  readonly rowsSha256: Sha256;
  readonly report: IngestReport;
}

const PARQUET = 'part.parquet';
/** The file of a part, beside its Parquet file, for records that could not be read. */
export const REJECTS = 'rejects.parquet';

/** The id of a part: of the upload and how it is read, never of the Parquet bytes. */
export function partIdOf(identity: PartIdentity): Sha256 {
  return hashJson({
    upload: identity.upload_sha256,
    options: identity.options,
    reader_version: identity.reader_version,
  });
}

/**
 * The part of this identity: the stored one, or a new one made by `write`, which gets a folder and puts
 * `part.parquet` into it. A new part appears whole, by one rename. A stored one that is damaged is made again.
 */
export async function storePart(
  paths: AppPaths,
  identity: PartIdentity,
  write: (folder: string, parquetPath: string) => Promise<WrittenPart>,
): Promise<StoredPart> {
  const partId = partIdOf(identity);
  const stored = await wholePart(paths, partId);
  if (stored !== undefined) return stored;
  const repaired = await isThere(paths.part(partId));
  const work = join(paths.temporary, `part-${randomId()}`);
  const folder = join(work, 'part');
  try {
    await ensureDirectory(folder);
    const parquetPath = join(folder, PARQUET);
    const written = await write(work, parquetPath);
    failPoint('part.written', parquetPath);
    await writeDocuments(folder, parquetPath, partId, identity, written);
    failPoint('part.documented', folder);
    await ensureDirectoryDurably(dirname(paths.part(partId)));
    if (repaired) await removeTree(paths.part(partId));
    const renamed = await renameUnlessThere(folder, paths.part(partId));
    failPoint('part.stored', paths.part(partId));
    const made = await findPart(paths, partId);
    if (made === undefined) throw new Error(`part ${partId} vanished while it was stored`);
    return { ...made, isNew: renamed && !repaired, repaired };
  } finally {
    await removeTree(work);
  }
}

/** A stored part whose every byte is as recorded; undefined where there is none, or a damaged one. */
async function wholePart(paths: AppPaths, partId: Sha256): Promise<StoredPart | undefined> {
  try {
    const stored = await findPart(paths, partId);
    if (stored !== undefined) await verifyPart(stored);
    return stored;
  } catch (error) {
    if (error instanceof HarnessError && error.exitCode === 4) return undefined;
    throw error;
  }
}

/** A stored part, with its documents checked and its Parquet file's size; undefined where there is none. */
export async function findPart(paths: AppPaths, partId: Sha256): Promise<StoredPart | undefined> {
  const folder = paths.part(partId);
  if (!(await isThere(folder))) return undefined;
  const part = await readDocument(join(folder, 'part.json'), (value) => check(Part, value));
  const report = await readDocument(join(folder, 'ingest_report.json'), (value) =>
    check(IngestReport, value),
  );
  const reportHash = await hashFile(join(folder, 'ingest_report.json'));
  if (reportHash !== part.ingest_report_sha256) {
    throw damaged(join(folder, 'ingest_report.json'), part.ingest_report_sha256 ?? 'no hash', reportHash);
  }
  const parquetPath = join(folder, PARQUET);
  const size = await sizeOf(parquetPath);
  if (part.part_id !== partId || partIdOf(part) !== partId) {
    throw damaged(join(folder, 'part.json'), partId, part.part_id);
  }
  if (size !== part.parquet_bytes) throw damaged(parquetPath, `${part.parquet_bytes} bytes`, `${size} bytes`);
  return { part, report, parquetPath, isNew: false, repaired: false };
}

/** Checks a part's files, its rows and its rejects, against their recorded hashes; throws `SH_INTEGRITY_MISMATCH`. */
export async function verifyPart({
  part,
  parquetPath,
}: Pick<StoredPart, 'part' | 'parquetPath'>): Promise<void> {
  await compareHash(parquetPath, part.parquet_sha256);
  if (part.rejects_sha256 !== undefined) {
    await compareHash(join(dirname(parquetPath), REJECTS), part.rejects_sha256);
  }
}

async function compareHash(path: string, expected: Sha256): Promise<void> {
  await sizeOf(path);
  const found = await hashFile(path);
  if (found !== expected) throw damaged(path, expected, found);
}

async function writeDocuments(
  folder: string,
  parquetPath: string,
  partId: Sha256,
  identity: PartIdentity,
  written: WrittenPart,
): Promise<void> {
  await syncFile(parquetPath);
  const { report } = written;
  const columns = report.columns.map(({ name, sql_name, type }) => ({ name, sql_name, type }));
  const rejects = join(folder, REJECTS);
  if (report.rejected_rows > 0) await syncFile(rejects);
  const part: Part = {
    schema_version: 'part.v1',
    part_id: partId,
    upload_sha256: identity.upload_sha256,
    reader_version: identity.reader_version,
    options: identity.options,
    row_count: report.row_count,
    rejected_rows: report.rejected_rows,
    chunk_rows: chunkRowsFor(columns),
    source_lines: written.sourceLines,
    columns,
    parquet_sha256: await hashFile(parquetPath),
    parquet_bytes: await sizeOf(parquetPath),
    rows_sha256: written.rowsSha256,
    ingest_report_sha256: sha256(canonicalJsonFile(report)),
    ...(report.rejected_rows > 0 && { rejects_sha256: await hashFile(rejects) }),
  };
  await writeFileAtomic(join(folder, 'part.json'), canonicalJsonFile(part));
  await writeFileAtomic(join(folder, 'ingest_report.json'), canonicalJsonFile(report));
}

/** Renames a folder into place; where another process was first, the same content is there already. */
export async function renameUnlessThere(from: string, to: string): Promise<boolean> {
  if (await isThere(to)) return false;
  try {
    await renameDurably(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOTEMPTY', 'EEXIST', 'EPERM') && (await isThere(to))) return false;
    throw error;
  }
}

/** Reads a stored document and checks it; a file that is gone or doesn't fit its schema is an integrity error. */
export async function readDocument<T>(
  path: string,
  checkDocument: (value: unknown) => { ok: true; value: T } | { ok: false },
): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT'))
      throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'A document', path });
    throw error;
  }
  const checked = checkDocument(parsed(text));
  if (!checked.ok) throw damaged(path, 'a document that fits its schema', 'another');
  return checked.value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isSystemError(error, 'ENOENT'))
      throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'A part', path });
    throw error;
  }
}

function damaged(path: string, expected: string, found: string): HarnessError {
  return new HarnessError('SH_INTEGRITY_MISMATCH', { what: 'A part of a dataset', path, expected, found });
}
