import { join } from 'node:path';
import { byCodePoint, namesIn } from '../../base/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { Appdata } from '../app.ts';
import type { PluginPlace } from './place-plugin.ts';

/** Where the folders of installed plugins and the list of them do not agree. */
export interface PluginFolders {
  /** Folders that no row knows: of an installation after a backup that was restored, or that another program held open. */
  readonly unknown: readonly (PluginPlace & { readonly path: string })[];
  /** Versions that are listed and have no folder. */
  readonly missing: readonly PluginVersion[];
}

export async function comparePluginFolders({ paths, state }: Appdata): Promise<PluginFolders> {
  const ids = (await namesIn(paths.plugins)).sort(byCodePoint);
  const places = await Promise.all(
    ids.map(async (id) =>
      (await namesIn(join(paths.plugins, id))).sort(byCodePoint).map((version) => ({
        ...{ id, version, path: paths.plugin(id, version) },
      })),
    ),
  );
  const found = places.flat();
  const there = new Set(found.map(({ path }) => path));
  return {
    unknown: found.filter(({ id, version }) => state.plugins.version(id, version) === undefined),
    missing: state.plugins
      .versions()
      .filter(({ plugin_id, version }) => !there.has(paths.plugin(plugin_id, version))),
  };
}
