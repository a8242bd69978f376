import { resolve } from 'node:path';
import {
  type AppPaths,
  appPaths,
  asFileError,
  type Clock,
  defaultAppdata,
  systemClock,
} from '../base/index.ts';
import { recoverRuns } from '../pipeline/index.ts';
import { driveWarning, openState, type State, withRepair } from '../state/index.ts';
import { settlePlugins } from './plugins/place-plugin.ts';
import { settleTrash } from './settle-trash.ts';

/** An open appdata: what every use case works on. */
export interface App {
  readonly paths: AppPaths;
  readonly state: State;
  readonly clock: Clock;
  /** What the operator should know about where the appdata lies. */
  readonly warnings: readonly string[];
  close(): void;
}

/** What is stored in an appdata: its files and its records. */
export type Appdata = Pick<App, 'paths' | 'state'>;

export interface AppOptions {
  readonly appdata?: string;
  readonly clock?: Clock;
  /** Uses an appdata on a drive whose locks can't be trusted all the same. */
  readonly anyDrive?: boolean;
  /** False: an appdata that is not there is an error, and nothing is made. */
  readonly create?: boolean;
}

/**
 * Opens an appdata for one use case. A database that turns out to be damaged is refused with the
 * repair it has; a failure of the disk is told as one.
 */
export async function withApp<T>(options: AppOptions, use: (app: App) => Promise<T>): Promise<T> {
  const app = await openApp(options);
  try {
    return await use(app);
  } catch (error) {
    throw asFileError(withRepair(error, app.paths));
  } finally {
    app.close();
  }
}

/** Opens an appdata folder, made if there is none, unless told not to; cleans up after runs whose process died. */
export async function openApp(options: AppOptions = {}): Promise<App> {
  const clock = options.clock ?? systemClock;
  const paths = appPaths(resolve(options.appdata ?? defaultAppdata()));
  const { anyDrive = false, create = true } = options;
  const state = openState(paths, { clock, anyDrive, create });
  try {
    await recoverRuns(state, paths, clock);
    await settleTrash({ state, paths });
    await settlePlugins({ state, paths });
  } catch (error) {
    state.close();
    throw asFileError(withRepair(error, paths));
  }
  const warning = driveWarning(paths.root);
  return {
    paths,
    state,
    clock,
    warnings: warning === undefined ? [] : [warning],
    close: () => state.close(),
  };
}
