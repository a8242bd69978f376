import { dirname } from 'node:path';
import { type AppPaths, failPoint, isSystemError, isThere, moveDurably } from '../base/index.ts';
import type { Run, State } from '../state/index.ts';
import { runIdsIn } from './run-ids-in.ts';

/**
 * Moves every run's folder to where its row says that it belongs; not by the word of a row that something else than this
 * program has changed. Doing it again, or by two at once, changes nothing.
 */
export async function settleTrash({
  paths,
  state,
}: {
  readonly paths: AppPaths;
  readonly state: State;
}): Promise<void> {
  const isOurs = ({ run_id }: Run): boolean =>
    state.changedRows({ table: 'runs', column: 'run_id', value: run_id }).length === 0;
  for (const run of state.runs.list({ deleted: true, limit: Number.MAX_SAFE_INTEGER })) {
    const [from, to] = [listedFolder(paths, run), paths.trashedRun(run.run_id)];
    if ((await mayMove(from, to)) && isOurs(run)) await moveFolder(from, to);
  }
  for (const id of await trashedIds(paths)) {
    const run = state.runs.get(id);
    if (run?.deleted_at !== null) continue;
    const [from, to] = [paths.trashedRun(id), listedFolder(paths, run)];
    if ((await mayMove(from, to)) && isOurs(run)) await moveFolder(from, to);
  }
}

async function mayMove(from: string, to: string): Promise<boolean> {
  return (await isThere(from)) && !(await isThere(to));
}

/** Where the folder of a run lies as long as nobody deletes it: one without a result has its logs in staging. */
function listedFolder(paths: AppPaths, run: Run): string {
  return run.manifest_sha256 === null ? paths.stagedRun(run.run_id) : paths.run(run.run_id);
}

/** The runs that have a folder in the trash. */
export async function trashedIds(paths: AppPaths): Promise<string[]> {
  return runIdsIn(dirname(paths.trashedRun('x')));
}

async function moveFolder(from: string, to: string): Promise<void> {
  failPoint('run.moving', to);
  try {
    await moveDurably(from, to);
  } catch (error) {
    // Another process was first.
    if (!isSystemError(error, 'ENOENT') || !(await isThere(to))) throw error;
  }
  failPoint('run.moved', to);
}
