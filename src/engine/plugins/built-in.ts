import { loadPlugins } from '../../plugin-host/index.ts';
import { pluginFolders } from '../built-in-plugins.ts';

/** The ids of the plugins that come with the engine. */
export async function builtInIds(): Promise<ReadonlySet<string>> {
  return new Set((await loadPlugins(pluginFolders([]))).map(({ manifest }) => manifest.id));
}
