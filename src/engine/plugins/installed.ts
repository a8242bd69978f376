import { existsSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { commandLine, HarnessError } from '../../base/index.ts';
import { type AlteredFile, type LoadedPlugin, loadInstalled } from '../../plugin-host/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { App, Appdata } from '../app.ts';

/** Loads an installed version, once all its files were found as they were installed. Throws SH_PLUGIN_ALTERED. */
export async function loadVersion({ paths }: Pick<App, 'paths'>, row: PluginVersion): Promise<LoadedPlugin> {
  const { plugin_id: id, version, bundle_sha256 } = row;
  const { plugin, altered } = await loadInstalled(paths.plugin(id, version), row.document);
  if (plugin !== undefined) return { ...plugin, origin: { from: 'installed', bundle_sha256 } };
  const [first] = altered;
  const path = first?.path ?? paths.plugin(id, version);
  const what = whatHappened(first?.found ?? null);
  throw new HarnessError('SH_PLUGIN_ALTERED', { id, version, path, what, ...repairsOf({ paths }, row) });
}

/** An installed version, or the error that says why it can't be loaded. */
export async function tryVersion(
  app: Pick<App, 'paths'>,
  row: PluginVersion,
): Promise<LoadedPlugin | HarnessError> {
  try {
    return await loadVersion(app, row);
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
}

/** To a file, by what is there now. */
export function whatHappened(found: string | null): string {
  return found === null ? 'is gone' : 'was changed';
}

/** Which files of an installed version are not as they were installed. */
export async function alteredFiles(
  { paths }: Pick<App, 'paths'>,
  { plugin_id, version, document }: PluginVersion,
): Promise<readonly AlteredFile[]> {
  return (await loadInstalled(paths.plugin(plugin_id, version), document)).altered ?? [];
}

/** The commands that help where an installed version is damaged. */
export function repairsOf(
  { paths }: Pick<App, 'paths'>,
  { plugin_id, version, source, bundle_sha256 }: PluginVersion,
): { readonly install: string; readonly remove: string; readonly disable: string } {
  const isThere = existsSync(source) && !isBelow(paths.plugins, source);
  const install = commandLine(['plugins', 'install', isThere ? source : 'FILE'], paths);
  const which = `, where FILE is the bundle with ${bundle_sha256}, which is not where it was`;
  return {
    install: isThere ? install : `${install}${which}`,
    remove: commandLine(['plugins', 'remove', plugin_id, '--version', version], paths),
    disable: commandLine(['plugins', 'disable', plugin_id], paths),
  };
}

/** Whether a path lies in a folder: a plugin is not put back from the place where it was damaged. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}

/** The versions of a plugin that are installed, in words. */
export function installedText({ state }: Pick<App, 'state'>, id: string): string {
  return state.plugins
    .versions(id)
    .map(({ version }) => version)
    .join(', ');
}

/** The active version of each installed plugin, by id. */
export function activeVersions({ state }: Pick<Appdata, 'state'>): PluginVersion[] {
  return state.plugins
    .list()
    .flatMap(({ plugin_id, active_version }) =>
      active_version === null ? [] : (state.plugins.version(plugin_id, active_version) ?? []),
    );
}
