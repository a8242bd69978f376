import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ensureDirectory,
  HarnessError,
  hashFile,
  isSystemError,
  removeTree,
  type Sha256,
} from '../base/index.ts';
import { type Coverage, type DatasetVersion, type Part, sampleOf } from '../contract/index.ts';
import { type AnswerStore, type Dataset, openDataset, type PartFile } from '../dataset/index.ts';
import { knownAnswers } from '../ingest/index.ts';
import type { App, Appdata } from './app.ts';
import { keptWhileUnchanged } from './kept-while-unchanged.ts';

/** The parts of a dataset version, as the database knows them. Throws SH_INTEGRITY_MISSING. */
export function partsOf(app: App, version: Pick<DatasetVersion, 'parts'>): Part[] {
  return version.parts.map((id) => {
    const part = app.state.parts.get(id as Sha256);
    if (part === undefined)
      throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'The record of a part', path: id });
    return part;
  });
}

/** Since when any of the parts is gone on purpose; null where all must be there. */
export function expiryOf({ state }: Appdata, partIds: readonly Sha256[]): string | null {
  return partIds.map((id) => state.parts.expiredAt(id)).find((at) => at !== null) ?? null;
}

/** Throws SH_DATA_EXPIRED where any of the parts is gone on purpose, with the file it was made of. */
export function refuseExpired({ state }: Appdata, partIds: readonly Sha256[]): void {
  for (const id of partIds) {
    const expired_at = state.parts.expiredAt(id);
    if (expired_at === null) continue;
    const upload = state.parts.get(id)?.upload_sha256 as Sha256;
    const path = state.uploads.byHash(upload)[0]?.original_path ?? '';
    throw new HarnessError('SH_DATA_EXPIRED', { path, expired_at });
  }
}

/**
 * The Parquet files of parts, each checked against its hash but those that were `checked` a moment ago: a damaged one is
 * never read. Throws SH_DATA_EXPIRED.
 */
export async function checkedParts(
  app: App,
  parts: readonly Part[],
  checked: ReadonlySet<string> = new Set(),
): Promise<PartFile[]> {
  refuseExpired(
    app,
    parts.map((part) => part.part_id as Sha256),
  );
  const files = parts.map((part) => ({
    part,
    parquetPath: join(app.paths.part(part.part_id as Sha256), 'part.parquet'),
  }));
  for (const { part, parquetPath } of files)
    if (!checked.has(part.part_id))
      await checkFile('The Parquet file of a part', parquetPath, part.parquet_sha256);
  return files;
}

const wholeParts = keptWhileUnchanged<void>();

/**
 * The parts, each checked against its hash, but not again in this process while its file stays as it was: for rows that
 * are shown. What a run, a recomputation, a verification or an export reads is checked each time. Throws SH_DATA_EXPIRED.
 */
export async function partsToShow(app: App, parts: readonly Part[]): Promise<ReadonlySet<string>> {
  const ids = parts.map((part) => part.part_id as Sha256);
  refuseExpired(app, ids);
  for (const { part_id, parquet_sha256 } of parts) {
    const path = join(app.paths.part(part_id as Sha256), 'part.parquet');
    await wholeParts(
      path,
      async () => [path],
      () => checkFile('The Parquet file of a part', path, parquet_sha256),
    );
  }
  return new Set(ids);
}

/** Compares a file with its recorded hash. Throws SH_INTEGRITY_MISMATCH or SH_INTEGRITY_MISSING. */
export async function checkFile(what: string, path: string, expected: string): Promise<void> {
  try {
    const found = await hashFile(path);
    if (found !== expected) throw new HarnessError('SH_INTEGRITY_MISMATCH', { what, path, expected, found });
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) throw new HarnessError('SH_INTEGRITY_MISSING', { what, path });
    throw error;
  }
}

export interface OpenVersionOptions {
  readonly memoryBytes: number;
  readonly uncountedBytes?: number;
  readonly threads: number;
  /** Which rows; all of them, if left out. */
  readonly coverage?: Coverage;
  readonly chunkRows?: number;
  /** Many questions will be asked. */
  readonly manyQuestions?: boolean;
  /** Parts whose hashes need not be checked again. */
  readonly checked?: ReadonlySet<string>;
  /** Answers of earlier runs; closed with the dataset. */
  readonly answers?: AnswerStore & { close(): Promise<void> };
  /** Use what was found out when the roles were inferred. */
  readonly useFacts?: boolean;
}

/** A new folder for what DuckDB writes in between; whoever asked for it removes it. */
export async function duckDbFolder({ paths }: Pick<App, 'paths'>): Promise<string> {
  await ensureDirectory(paths.temporary);
  return mkdtemp(join(paths.temporary, 'duckdb-'));
}

/** Rows that DuckDB gives to a thread at least: those of a row group. With more threads than that some would only wait. */
const ROWS_PER_THREAD = 122_880;

function threadsFor(parts: readonly Part[], allowed: number): number {
  const groups = parts.reduce((sum, part) => sum + Math.ceil(part.row_count / ROWS_PER_THREAD), 0);
  return Math.max(1, Math.min(allowed, groups));
}

/**
 * Opens a dataset version for queries, after its parts were checked. Its temporary folder goes when it is closed. Throws
 * SH_SAMPLE_CHANGED where a sample holds other rows than it did.
 */
export async function openVersion(
  app: App,
  version: DatasetVersion,
  parts: readonly Part[],
  options: OpenVersionOptions,
): Promise<Dataset> {
  const files = await checkedParts(app, parts, options.checked);
  const temporaryDirectory = await duckDbFolder(app);
  const letGo = async (): Promise<void> => {
    await options.answers?.close();
    await removeTree(temporaryDirectory);
  };
  const sample = options.coverage && sampleOf(options.coverage);
  const opened = await openDataset({
    parts: files,
    schema: version.schema,
    ...(sample && { sample }),
    temporaryDirectory,
    memoryBytes: options.memoryBytes,
    ...(options.uncountedBytes !== undefined && { uncountedBytes: options.uncountedBytes }),
    threads: threadsFor(parts, options.threads),
    ...(options.chunkRows !== undefined && { chunkRows: options.chunkRows }),
    ...(options.manyQuestions !== undefined && { manyQuestions: options.manyQuestions }),
    ...(options.answers && { answers: options.answers }),
    ...(options.useFacts === true && { known: await knownAnswers(app.paths, version) }),
  }).catch(async (error: unknown) => {
    await letGo();
    throw error;
  });
  const dataset = {
    ...opened,
    async close() {
      await opened.close();
      await letGo();
    },
  };
  if (options.coverage === undefined || dataset.rowCount === options.coverage.rows) return dataset;
  await dataset.close();
  const [expected, found] = [options.coverage.rows, dataset.rowCount];
  throw new HarnessError('SH_SAMPLE_CHANGED', { expected, found });
}
