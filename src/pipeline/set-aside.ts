import { type AppPaths, failPoint, isThere, moveDurably, randomId } from '../base/index.ts';
import type { State } from '../state/index.ts';
import type { RunFolder } from './unlisted-runs.ts';

/** Moves the folder of a run that can't be listed to `lost-found/` as it is, and says so. Returns where it lies now. */
export async function setAside(
  state: State,
  paths: AppPaths,
  { run_id, path }: Pick<RunFolder, 'run_id' | 'path'>,
  reason: string,
): Promise<string> {
  let target = paths.setAside(run_id);
  for (let attempt = 2; await isThere(target); attempt++) target = `${paths.setAside(run_id)}-${attempt}`;
  await moveDurably(path, target);
  failPoint('run.set_aside', run_id);
  // Not among the run's own events: those are sealed, and come back from its folder when it is listed.
  state.events.append({
    correlation_id: randomId(),
    kind: 'run.set_aside',
    subject_kind: 'run',
    subject_id: run_id,
    data: { reason },
  });
  return target;
}
