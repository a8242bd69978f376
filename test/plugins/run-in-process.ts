import { join } from 'node:path';
import type { RoleBinding } from '../../src/contract/index.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import { type InProcess, type Loaded, runInProcess as run } from '../../src/testing/run-in-process.ts';
import { loadFolder } from '../../src/testing/run-plugin.ts';

export type { InProcess, Loaded };

/** Runs a built-in plugin, by its id, in this process. */
export async function runInProcess(
  pluginId: string,
  dataset: Dataset,
  roles: readonly RoleBinding[],
  settings: Readonly<Record<string, unknown>> = {},
  runSeed = '1',
): Promise<InProcess> {
  return runLoaded(await loadPlugin(pluginId), dataset, roles, settings, runSeed);
}

/** The same for a plugin that a test wrote itself. */
export function runLoaded(
  loaded: Loaded,
  dataset: Dataset,
  roles: readonly RoleBinding[],
  settings: Readonly<Record<string, unknown>> = {},
  runSeed = '1',
): Promise<InProcess> {
  return run(loaded, dataset, { roles, settings, runSeed });
}

export function loadPlugin(id: string): Promise<Loaded> {
  return loadFolder(join(import.meta.dirname, '../../plugins', id));
}
