import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { commandLine } from '../../base/index.ts';
import { followersOf, type RunFolder, setAsideRuns, unlistedRuns } from '../../pipeline/index.ts';
import type { Run } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import { checkChain } from '../check-chain.ts';
import { checkInputRecords } from '../check-inputs.ts';
import { checkRun } from '../check-run.ts';
import { type Damage, withCommands } from '../damage.ts';
import { whyNotTheRun } from '../set-aside-run.ts';
import { type Findings, findings, type OnRuns, together, type Warning } from './findings.ts';

/** Whether every listed run has its folder and every folder is listed; in full, everything about each run. */
export async function examineRuns(
  app: Appdata,
  runs: readonly Run[],
  { full, onRuns }: { readonly full: boolean; readonly onRuns: OnRuns },
): Promise<Findings> {
  const finished = runs.filter((run) => run.manifest_sha256 !== null);
  const gone = finished.filter((run) => !existsSync(folderOf(app, run)));
  const [lost, forgotten] = [gone.filter(isListed), gone.filter((run) => !isListed(run))];
  const warnings = [...(await unlisted(app)), ...forgotten.map((run) => goneFromTrash(app, run))];
  const aside = lost.length === 0 ? [] : await setAsideRuns(app.paths);
  const damages = await Promise.all(lost.map((run) => goneFolder(app, run, aside)));
  const found = [findings({ warnings, damages })];
  if (full) {
    const there = finished.filter((run) => !gone.includes(run));
    for (const [index, run] of there.entries()) {
      onRuns(index, there.length);
      found.push(await examineRun(app, run));
    }
    found.push(findings({ damages: withCommands(checkChain(app, finished, []), app.paths) }));
  }
  return together(found);
}

/** Files, records and inputs' records of one run; the inputs' files are looked at once for all runs. */
async function examineRun(app: Appdata, run: Run): Promise<Findings> {
  const checked = await checkRun(whereItLies(app, run), run, {
    ...{ inputs: false, chain: false },
    // All rows are looked at once.
    rows: false,
  });
  const touches = touchesOf(run);
  const inputs = checked.manifest === null ? [] : checkInputRecords(app, checked.manifest, touches);
  const damages = [...checked.damages, ...withCommands(inputs, app.paths)];
  return findings({ damages, files: checked.files });
}

/** The appdata as a run sees it that lies in the trash. */
function whereItLies(app: Appdata, run: Run): Appdata {
  return { ...app, paths: { ...app.paths, run: () => folderOf(app, run) } };
}

function folderOf({ paths }: Pick<Appdata, 'paths'>, { run_id, deleted_at }: Run): string {
  return deleted_at === null ? paths.run(run_id) : paths.trashedRun(run_id);
}

function touchesOf({ run_id, dataset }: Run): readonly string[] {
  return [`run ${run_id}`, `dataset ${dataset}`];
}

async function goneFolder({ paths }: Appdata, run: Run, aside: readonly RunFolder[]): Promise<Damage> {
  return {
    kind: 'file',
    what: 'The folder of a run',
    path: folderOf({ paths }, run),
    expected: run.manifest_sha256,
    found: null,
    touches: touchesOf(run),
    repair: await repairOfGone({ paths }, run, aside),
  };
}

/** One that was set aside is taken back, once it is whole. */
async function repairOfGone(
  { paths }: Pick<Appdata, 'paths'>,
  { run_id, manifest_sha256 }: Run,
  aside: readonly RunFolder[],
): Promise<string> {
  const folders = aside.filter((folder) => folder.run_id === run_id);
  const reasons = await Promise.all(folders.map((folder) => whyNotTheRun(folder, manifest_sha256)));
  const which = Math.max(0, reasons.indexOf(undefined));
  const [folder, reason] = [folders[which], reasons[which]];
  const forget = `Or run the analysis again, and take this run out of the list: ${commandLine(['runs', 'delete', run_id], paths)}`;
  if (folder === undefined) return `Put the folder back from a copy. ${forget}`;
  const adopt = commandLine(['runs', 'adopt', basename(folder.path)], paths);
  if (reason === undefined) return `It was set aside, and is taken back with: ${adopt}`;
  return (
    `It was set aside, and is damaged: ${reason}\nPut that right from a copy or a repro pack of the run, and take it back with: ${adopt}\n` +
    forget
  );
}

function isListed({ deleted_at }: Run): boolean {
  return deleted_at === null;
}

/** No damage: of a run that was deleted, nothing has to stay. */
function goneFromTrash({ paths }: Appdata, { run_id }: Run): Warning {
  return {
    text: `the folder of the run ${run_id} in the trash is gone: it can not be taken back`,
    repair: `Nothing: it is forgotten when its grace time is over, by ${commandLine(['gc'], paths)}`,
  };
}

/** What the next run lists again: one warning, however many they are. */
function unlistedInOrder(
  following: readonly { readonly run_id: string; readonly path: string }[],
  paths: Appdata['paths'],
): Warning[] {
  const [first, ...more] = following;
  if (first === undefined) return [];
  const { run_id, path } = first;
  if (more.length === 0)
    return [
      {
        text: `the run ${run_id} lies in ${path}, but the database does not list it: was an older backup restored?`,
        repair: `The next run lists it again, once it was found whole. So does: ${commandLine(['runs', 'adopt', run_id], paths)}`,
      },
    ];
  return [
    {
      text: `${following.length} runs lie in ${paths.runs}, but the database does not list them: was an older backup restored?`,
      repair: `The next run lists them again, once they were found whole. So does: ${commandLine(['runs', 'adopt'], paths)}`,
    },
  ];
}

/** Runs that the database does not list, in the order in which they can be listed again. */
async function unlisted({ state, paths }: Appdata): Promise<readonly Warning[]> {
  const runs = await unlistedRuns(state, paths);
  const following = followersOf(state.chain.head()?.manifest_sha256 ?? null, runs);
  const others = runs.filter((run) => !following.includes(run) && run.path === paths.run(run.run_id));
  return [
    ...unlistedInOrder(following, paths),
    ...others.map(({ run_id, path, sealed }) => ({
      text: sealed
        ? `the run ${run_id} lies in ${path}, and can not be listed: in the chain of manifests another run has its place, or its manifest is damaged`
        : `the folder ${path} is no finished run`,
      repair: `Its files can be read and checked as they are. Set it aside: ${commandLine(['runs', 'adopt', '--apart', run_id], paths)}`,
    })),
  ];
}
