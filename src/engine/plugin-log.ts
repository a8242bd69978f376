import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, isThere, namesIn, redact } from '../base/index.ts';
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
    if (await isThere(log)) return { ...ended, log };
  }
  return ended;
}

/** What a plugin wrote into its log in a run, finished or not. Throws SH_RUN_UNKNOWN, SH_LOG_NONE. */
export async function readPluginLog(app: Appdata, id: string, pluginId: string): Promise<string> {
  const { run_id } = app.state.runs.find(id);
  for (const folder of [app.paths.run(run_id), app.paths.stagedRun(run_id)]) {
    const logs = join(folder, 'logs');
    // The name is one that lies there: a path from outside leads nowhere.
    const name = (await namesIn(logs)).find((found) => found === `${pluginId}.log`);
    if (name !== undefined) return redact(await readFile(join(logs, name), 'utf8'));
  }
  throw new HarnessError('SH_LOG_NONE', { plugin: pluginId, run: run_id });
}
