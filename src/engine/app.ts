import { resolve } from 'node:path';
import { type AppPaths, appPaths, type Clock, defaultAppdata, systemClock } from '../base/index.ts';
import { recoverRuns } from '../pipeline/index.ts';
import { openState, type State } from '../state/index.ts';

/** An open appdata: what every use case works on. */
export interface App {
  readonly paths: AppPaths;
  readonly state: State;
  readonly clock: Clock;
  close(): void;
}

/** Opens an appdata folder, made if there is none, and cleans up after runs whose process died. */
export async function openApp(
  options: { readonly appdata?: string; readonly clock?: Clock } = {},
): Promise<App> {
  const clock = options.clock ?? systemClock;
  const paths = appPaths(resolve(options.appdata ?? defaultAppdata()));
  const state = openState(paths, { clock });
  try {
    await recoverRuns(state, paths);
  } catch (error) {
    state.close();
    throw error;
  }
  return { paths, state, clock, close: () => state.close() };
}
