import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AppPaths, byCodePoint, isSystemError, namesIn, type Sha256, sha256 } from '../base/index.ts';
import { check, RunManifest } from '../contract/index.ts';
import type { State } from '../state/index.ts';

/** The folder of a run, by what it says of itself. */
export interface RunFolder {
  readonly run_id: string;
  readonly path: string;
  /** Whether a manifest is there: then it was finished once. */
  readonly sealed: boolean;
  /** The manifest; undefined where it is not that of this run, or can't be read. */
  readonly manifest: RunManifest | undefined;
  readonly manifestSha256: Sha256 | undefined;
}

const RUN = /^([0-9a-f]{32})(-\d+)?$/;

/** The folders of runs in `runs/` and in the trash that the database does not list as finished, by id. */
export async function unlistedRuns(state: State, paths: AppPaths): Promise<readonly RunFolder[]> {
  const found = [...(await foldersIn(paths.runs)), ...(await foldersIn(dirname(paths.trashedRun('x'))))];
  // One that was purged has left its link.
  const unlisted = found.filter(
    ({ run_id }) =>
      (state.runs.get(run_id)?.manifest_sha256 ?? null) === null && state.chain.ofRun(run_id) === undefined,
  );
  return Promise.all(unlisted.map(lookAt));
}

/** The runs that were set aside because they could not be listed, by id. */
export async function setAsideRuns(paths: AppPaths): Promise<readonly RunFolder[]> {
  return Promise.all((await foldersIn(dirname(paths.setAside('x')))).map(lookAt));
}

/** Those that follow the newest manifest of the chain, one another, in that order: they can be listed again if they are whole. */
export function followersOf(head: Sha256 | null, runs: readonly RunFolder[]): readonly RunFolder[] {
  const next = runs.find(({ manifest }) => manifest?.previous_manifest_sha256 === head);
  if (next?.manifestSha256 === undefined) return [];
  const others = runs.filter((run) => run !== next);
  return [next, ...followersOf(next.manifestSha256, others)];
}

type Found = Pick<RunFolder, 'run_id' | 'path'>;

async function foldersIn(folder: string): Promise<readonly Found[]> {
  const names = (await namesIn(folder)).sort(byCodePoint);
  return names.flatMap((name) => {
    const run_id = RUN.exec(name)?.[1];
    return run_id === undefined ? [] : [{ run_id, path: join(folder, name) }];
  });
}

async function lookAt(found: Found): Promise<RunFolder> {
  const bytes = await readFile(join(found.path, 'run_manifest.json')).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  });
  const manifest = bytes === undefined ? undefined : manifestIn(bytes);
  const isOwn = manifest?.run_id === found.run_id;
  return {
    ...found,
    sealed: bytes !== undefined,
    manifest: isOwn ? manifest : undefined,
    manifestSha256: bytes === undefined ? undefined : sha256(bytes),
  };
}

function manifestIn(bytes: Buffer): RunManifest | undefined {
  try {
    const checked = check(RunManifest, JSON.parse(bytes.toString('utf8')));
    return checked.ok ? checked.value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
