import { dirname } from 'node:path';
import { byCodePoint, commandLine, HarnessError, nearest, type Sha256 } from '../../base/index.ts';
import { type LoadedPlugin, loadPlugins } from '../../plugin-host/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import { pluginFolders } from '../built-in-plugins.ts';
import { activeVersions, tryVersion } from './installed.ts';

/** The code that a run was planned with: of each plugin its hash. */
export type Pins = Readonly<Record<string, string>>;

/**
 * The plugins that a run may take, by id: the built-in ones, the active version of each that is installed, and those in
 * the folders that the operator names, which stand in the place of installed ones; none that is disabled. With `pins`, of
 * what is installed the versions of that code, as long as they are there, and nothing that was not there then. With
 * `needed`, one that is damaged and not among these ids is as if it were not there. Throws SH_PLUGIN_ALTERED,
 * SH_STATE_CORRUPT, and what loading does. Without an appdata nothing is installed.
 */
export async function runPlugins(
  app: Appdata | undefined,
  folders: readonly string[],
  { pins, needed }: { readonly pins?: Pins; readonly needed?: readonly string[] } = {},
): Promise<LoadedPlugin[]> {
  const inFolders = await folderPlugins(folders);
  if (app === undefined) return inFolders;
  refuseChangedRows(app);
  const taken = new Set(inFolders.map(({ manifest }) => manifest.id));
  const disabled = disabledPlugins(app);
  const rows = (pins === undefined ? activeVersions(app) : pinnedVersions(app, pins)).filter(
    ({ plugin_id }) => !taken.has(plugin_id) && !disabled.has(plugin_id),
  );
  const isNeeded = (id: string): boolean => needed === undefined || needed.includes(id);
  const installed = await Promise.all(
    rows.map(async (row) => {
      const found = await tryVersion(app, row);
      if (!(found instanceof HarnessError)) return [found];
      if (isNeeded(row.plugin_id)) throw found;
      return [];
    }),
  );
  return [...inFolders, ...installed.flat()]
    .filter(({ manifest }) => !disabled.has(manifest.id))
    .sort((a, b) => byCodePoint(a.manifest.id, b.manifest.id));
}

/** The plugins of folders: the built-in ones, and those that the operator named. */
export async function folderPlugins(folders: readonly string[]): Promise<LoadedPlugin[]> {
  const builtIn = pluginFolders([]);
  return (await loadPlugins(pluginFolders(folders))).map((plugin) => ({
    ...plugin,
    origin: { from: builtIn.includes(dirname(plugin.folder)) ? 'built-in' : 'folder' },
  }));
}

/** Nothing is executed by the word of a row that something else than this program has written. Throws SH_STATE_CORRUPT. */
function refuseChangedRows({ state }: Appdata): void {
  const ids = state.plugins.list().map(({ plugin_id }) => plugin_id);
  state.refuseChanged(
    ids.flatMap((value) =>
      ['plugins', 'plugin_versions'].map((table) => ({ table, column: 'plugin_id', value })),
    ),
  );
}

/** Of the plugins that a run may take, those with these ids; all, where none is named. Throws SH_PLUGIN_UNKNOWN, SH_PLUGIN_DISABLED. */
export async function namedPlugins(
  app: Appdata | undefined,
  folders: readonly string[],
  ids: readonly string[],
): Promise<LoadedPlugin[]> {
  const plugins = await runPlugins(app, folders, ids.length === 0 ? {} : { needed: ids });
  const known = plugins.map(({ manifest }) => manifest.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined)
    return plugins.filter(({ manifest }) => ids.length === 0 || ids.includes(manifest.id));
  const error = new HarnessError('SH_PLUGIN_UNKNOWN', {
    id: unknown,
    nearest: nearest(unknown, known) ?? '',
  });
  throw app === undefined ? error : asDisabled(error, app);
}

/** The versions of that code; where it is gone, the active one, so that what has changed can be said. */
function pinnedVersions(app: Appdata, pins: Pins): PluginVersion[] {
  const active = activeVersions(app).filter(({ plugin_id }) => Object.hasOwn(pins, plugin_id));
  return active.map(
    (row) =>
      app.state.plugins
        .versions(row.plugin_id)
        .find(({ code_sha256 }) => code_sha256 === pins[row.plugin_id]) ?? row,
  );
}

/** The ids of what the operator has disabled, built in or installed. */
export function disabledPlugins({ state }: Pick<Appdata, 'state'>): ReadonlySet<string> {
  return new Set(
    state.plugins
      .list()
      .filter(({ enabled }) => !enabled)
      .map(({ plugin_id }) => plugin_id),
  );
}

/** Where somebody asks for a plugin that is disabled, that is said, not that there is none. Otherwise the error as it is. */
export function asDisabled(error: unknown, app: Appdata): unknown {
  if (!(error instanceof HarnessError) || error.code !== 'SH_PLUGIN_UNKNOWN') return error;
  const { id } = (error as HarnessError<'SH_PLUGIN_UNKNOWN'>).parameters;
  if (!disabledPlugins(app).has(String(id))) return error;
  const enable = commandLine(['plugins', 'enable', String(id)], app.paths);
  return new HarnessError('SH_PLUGIN_DISABLED', { id, enable }, { cause: error });
}

/** How it came that a plugin is not as it was when a run was planned, as far as the registry knows; undefined otherwise. */
export function registryChange(app: Appdata, pins: Pins): string | undefined {
  const disabled = disabledPlugins(app);
  for (const [id, code] of Object.entries(pins)) {
    if (disabled.has(id)) return `the plugin ${id} is disabled since`;
    const versions = app.state.plugins.versions(id);
    if (versions.length === 0 || versions.some(({ code_sha256 }) => code_sha256 === code)) continue;
    const installed = versions.map(({ version }) => version).join(', ');
    return `the version of the plugin ${id} that it was planned with (${code as Sha256}) is not installed any more; installed: ${installed}`;
  }
  return undefined;
}
