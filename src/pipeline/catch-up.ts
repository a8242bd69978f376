import { type AppPaths, commandLine, HarnessError } from '../base/index.ts';
import type { State } from '../state/index.ts';
import { adoptRun } from './adopt-run.ts';
import { followersOf, unlistedRuns } from './unlisted-runs.ts';

/**
 * Lists the runs again that the database does not know, because an older backup took its place, and that follow the
 * newest manifest of the chain: the next run would take the place of the first of them, and none could be listed any
 * more. The caller holds a lock. Throws SH_RUN_UNLISTED where one of them can't be listed.
 */
export async function catchUp(
  state: State,
  paths: AppPaths,
  onListed: (runId: string) => void,
): Promise<void> {
  const unlisted = await unlistedRuns(state, paths);
  const refuse = (run: { readonly run_id: string; readonly path: string }, reason: string): HarnessError => {
    const command = commandLine(['runs', 'adopt', '--apart', run.run_id], paths);
    return new HarnessError('SH_RUN_UNLISTED', { id: run.run_id, path: run.path, reason, command });
  };
  for (const run of followersOf(state.chain.head()?.manifest_sha256 ?? null, unlisted)) {
    const reason = await adoptRun(state, paths, run.run_id, run.path);
    if (reason !== undefined) throw refuse(run, reason);
    onListed(run.run_id);
  }
  const unreadable = unlisted.find(({ sealed, manifest }) => sealed && manifest === undefined);
  if (unreadable !== undefined) throw refuse(unreadable, 'its manifest can not be read');
}
