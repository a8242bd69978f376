import { commandLine, HarnessError } from '../../base/index.ts';
import type { PluginManifest } from '../../contract/index.ts';
import { dependencyOrder } from '../../pipeline/index.ts';
import { readManifests } from '../../plugin-host/index.ts';
import type { App } from '../app.ts';
import { pluginFolders } from '../built-in-plugins.ts';
import { activeVersions, tryVersion } from './installed.ts';
import { disabledPlugins } from './run-plugins.ts';

/** What a plugin depends on. */
export type Depending = Pick<PluginManifest, 'id' | 'depends_on'>;

/**
 * The plugins that runs take as things are: the built-in ones and the active versions, none that is disabled. What is
 * damaged counts as depending on nothing, so that it does not keep others from being changed.
 */
export async function activeGraph(app: App): Promise<readonly Depending[]> {
  const disabled = disabledPlugins(app);
  const installed = await Promise.all(
    activeVersions(app).map(async (row): Promise<Depending> => {
      const found = await tryVersion(app, row);
      return found instanceof HarnessError ? { id: row.plugin_id, depends_on: [] } : found.manifest;
    }),
  );
  const all = [...(await readManifests(pluginFolders([]))), ...installed];
  return all.filter(({ id }) => !disabled.has(id));
}

/**
 * Refuses to let plugins run that then couldn't: what they require would be missing, or they would depend on each other in
 * a circle. Throws SH_PLAN_MISSING_DEPENDENCY, SH_PLAN_CYCLE.
 */
export async function refuseBrokenGraph(app: App, changed: readonly Depending[]): Promise<void> {
  const ids = new Set(changed.map(({ id }) => id));
  const graph = [...(await activeGraph(app)).filter(({ id }) => !ids.has(id)), ...changed];
  for (const { id, depends_on } of changed)
    for (const { id: missing, required } of depends_on)
      if (required && !graph.some((one) => one.id === missing)) throw missingError(app, id, missing);
  dependencyOrder(reachable(changed, graph));
}

function missingError(app: App, id: string, missing: string): HarnessError {
  const isDisabled = disabledPlugins(app).has(missing);
  const advice = isDisabled
    ? `First let ${missing} run: ${commandLine(['plugins', 'enable', missing], app.paths)}`
    : `Install ${missing} first, or both with one command.`;
  const why = isDisabled ? 'disabled' : 'not installed';
  return new HarnessError('SH_PLAN_MISSING_DEPENDENCY', { id, missing, why, advice });
}

/** Some plugins with all that they depend on: a circle that they have no part in is none of theirs. */
function reachable(from: readonly Depending[], graph: readonly Depending[]): Depending[] {
  const all = new Set(from);
  for (const { depends_on } of all)
    for (const one of graph) if (depends_on.some(({ id }) => id === one.id)) all.add(one);
  return [...all];
}
