import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type AppPaths, appPaths, defaultAppdata, HarnessError, systemClock } from '../base/index.ts';
import { abandonRun } from '../pipeline/index.ts';
import { newestGoodBackup, restoreState } from '../state/index.ts';
import { type App, type AppOptions, withApp } from './app.ts';
import { comparePluginFolders } from './plugins/plugin-folders.ts';
import { compareRunFolders } from './run-folders.ts';

/** What `restore --json` prints. */
export interface Restoration {
  readonly schema_version: 'restoration.v1';
  readonly restored: string;
  /** Where the database that was replaced lies now; null where there was none. */
  readonly replaced: string | null;
  /** How many runs the restored database lists. */
  readonly runs: number;
  /** Runs whose folders are there, made after the backup: the restored database does not list them as finished. */
  readonly unknown_runs: readonly string[];
  /** Runs that the restored database lists, whose folders are gone. */
  readonly missing_runs: readonly string[];
  /** Folders of plugins that were installed after the backup: the restored database does not know them, and no run takes them. */
  readonly unknown_plugins: readonly string[];
  /** Installed plugins, `ID VERSION`, that the restored database lists and whose folders are gone. */
  readonly missing_plugins: readonly string[];
}

export interface RestoreRequest extends AppOptions {
  /** A file, the name of one in the backups folder, or `latest`: the newest backup that is whole. */
  readonly backup: string;
}

/**
 * Puts a backup in the place of the state database, once it was checked; what was there is kept. The folders of runs
 * and datasets are not touched: nothing is adopted and nothing is thrown away. Errors: SH_BACKUP_NONE,
 * SH_BACKUP_DAMAGED, SH_APPDATA_IN_USE, SH_INPUT_NOT_FOUND, SH_STATE_TOO_NEW.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Restoration> {
  const paths = appPaths(resolve(request.appdata ?? defaultAppdata()));
  const restored = backupCalled(request.backup, paths);
  const { replaced, under_way } = restoreState(paths, restored, {
    clock: request.clock ?? systemClock,
    anyDrive: request.anyDrive === true,
  });
  return withApp(request, async (app) => {
    await settleRuns(app, under_way);
    const { unknown, missing } = await compareRunFolders(app);
    const plugins = await comparePluginFolders(app);
    return {
      schema_version: 'restoration.v1',
      restored,
      replaced,
      runs: app.state.runs.list({ limit: Number.MAX_SAFE_INTEGER }).length,
      unknown_runs: unknown,
      missing_runs: missing.map((run) => run.run_id),
      unknown_plugins: plugins.unknown.map(({ path }) => path),
      missing_plugins: plugins.missing.map(({ plugin_id, version }) => `${plugin_id} ${version}`),
    };
  });
}

/**
 * Ends what was under way when the backup was made, also where the process of it can't be seen from here: nobody had
 * the appdata open when it was restored. A run that finished later is recorded from its sealed folder.
 */
async function settleRuns({ state, paths }: App, ids: readonly string[]): Promise<void> {
  const { underWay } = state.runs;
  for (const run of underWay().filter(({ run_id }) => ids.includes(run_id))) {
    await abandonRun(
      state,
      paths,
      run,
      'an older copy of the database was restored, in which it was under way',
    );
  }
}

function backupCalled(name: string, paths: AppPaths): string {
  if (name === 'latest') {
    const newest = newestGoodBackup(paths);
    if (newest === undefined) throw new HarnessError('SH_BACKUP_NONE', { path: paths.backups });
    return newest.path;
  }
  const among = join(paths.backups, name);
  return !existsSync(resolve(name)) && existsSync(among) ? among : resolve(name);
}
