import { readManifests } from '../../plugin-host/index.ts';
import { pluginFolders } from '../built-in-plugins.ts';

/** The ids of the plugins that come with the engine. */
export async function builtInIds(): Promise<ReadonlySet<string>> {
  return new Set((await readManifests(pluginFolders([]))).map(({ id }) => id));
}
