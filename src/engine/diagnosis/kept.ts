import { dirname, join } from 'node:path';
import type { AppPaths } from '../../base/index.ts';
import type { State } from '../../state/index.ts';
import { fileDamage } from '../check-folder.ts';
import { isRecommended } from '../purge-run.ts';
import { runIdsIn } from '../run-ids-in.ts';
import { type Findings, findings, together } from './findings.ts';
import { examineFolder } from './without-database.ts';

/** What was kept of purged runs: the manifest that the chain knows, where there is a database, and the files that it names. */
export async function examineKept(paths: AppPaths, state: State | undefined): Promise<Findings> {
  const ids = await runIdsIn(dirname(paths.keptRun('x')));
  return together(await Promise.all(ids.map((id) => examineOne(paths.keptRun(id), id, state))));
}

async function examineOne(folder: string, id: string, state: State | undefined): Promise<Findings> {
  const sealed = state?.chain.ofRun(id)?.manifest_sha256;
  const path = join(folder, 'run_manifest.json');
  const changed =
    sealed === undefined ? undefined : await fileDamage(path, { sha256: sealed }, [`run ${id}`]);
  const found =
    changed === undefined
      ? await examineFolder(folder, id, isRecommended)
      : findings({ damages: [changed], files: 1 });
  const repair = `Put it back from a copy or a repro pack of the run, which was purged. Nothing else rests on it: ${folder} can also be deleted.`;
  return { ...found, damages: found.damages.map((damage) => ({ ...damage, repair })) };
}
