import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type AppPaths, appPaths, defaultAppdata, HarnessError, systemClock } from '../base/index.ts';
import { type LayerState, layerStates } from '../plugin-host/index.ts';
import { changedRowsIn, repairOf } from '../state/index.ts';
import { type App, type AppOptions, withApp } from './app.ts';
import type { Damage } from './damage.ts';
import { examineBackups, type NewestBackup } from './diagnosis/backups.ts';
import { damagesOfRows, examineDatabase } from './diagnosis/database.ts';
import { type DriveFacts, examineDrive } from './diagnosis/drive.ts';
import { type Findings, findings, together, type Warning } from './diagnosis/findings.ts';
import { examineKept } from './diagnosis/kept.ts';
import { examineLeftovers, type UnderWay } from './diagnosis/leftovers.ts';
import { examinePlugins } from './diagnosis/plugins.ts';
import { examineRuns } from './diagnosis/runs.ts';
import { examineStore } from './diagnosis/store.ts';
import { UNKNOWN_USAGE, usageOf } from './diagnosis/usage.ts';
import { examineFolders } from './diagnosis/without-database.ts';
import type { ProgressEvent } from './progress-event.ts';

/** What `doctor --json` prints. */
export interface Diagnosis {
  readonly schema_version: 'diagnosis.v1';
  /** True where nothing is damaged. */
  readonly ok: boolean;
  /** Whether every byte was compared, or only what can be seen at a glance. */
  readonly full: boolean;
  readonly appdata: string;
  readonly damages: readonly Damage[];
  readonly warnings: readonly Warning[];
  /** How many files were compared with what was recorded of them. */
  readonly files_checked: number;
  /** How many runs are listed; null where the database can't be read. */
  readonly runs: number | null;
  readonly newest_backup: NewestBackup | null;
  readonly drive: DriveFacts;
  readonly under_way: readonly UnderWay[];
  /** Each layer between plugins and this machine, in force or not. */
  readonly sandbox: readonly LayerState[];
}

export interface DiagnoseRequest extends AppOptions {
  readonly full: boolean;
  onProgress(event: ProgressEvent): void;
}

/**
 * Looks an appdata over: what is damaged, which runs and datasets that touches, and the repair. Works without the
 * database too, where that is what is damaged. Changes nothing but what every start tidies up.
 */
export async function diagnose(request: DiagnoseRequest): Promise<Diagnosis> {
  try {
    return await withApp(request, (app) => diagnoseApp(app, request));
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'SH_STATE_CORRUPT') throw error;
    const paths = appPaths(resolve(request.appdata ?? defaultAppdata()));
    return diagnoseFiles(paths, request, error as HarnessError<'SH_STATE_CORRUPT'>);
  }
}

/** The same for an appdata that is open. */
export async function diagnoseApp(app: App, request: DiagnoseRequest): Promise<Diagnosis> {
  const { full } = request;
  const { state, paths } = app;
  const all = { limit: Number.MAX_SAFE_INTEGER };
  const runs = [...state.runs.list(all), ...state.runs.list({ ...all, deleted: true })];
  const usage = usageOf(state, runs);
  const finished = runs.some((run) => run.manifest_sha256 !== null);
  stage(request, 'looking at backups and drive');
  const backups = examineBackups(app, { full, hasRuns: finished });
  const leftovers = await examineLeftovers(app);
  stage(request, full ? 'comparing the records' : 'looking at the records');
  const database = full ? examineDatabase(app, usage) : findings({ files: 1 });
  stage(request, full ? 'comparing the store' : 'looking at the store');
  const onFiles = counting(request, 'comparing the store');
  const store = await examineStore(paths, { state, usage }, { full, onFiles });
  stage(request, full ? 'comparing the runs' : 'looking at the runs');
  const onRuns = counting(request, 'comparing the runs');
  const folders = await examineRuns(app, runs, { full, onRuns });
  const kept = full ? await examineKept(paths, state) : findings({});
  const plugins = await examinePlugins(app);
  return summary(request, paths, {
    found: [database, store, folders, kept, plugins, backups, leftovers],
    runs: runs.filter((run) => run.deleted_at === null).length,
    newest: backups.newest,
    underWay: leftovers.under_way,
  });
}

/** What can be said where the database is damaged: that, what helps, and whether the files are whole. */
async function diagnoseFiles(
  paths: AppPaths,
  request: DiagnoseRequest,
  error: HarnessError<'SH_STATE_CORRUPT'>,
): Promise<Diagnosis> {
  const { full } = request;
  const repair = repairOf(paths);
  const damage: Damage = {
    kind: 'file',
    what: 'The state database',
    path: paths.state,
    expected: 'a whole database',
    found: existsSync(paths.state) ? String(error.parameters.reason) : null,
    touches: ['every run', 'every dataset'],
    repair,
  };
  const backups = examineBackups({ paths, clock: request.clock ?? systemClock }, { full, hasRuns: true });
  const rows = damagesOfRows(changedRowsIn(paths), UNKNOWN_USAGE, repair);
  const found = [findings({ damages: [damage, ...rows], files: 1 }), backups];
  if (full) {
    stage(request, 'comparing the store');
    found.push(
      await examineStore(paths, undefined, { full, onFiles: counting(request, 'comparing the store') }),
    );
    stage(request, 'comparing the runs');
    found.push(await examineFolders(paths, counting(request, 'comparing the runs')));
    found.push(await examineKept(paths, undefined));
  }
  return summary(request, paths, { found, runs: null, newest: backups.newest, underWay: [] });
}

async function summary(
  { full }: DiagnoseRequest,
  paths: AppPaths,
  from: {
    readonly found: readonly Findings[];
    readonly runs: number | null;
    readonly newest: NewestBackup | null;
    readonly underWay: readonly UnderWay[];
  },
): Promise<Diagnosis> {
  const drive = examineDrive(paths);
  const { damages, warnings, files } = together([...from.found, drive]);
  return {
    schema_version: 'diagnosis.v1',
    ok: damages.length === 0,
    full,
    appdata: paths.root,
    damages,
    warnings,
    files_checked: files,
    runs: from.runs,
    newest_backup: from.newest,
    drive: drive.drive,
    under_way: from.underWay,
    sandbox: await layerStates(),
  };
}

function stage(request: DiagnoseRequest, text: string): void {
  request.onProgress({ kind: 'stage', stage: text });
}

function counting(request: DiagnoseRequest, stageText: string) {
  return (done: number, all: number): void =>
    request.onProgress({ kind: 'rows', stage: `${stageText} (${done} of ${all})`, rows: done });
}
