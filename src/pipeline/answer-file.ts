import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AppPaths,
  ensureDirectory,
  failPoint,
  hashJson,
  hexOf,
  isSystemError,
  removeTree,
  type Sha256,
  sha256,
} from '../base/index.ts';
import type { AnswerStore } from '../dataset/index.ts';
import type { EngineIdentity } from './engine-identity.ts';

/** Bytes of all answers about one dataset version; a full file takes no more, and starts anew when opened again. */
const MOST_BYTES = 128 * 2 ** 20;
/** Bytes of a single answer. */
const LARGEST_ANSWER = 8 * 2 ** 20;
/** Bytes of all files together; those written last are kept. */
const MOST_IN_ALL = 512 * 2 ** 20;
/** Before each answer: its key, its hash and its size in bytes. */
const HEADER = /^([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9]{10})\n/;
const HEADER_BYTES = 64 + 1 + 64 + 1 + 10 + 1;

/** Answers kept in a file, for one process at a time. */
export interface AnswerFile extends AnswerStore {
  close(): Promise<void>;
}

export interface AnswerFileOptions {
  /** Part of every key: an answer of another engine is no answer. */
  readonly engine: EngineIdentity;
  /** Take over what is there; else it is written anew. */
  readonly reuse: boolean;
}

interface Place {
  readonly at: number;
  readonly bytes: number;
  readonly hash: string;
}

/**
 * The answers about a dataset version that runs of this engine have left in `cache/answers/`. A rebuildable append-only
 * file: what is torn or altered has another hash and counts as absent, and what can't be written is not kept. It is
 * opened at the first question. The caller holds the run lock.
 */
export function answerFile(
  paths: AppPaths,
  datasetVersionId: string,
  { engine, reuse }: AnswerFileOptions,
): AnswerFile {
  const scope = hashJson({
    engine: engine.codeSha256,
    duckdb: engine.duckdb,
    dataset_version: datasetVersionId,
  });
  const folder = join(paths.cache, 'answers');
  let opened: Promise<Opened> | undefined;
  const openOnce = () => (opened ??= openIn(folder, hexOf(scope), reuse));
  const keyOf = (key: Sha256) => hexOf(hashJson({ scope, key }));
  return {
    get: async (key) => read(await openOnce(), keyOf(key)),
    put: async (key, answer) => append(await openOnce(), keyOf(key), answer),
    async close() {
      const last = await opened;
      await last?.writing;
      await last?.file.close();
    },
  };
}

interface Opened {
  readonly file: FileHandle;
  readonly places: Map<string, Place>;
  end: number;
  /** The last of the writes, which follow one another. */
  writing: Promise<void>;
}

async function openIn(folder: string, name: string, reuse: boolean): Promise<Opened> {
  await ensureDirectory(folder);
  await makeRoom(folder, name);
  const file = await openOrCreate(join(folder, name));
  const { places, end } = await readIndex(file, reuse);
  await file.truncate(end);
  return { file, places, end, writing: Promise.resolve() };
}

async function read({ file, places }: Opened, key: string): Promise<string | undefined> {
  const place = places.get(key);
  if (place === undefined) return undefined;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.at);
  const answer = buffer.toString('utf8', 0, bytesRead);
  if (hexOf(sha256(answer)) === place.hash) return answer;
  places.delete(key);
  return undefined;
}

async function append(to: Opened, key: string, answer: string): Promise<void> {
  to.writing = to.writing.then(() => appendNow(to, key, answer));
  await to.writing;
}

async function appendNow(to: Opened, key: string, answer: string): Promise<void> {
  const content = Buffer.from(answer);
  const size = HEADER_BYTES + content.length + 1;
  if (to.places.has(key) || content.length > LARGEST_ANSWER || to.end + size > MOST_BYTES) return;
  const hash = hexOf(sha256(answer));
  const header = Buffer.from(`${key} ${hash} ${String(content.length).padStart(10, '0')}\n`);
  try {
    failPoint('answer.appending');
    await to.file.write(Buffer.concat([header, content, Buffer.from('\n')]), 0, size, to.end);
  } catch (error) {
    if (!isSystemError(error, 'ENOSPC', 'EDQUOT', 'EFBIG', 'EIO')) throw error;
    return;
  }
  failPoint('answer.appended');
  to.places.set(key, { at: to.end + HEADER_BYTES, bytes: content.length, hash });
  to.end += size;
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    return open(path, 'w+');
  }
}

/** Where each answer lies, up to the first header that is none; the last of several with one key counts. */
async function readIndex(
  file: FileHandle,
  reuse: boolean,
): Promise<{ readonly places: Map<string, Place>; readonly end: number }> {
  const places = new Map<string, Place>();
  const { size } = await file.stat();
  if (!reuse || size > MOST_BYTES * 0.9) return { places, end: 0 };
  const block = Buffer.alloc(HEADER_BYTES);
  let end = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, HEADER_BYTES, end);
    const [, key, hash, length] = HEADER.exec(block.toString('latin1', 0, bytesRead)) ?? [];
    if (key === undefined || hash === undefined) break;
    const bytes = Number(length);
    const next = end + HEADER_BYTES + bytes + 1;
    if (next > size) break;
    places.set(key, { at: end + HEADER_BYTES, bytes, hash });
    end = next;
  }
  return { places, end };
}

/** Removes the files written longest ago until the rest is small enough; never the one that is about to be used. */
async function makeRoom(folder: string, own: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== own);
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), ...(await sizeAndAge(join(folder, name))) })),
  );
  let total = 0;
  for (const { path, size } of files.sort((a, b) => b.written - a.written)) {
    total += size;
    if (total > MOST_IN_ALL - MOST_BYTES) await removeTree(path);
  }
}

async function sizeAndAge(path: string): Promise<{ readonly size: number; readonly written: number }> {
  const { size, mtimeMs } = await stat(path);
  return { size, written: mtimeMs };
}
