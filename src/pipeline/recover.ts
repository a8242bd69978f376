import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppPaths, ensureDirectory, removeTree, syncDirectory } from '../base/index.ts';
import { abortOrphans, currentOwner, type State } from '../state/index.ts';
import { keepOnlyLogs } from './staging.ts';

/**
 * Cleans up after runs whose process died: they read ABORTED, their logs stay in staging, and everything else that
 * they had made is thrown away, a sealed folder whose commit never came included. Returns their ids.
 */
export async function recoverRuns(state: State, paths: AppPaths): Promise<readonly string[]> {
  const aborted = abortOrphans(state, currentOwner());
  for (const runId of aborted) {
    await withdraw(paths, runId);
    await keepOnlyLogs(paths, runId);
  }
  return aborted;
}

/** Takes a run's folder back from `runs/`: what the database does not know as finished must not be seen there. */
async function withdraw(paths: AppPaths, runId: string): Promise<void> {
  const found = await stat(paths.run(runId)).catch(() => undefined);
  if (found === undefined) return;
  await ensureDirectory(paths.staging);
  await removeTree(paths.stagedRun(runId));
  await rename(paths.run(runId), paths.stagedRun(runId));
  await syncDirectory(join(paths.runs));
}
