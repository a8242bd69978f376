import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appdata } from './app.ts';

/** A plugin that did not end well, with its log where it wrote one: the place to look for why. */
export async function withLog<T extends object>(
  app: Appdata,
  runId: string,
  pluginId: string,
  ended: T,
): Promise<T & { readonly log?: string }> {
  for (const folder of [app.paths.run(runId), app.paths.stagedRun(runId)]) {
    const log = join(folder, 'logs', `${pluginId}.log`);
    if (await exists(log)) return { ...ended, log };
  }
  return ended;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
