import { basename } from 'node:path';
import { randomId, removeTree, sizeAndAge } from '../base/index.ts';
import { type RunFolder, setAsideRuns } from '../pipeline/index.ts';
import { namedAmong } from './adopt-runs.ts';
import type { App } from './app.ts';
import type { Damage } from './damage.ts';
import { examineFolder } from './diagnosis/without-database.ts';

/** What `runs lost --json` prints. */
export interface LostRuns {
  readonly schema_version: 'lost_runs.v1';
  readonly runs: readonly LostRun[];
  /** Names of the folders that were removed just now. */
  readonly removed: readonly string[];
}

/** A run that was set aside because it could not be listed, as its own manifest has it. */
export interface LostRun {
  /** Of its folder: the id, with a number behind it where there are several. */
  readonly name: string;
  readonly path: string;
  readonly dataset: string | null;
  readonly created_at: string | null;
  readonly findings: number | null;
  readonly bytes: number;
  /** What is not as its manifest says; where there is none, it is whole. */
  readonly damages: readonly Damage[];
}

/** What lies in `lost-found/`, each folder compared with its own manifest. */
export async function lostRuns({ paths }: App): Promise<LostRuns> {
  const runs = await setAsideRuns(paths);
  return { schema_version: 'lost_runs.v1', runs: await Promise.all(runs.map(lookAt)), removed: [] };
}

async function lookAt({ run_id, path, manifest }: RunFolder): Promise<LostRun> {
  const { damages } = await examineFolder(path, run_id);
  return {
    name: basename(path),
    path,
    dataset: manifest?.dataset.name ?? null,
    created_at: manifest?.created_at ?? null,
    findings: manifest?.results.findings ?? null,
    bytes: (await sizeAndAge(path)).bytes,
    damages,
  };
}

/** Removes runs that were set aside, for good. Errors: SH_RUN_UNKNOWN, SH_ID_AMBIGUOUS. */
export async function removeLostRuns(app: App, names: readonly string[]): Promise<LostRuns> {
  const chosen = namedAmong(await setAsideRuns(app.paths), names);
  for (const { run_id, path } of chosen) {
    const about = { kind: 'run.discarded', subject_kind: 'run', subject_id: run_id, data: { path } };
    app.state.events.append({ correlation_id: randomId(), ...about });
    await removeTree(path);
  }
  return { ...(await lostRuns(app)), removed: chosen.map(({ path }) => basename(path)) };
}
