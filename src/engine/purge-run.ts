import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  copyTree,
  ensureDirectory,
  ensureDirectoryDurably,
  failPoint,
  isSystemError,
  randomId,
  removeTree,
  renameDurably,
  syncTree,
} from '../base/index.ts';
import { check, type ManifestArtifact, RunManifest } from '../contract/index.ts';
import type { Run } from '../state/index.ts';
import type { App } from './app.ts';
import { packFirst } from './pack-first.ts';
import { runEvent } from './run-trash.ts';

/**
 * Forgets a run in the trash for good. What stays: its link in the chain of manifests, its events, the records of its
 * uploads; and, where its plugins recommended artifacts for keeping, these with the manifest that proves them, in
 * `kept/<run id>`. The caller holds the maintenance lock.
 *
 * The order: pack, copy of what is kept, rows in one transaction, folder. A crash before the rows are gone leaves the run
 * in the trash; one after that, a folder that no row knows, which the next collection of garbage takes.
 */
export async function purgeRun(app: App, run: Run, packFolder: string | null): Promise<void> {
  const { run_id } = run;
  if (packFolder !== null && run.manifest_sha256 !== null) await packFirst(app, run, packFolder);
  await keepRecommended(app, run_id);
  app.state.transaction(() => {
    app.state.lineage.purge(run_id);
    app.state.runs.purge(run_id);
    runEvent(app.state, run_id, 'run.purged', { manifest_sha256: run.manifest_sha256 ?? '' });
  });
  failPoint('run.purged', run_id);
  await removeTree(app.paths.trashedRun(run_id));
}

/** Whether a plugin recommended a file of a run for keeping. */
export function isRecommended({ keep, producer }: ManifestArtifact): boolean {
  return keep && producer !== 'engine';
}

async function keepRecommended({ paths }: App, runId: string): Promise<void> {
  const from = paths.trashedRun(runId);
  const recommended = (await artifactsIn(from)).filter(isRecommended);
  if (recommended.length === 0) return;
  const work = join(paths.temporary, `kept-${randomId()}`);
  try {
    for (const path of ['run_manifest.json', ...recommended.map((artifact) => artifact.path)]) {
      const names = path.split('/');
      await ensureDirectory(dirname(join(work, ...names)));
      await copyTree(join(from, ...names), join(work, ...names));
    }
    await ensureDirectoryDurably(dirname(paths.keptRun(runId)));
    await removeTree(paths.keptRun(runId));
    await syncTree(work);
    await renameDurably(work, paths.keptRun(runId));
  } finally {
    await removeTree(work);
  }
}

/** The files of a run, as its manifest has them; none where it has no manifest that can be read. */
async function artifactsIn(folder: string): Promise<readonly ManifestArtifact[]> {
  try {
    const checked = check(RunManifest, JSON.parse(await readFile(join(folder, 'run_manifest.json'), 'utf8')));
    return checked.ok ? checked.value.artifacts : [];
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
