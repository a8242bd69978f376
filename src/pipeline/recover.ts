import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AppPaths,
  type Clock,
  failPoint,
  HarnessError,
  isLeftBehind,
  isThere,
  moveDurably,
  removeTree,
  sizeAndAge,
  systemClock,
  temporaryOf,
} from '../base/index.ts';
import {
  abortOrphans,
  abortRun,
  currentOwner,
  describeOwner,
  isProcessAlive,
  type Owner,
  ownerState,
  type Run,
  type State,
} from '../state/index.ts';
import { adoptRun } from './adopt-run.ts';
import { setAside } from './set-aside.ts';
import { keepOnlyLogs } from './staging.ts';

/**
 * Cleans up after runs whose process died. One whose sealed folder lies in `runs/` was committed by that: it is
 * recorded, once every file was found whole. Of any other everything that it had made is thrown away, its logs and
 * journal stay in staging, and it reads ABORTED. In this order, so that dying half-way through it changes nothing; one
 * process at a time; while another run is under way, later. Returns the ids of those that are ABORTED.
 */
export async function recoverRuns(
  state: State,
  paths: AppPaths,
  clock: Clock = systemClock,
): Promise<readonly string[]> {
  const self = currentOwner();
  await removeLeftovers(paths, clock.now());
  if (deadRuns(state, self).length === 0) return [];
  const lock = { name: 'maintenance', owner: self, purpose: 'recovery' } as const;
  if (!state.locks.acquire(lock).acquired) return [];
  try {
    return await abortDeadRuns(state, paths, self);
  } finally {
    state.locks.release(lock);
  }
}

/**
 * Treats a run under way as dead on the operator's word, where its process can't be seen from here: its lock is taken
 * away, and it is settled like one whose process is seen to be dead. Throws SH_LOCK_HELD while another run is under way.
 */
export async function abandonRun(
  state: State,
  paths: AppPaths,
  run: Run,
  reason = `its process ${describeOwner(run.owner)} is gone, as the operator says`,
): Promise<void> {
  const held = state.locks.holder('run');
  if (held?.purpose === run.run_id)
    state.locks.release({ name: 'run', owner: held.owner, purpose: run.run_id });
  const lock = { name: 'maintenance', owner: currentOwner(), purpose: 'recovery' } as const;
  const answer = state.locks.acquire(lock);
  if (!answer.acquired) throw new HarnessError('SH_LOCK_HELD', { owner: describeOwner(answer.holder.owner) });
  try {
    await settle(state, paths, run.run_id);
    if (state.runs.get(run.run_id)?.manifest_sha256 === null) abortRun(state, run.run_id, reason);
  } finally {
    state.locks.release(lock);
  }
}

function deadRuns(state: State, self: Owner) {
  return state.runs.underWay().filter((run) => ownerState(run.owner, self, isProcessAlive) === 'dead');
}

async function abortDeadRuns(state: State, paths: AppPaths, self: Owner): Promise<readonly string[]> {
  for (const { run_id } of deadRuns(state, self)) {
    await settle(state, paths, run_id);
  }
  await removeTemporaries(paths.cache);
  return abortOrphans(state, self);
}

/** Files of the cache that were being written. Nobody else writes there now: the caller holds the lock. */
async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith('.tmp')) await removeTree(join(folder, name));
  }
}

/** Records a dead run that was sealed; of any other, only the logs stay. */
async function settle(state: State, paths: AppPaths, runId: string): Promise<void> {
  if (await isThere(join(paths.run(runId), 'run_manifest.json'))) await settleSealed(state, paths, runId);
  else await withdraw(paths, runId);
  await keepOnlyLogs(paths, runId);
}

/**
 * Records a sealed run. One that can't be recorded is set aside as it is, never thrown away: it may have been finished
 * and listed once, in a database that was replaced by an older copy.
 */
async function settleSealed(state: State, paths: AppPaths, runId: string): Promise<void> {
  const refusal = await adoptRun(state, paths, runId);
  if (refusal !== undefined) await setAside(state, paths, { run_id: runId, path: paths.run(runId) }, refusal);
}

/** Takes a run's folder back from `runs/`: what the database does not know as finished must not be seen there. */
async function withdraw(paths: AppPaths, runId: string): Promise<void> {
  if (!(await isThere(paths.run(runId)))) return;
  await removeTree(paths.stagedRun(runId));
  await moveDurably(paths.run(runId), paths.stagedRun(runId));
  failPoint('run.withdrawn', runId);
}

/** Throws away what processes that are gone left: spilled data, half-received uploads, half-made backups. */
async function removeLeftovers(paths: AppPaths, now: string): Promise<void> {
  const remove = async (mark: string, path: string): Promise<void> => {
    const { written } = await sizeAndAge(path);
    if (isLeftBehind(mark, { written, now })) await removeTree(path);
  };
  for (const name of await readdir(paths.backups)) {
    const temporary = temporaryOf(name);
    if (temporary !== undefined) await remove(temporary.mark, join(paths.backups, name));
  }
  for (const root of [dirname(paths.temporary), dirname(paths.quarantine)]) {
    for (const mark of await readdir(root)) await remove(mark, join(root, mark));
  }
}
