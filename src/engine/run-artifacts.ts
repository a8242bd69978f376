import { readFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import {
  ensureDirectory,
  HarnessError,
  hexOf,
  isSystemError,
  removeTemporariesOf,
  type Sha256,
  sha256,
  writeFileAtomic,
} from '../base/index.ts';
import type { ManifestArtifact, RunManifest } from '../contract/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { fileDamage } from './check-folder.ts';
import { type Damage, withCommands } from './damage.ts';
import { asUnusable, refuseOutFile } from './out-file.ts';
import { finishedRun, readManifest } from './read-run.ts';

/** A file of a run as it is shown: what was recorded of it, once its bytes were looked at. */
export interface ShownArtifact extends ManifestArtifact {
  /** Null where its bytes are as recorded. */
  readonly damage: Damage | null;
}

/** What `runs artifacts --json` prints. */
export interface RunArtifacts {
  readonly schema_version: 'run_artifacts.v1';
  readonly run_id: string;
  readonly ok: boolean;
  readonly artifacts: readonly ShownArtifact[];
}

/** Every file of a finished run with path, hash, size, media type and producer, each checked against its hash first. */
export async function listArtifacts(app: App, id: string): Promise<RunArtifacts> {
  const run = finishedRun(app, id);
  const manifest = await readManifest(app, run);
  const touches = [`run ${run.run_id}`, `dataset ${run.dataset}`];
  const artifacts = await Promise.all(
    manifest.artifacts.map(async (artifact) => {
      const damage = await fileDamage(pathOf(app, manifest, artifact.path), artifact, touches);
      const [shown = null] = withCommands(damage === undefined ? [] : [damage], app.paths, run.run_id);
      return { ...artifact, damage: shown };
    }),
  );
  const ok = artifacts.every(({ damage }) => damage === null);
  return { schema_version: 'run_artifacts.v1', run_id: run.run_id, ok, artifacts };
}

/** What `runs artifacts --save --json` prints. */
export interface SavedArtifact {
  readonly schema_version: 'saved_artifact.v1';
  readonly run_id: string;
  readonly artifact: ManifestArtifact;
  readonly path: string;
}

/**
 * Copies one file of a run into a folder, once its bytes are as recorded. Its name there carries the run and the hash, so
 * that it can be told later where it came from. Throws SH_ENTITY_UNKNOWN, SH_INTEGRITY_…, SH_OUT_FILE_….
 */
export async function saveArtifact(
  app: App,
  id: string,
  request: { readonly artifact: string; readonly folder: string; readonly overwrite: boolean },
): Promise<SavedArtifact> {
  const { run_id, artifact, name, bytes } = await readArtifact(app, id, request.artifact);
  const path = join(resolve(request.folder), name);
  refuseOutFile(path, request);
  try {
    await ensureDirectory(resolve(request.folder));
    await removeTemporariesOf(path);
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw asUnusable(error, path);
  }
  return { schema_version: 'saved_artifact.v1', run_id, artifact, path };
}

/** A file of a run whose bytes are as recorded. */
export interface CheckedArtifact {
  readonly run_id: string;
  readonly artifact: ManifestArtifact;
  /** What it is called outside of the run. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The manifest of a run, by its name among the artifacts, which does not list itself. */
const MANIFEST = 'run_manifest.json';

/** One file of a run, by its path as the manifest lists it. Throws SH_ENTITY_UNKNOWN, SH_INTEGRITY_…. */
export async function readArtifact(app: App, id: string, path: string): Promise<CheckedArtifact> {
  const run = finishedRun(app, id);
  const manifest = await readManifest(app, run);
  const artifact = [...manifest.artifacts, manifestOf(run)].find((listed) => listed.path === path);
  if (artifact === undefined) {
    const known = manifest.artifacts.map((listed) => listed.path).join(', ');
    throw new HarnessError('SH_ENTITY_UNKNOWN', { id: path, run: run.run_id, known });
  }
  const bytes = await checkedBytes(pathOf(app, manifest, artifact.path), artifact);
  return { run_id: run.run_id, artifact, name: downloadName(run.run_id, artifact), bytes };
}

function manifestOf({ manifest_sha256 }: Run): ManifestArtifact {
  const about = { media_type: 'application/json', producer: 'engine', keep: true };
  return { path: MANIFEST, sha256: manifest_sha256 ?? 'sha256:', bytes: 0, ...about };
}

/** `report-<run>-<hash>.html`: from the name alone it can be proven what it is. */
export function downloadName(
  runId: string,
  { path, sha256 }: Pick<ManifestArtifact, 'path' | 'sha256'>,
): string {
  const extension = extname(path);
  const stem = basename(path, extension);
  return `${stem}-${runId.slice(0, 8)}-${hexOf(sha256 as Sha256).slice(0, 8)}${extension}`;
}

function pathOf(app: App, manifest: RunManifest, path: string): string {
  return join(app.paths.run(manifest.run_id), ...path.split('/'));
}

/** The bytes that were hashed are the ones that are handed out. */
async function checkedBytes(path: string, { sha256: expected }: ManifestArtifact): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    const found = sha256(bytes);
    if (found === expected) return bytes;
    throw new HarnessError('SH_INTEGRITY_MISMATCH', { what: 'The file', path, expected, found });
  } catch (error) {
    if (isSystemError(error, 'ENOENT'))
      throw new HarnessError('SH_INTEGRITY_MISSING', { what: 'The file', path });
    throw error;
  }
}
