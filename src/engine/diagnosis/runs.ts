import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, type Run } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import { checkChain } from '../check-chain.ts';
import { checkInputRecords } from '../check-inputs.ts';
import { checkRun } from '../check-run.ts';
import type { Damage } from '../damage.ts';
import { compareRunFolders } from '../run-folders.ts';
import { type Findings, findings, together, type Warning } from './findings.ts';

/** Told how many runs of how many were looked at. */
export type OnRuns = (done: number, all: number) => void;

/** Whether every listed run has its folder and every folder is listed; in full, everything about each run. */
export async function examineRuns(
  app: Appdata,
  runs: readonly Run[],
  { full, onRuns }: { readonly full: boolean; readonly onRuns: OnRuns },
): Promise<Findings> {
  const { unknown } = await compareRunFolders(app);
  const finished = runs.filter((run) => run.manifest_sha256 !== null);
  const gone = finished.filter((run) => !existsSync(folderOf(app, run)));
  const warnings = unknown.map((id) => unlisted(app, id));
  const found = [findings({ warnings, damages: gone.map((run) => goneFolder(app, run)) })];
  if (full) {
    const there = finished.filter((run) => !gone.includes(run));
    for (const [index, run] of there.entries()) {
      onRuns(index, there.length);
      found.push(await examineRun(app, run));
    }
    found.push(findings({ damages: checkChain(app, finished, []) }));
  }
  return together(found);
}

/** Files, records and inputs' records of one run; the inputs' files are looked at once for all runs. */
async function examineRun(app: Appdata, run: Run): Promise<Findings> {
  const checked = await checkRun(whereItLies(app, run), run, { inputs: false, chain: false });
  const touches = touchesOf(run);
  const inputs = checked.manifest === null ? [] : checkInputRecords(app, checked.manifest, touches);
  return findings({ damages: [...checked.damages, ...inputs], files: checked.files });
}

/** The appdata as a run sees it that lies in the trash. */
function whereItLies(app: Appdata, run: Run): Appdata {
  return { ...app, paths: { ...app.paths, run: () => folderOf(app, run) } };
}

function folderOf({ paths }: Appdata, { run_id, deleted_at }: Run): string {
  return deleted_at === null ? paths.run(run_id) : paths.trashedRun(run_id);
}

function touchesOf({ run_id, dataset }: Run): readonly string[] {
  return [`run ${run_id}`, `dataset ${dataset}`];
}

function goneFolder(app: Appdata, run: Run): Damage {
  return {
    kind: 'file',
    what: 'The folder of a run',
    path: folderOf(app, run),
    expected: run.manifest_sha256,
    found: null,
    touches: touchesOf(run),
    repair: `Put the folder back from a copy, or run the analysis again and take this run out of the list: ${commandLine(['runs', 'delete', run.run_id], app.paths)}`,
  };
}

function unlisted({ paths }: Appdata, id: string): Warning {
  const sealed = existsSync(join(paths.run(id), 'run_manifest.json'));
  return sealed
    ? {
        text: `the run ${id} lies in ${paths.run(id)}, but the database does not list it: was an older backup restored?`,
        repair: `List it again, once it was found whole: ${commandLine(['runs', 'adopt', id], paths)}`,
      }
    : {
        text: `the folder ${paths.run(id)} is no finished run`,
        repair: 'Move it away: nothing that this program wrote leaves such a folder.',
      };
}
