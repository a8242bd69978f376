import { dirname, join } from 'node:path';
import {
  type AppPaths,
  canonicalJson,
  ensureDirectory,
  failPoint,
  hashFile,
  hexOf,
  isSystemError,
  randomId,
  readBytes,
  removeTree,
  renameDurably,
  type Sha256,
  sha256,
  writeFileAtomic,
} from '../base/index.ts';
import { check, PluginResult } from '../contract/index.ts';
import { copyWhole } from './copy-files.ts';

/** A finished execution that can be taken over. */
export interface CachedExecution {
  readonly result: PluginResult;
  readonly resultText: string;
  /** The run that executed it. */
  readonly runId: string;
  /** Folder with its artifacts. */
  readonly artifacts: string;
}

interface Entry {
  readonly run_id: string;
  readonly result_sha256: Sha256;
}

/**
 * The execution with this fingerprint, if it is kept and whole. Every file is checked against its hash; an entry
 * that is damaged counts as absent and is thrown away: it can be computed again.
 */
export async function cachedExecution(
  paths: AppPaths,
  fingerprint: Sha256,
): Promise<CachedExecution | undefined> {
  const folder = executionFolder(paths, fingerprint);
  try {
    const entry: unknown = JSON.parse(await readText(join(folder, 'entry.json')));
    const resultText = await readText(join(folder, 'result.json'));
    const checked = check(PluginResult, JSON.parse(resultText));
    if (
      isEntry(entry) &&
      checked.ok &&
      sha256(resultText) === entry.result_sha256 &&
      (await areWhole(folder, checked.value))
    ) {
      return { result: checked.value, resultText, runId: entry.run_id, artifacts: join(folder, 'artifacts') };
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  await removeTree(folder);
  return undefined;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  return 'run_id' in value && typeof value.run_id === 'string' && 'result_sha256' in value;
}

async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString('utf8');
}

async function areWhole(folder: string, result: PluginResult): Promise<boolean> {
  for (const artifact of result.artifacts) {
    if ((await hashFile(join(folder, 'artifacts', artifact.path))) !== artifact.sha256) return false;
  }
  return true;
}

/** Keeps a finished execution; it appears whole or not at all. */
export async function keepExecution(
  paths: AppPaths,
  fingerprint: Sha256,
  execution: { readonly runId: string; readonly resultText: string; readonly artifacts: string },
): Promise<void> {
  const folder = executionFolder(paths, fingerprint);
  const temporary = join(paths.temporary, `execution-${randomId()}`);
  const entry: Entry = { run_id: execution.runId, result_sha256: sha256(execution.resultText) };
  await ensureDirectory(temporary);
  try {
    await copyWhole(execution.artifacts, join(temporary, 'artifacts'));
    await writeFileAtomic(join(temporary, 'result.json'), execution.resultText);
    await writeFileAtomic(join(temporary, 'entry.json'), canonicalJson(entry));
    await ensureDirectory(dirname(folder));
    failPoint('execution.keeping', folder);
    await removeTree(folder);
    await renameDurably(temporary, folder);
    failPoint('execution.kept', folder);
  } finally {
    await removeTree(temporary);
  }
}

/** The types of the columns that a chunk's state depends on, by name. */
export type ColumnTypes = Readonly<Record<string, unknown>>;

/** The state of a chunk, and the run that computed it. */
export interface CachedChunk {
  readonly state: string;
  readonly runId: string;
}

/** The kept state of a chunk, if it is whole and the columns it depends on have the types they had then. */
export async function cachedChunk(
  paths: AppPaths,
  fingerprint: Sha256,
  types: ColumnTypes,
): Promise<CachedChunk | undefined> {
  try {
    const [hash = '', runId = '', dependsOn = '', state = ''] = (
      await readText(chunkFile(paths, fingerprint))
    ).split('\n');
    if (sha256(`${runId}\n${dependsOn}\n${state}`) !== hash) return undefined;
    const columns = Object.keys(JSON.parse(dependsOn) as ColumnTypes);
    return dependsOn === dependence(types, columns) ? { state, runId } : undefined;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Keeps the state of a chunk with the types of the columns it depends on, under the hash of all. */
export async function keepChunk(
  paths: AppPaths,
  fingerprint: Sha256,
  { state, runId }: CachedChunk,
  types: ColumnTypes,
  columns: readonly string[],
): Promise<void> {
  const file = chunkFile(paths, fingerprint);
  const content = `${runId}\n${dependence(types, columns)}\n${state}`;
  await ensureDirectory(dirname(file));
  await writeFileAtomic(file, `${sha256(content)}\n${content}`);
  failPoint('chunk.kept', file);
}

function dependence(types: ColumnTypes, columns: readonly string[]): string {
  return canonicalJson(Object.fromEntries(columns.map((column) => [column, types[column] ?? null])));
}

function executionFolder(paths: AppPaths, fingerprint: Sha256): string {
  return join(paths.cache, 'executions', hexOf(fingerprint).slice(0, 2), hexOf(fingerprint));
}

function chunkFile(paths: AppPaths, fingerprint: Sha256): string {
  return join(paths.cache, 'chunks', hexOf(fingerprint).slice(0, 2), hexOf(fingerprint));
}
