import { byCodePoint } from '../base/index.ts';
import type { Run } from '../state/index.ts';
import type { Appdata } from './app.ts';
import { runIdsIn } from './run-ids-in.ts';

/** Where the folders of runs and the list of runs do not agree. */
export interface RunFolders {
  /** Folders of runs that the database does not list as finished, by id. */
  readonly unknown: readonly string[];
  /** Runs that the database lists as finished and that have no folder. */
  readonly missing: readonly Run[];
}

export async function compareRunFolders(app: Appdata): Promise<RunFolders> {
  const folders = new Set(await runIdsIn(app.paths.runs));
  const finished = allRuns(app).filter((run) => run.manifest_sha256 !== null);
  const known = new Set(finished.map((run) => run.run_id));
  return {
    unknown: [...folders].filter((id) => !known.has(id)).sort(byCodePoint),
    missing: finished.filter((run) => !folders.has(run.run_id)),
  };
}

/** Every run, the newest first. */
export function allRuns(app: Appdata): readonly Run[] {
  return app.state.runs.list({ limit: Number.MAX_SAFE_INTEGER });
}
