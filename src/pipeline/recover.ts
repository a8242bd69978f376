import { rename, stat } from 'node:fs/promises';
import { type AppPaths, ensureDirectory, removeTree, syncDirectory } from '../base/index.ts';
import { abortOrphans, currentOwner, isProcessAlive, ownerState, type State } from '../state/index.ts';
import { keepOnlyLogs } from './staging.ts';

/**
 * Cleans up after runs whose process died: everything that they had made is thrown away, a sealed folder whose commit
 * never came included; their logs and journal stay in staging; and they read ABORTED. In this order, so that dying
 * half-way through it changes nothing. Returns their ids.
 */
export async function recoverRuns(state: State, paths: AppPaths): Promise<readonly string[]> {
  const self = currentOwner();
  const dead = state.runs.underWay().filter((run) => ownerState(run.owner, self, isProcessAlive) === 'dead');
  for (const { run_id } of dead) {
    await withdraw(paths, run_id);
    await keepOnlyLogs(paths, run_id);
  }
  return dead.length === 0 ? [] : abortOrphans(state, self);
}

/** Takes a run's folder back from `runs/`: what the database does not know as finished must not be seen there. */
async function withdraw(paths: AppPaths, runId: string): Promise<void> {
  const found = await stat(paths.run(runId)).catch(() => undefined);
  if (found === undefined) return;
  await ensureDirectory(paths.staging);
  await removeTree(paths.stagedRun(runId));
  await rename(paths.run(runId), paths.stagedRun(runId));
  await syncDirectory(paths.runs);
}
