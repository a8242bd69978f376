import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AppPaths,
  ensureDirectory,
  failPoint,
  removeTree,
  renameDurably,
  syncDirectory,
} from '../base/index.ts';
import {
  abortOrphans,
  currentOwner,
  isProcessAlive,
  type Owner,
  ownerState,
  type State,
} from '../state/index.ts';
import { keepOnlyLogs } from './staging.ts';

/**
 * Cleans up after runs whose process died: everything that they had made is thrown away, a sealed folder whose commit
 * never came included; their logs and journal stay in staging; and they read ABORTED. In this order, so that dying
 * half-way through it changes nothing; one process at a time; while another run is under way, later. Returns their ids.
 */
export async function recoverRuns(state: State, paths: AppPaths): Promise<readonly string[]> {
  const self = currentOwner();
  await removeLeftovers(paths, self);
  if (deadRuns(state, self).length === 0) return [];
  const lock = { name: 'maintenance', owner: self, purpose: 'recovery' } as const;
  if (!state.locks.acquire(lock).acquired) return [];
  try {
    return await abortDeadRuns(state, paths, self);
  } finally {
    state.locks.release(lock);
  }
}

function deadRuns(state: State, self: Owner) {
  return state.runs.underWay().filter((run) => ownerState(run.owner, self, isProcessAlive) === 'dead');
}

async function abortDeadRuns(state: State, paths: AppPaths, self: Owner): Promise<readonly string[]> {
  for (const { run_id } of deadRuns(state, self)) {
    await withdraw(paths, run_id);
    await keepOnlyLogs(paths, run_id);
  }
  return abortOrphans(state, self);
}

/** Takes a run's folder back from `runs/`: what the database does not know as finished must not be seen there. */
async function withdraw(paths: AppPaths, runId: string): Promise<void> {
  const found = await stat(paths.run(runId)).catch(() => undefined);
  if (found === undefined) return;
  await ensureDirectory(paths.staging);
  await removeTree(paths.stagedRun(runId));
  await renameDurably(paths.run(runId), paths.stagedRun(runId));
  await syncDirectory(paths.runs);
  failPoint('run.withdrawn', runId);
}

/** Throws away what processes that are gone left in their folders: spilled data, half-received uploads. */
async function removeLeftovers(paths: AppPaths, self: Owner): Promise<void> {
  for (const root of [dirname(paths.temporary), dirname(paths.quarantine)]) {
    for (const name of await readdir(root)) {
      const owner = { ...self, pid: Number(name), process_start: 'unknown' };
      if (/^[1-9]\d*$/.test(name) && !isProcessAlive(owner)) await removeTree(join(root, name));
    }
  }
}
