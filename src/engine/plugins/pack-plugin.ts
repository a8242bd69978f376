import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HarnessError, hashFile, isSystemError, type Sha256 } from '../../base/index.ts';
import { MANIFEST, makeBundle, README } from '../../bundle/index.ts';
import { type PluginBundle, type PluginManifest, unsetSettings } from '../../contract/index.ts';
import { writeArchive } from '../../pack/index.ts';
import { engineVersion } from '../../pipeline/index.ts';
import { checkModule, loadPluginFolder } from '../../plugin-host/index.ts';
import { programRoot } from '../built-in-plugins.ts';
import { asUnusable, refuseOutFile } from '../out-file.ts';
import { builtInIds } from './built-in.ts';
import { readBundleFile } from './read-bundle.ts';
import { refuseUnfitDefaults } from './refuse-defaults.ts';

export interface PackPluginRequest {
  readonly folder: string;
  /** Where to write the bundle; its own name in the current folder, where it is left out. */
  readonly out?: string;
  readonly overwrite: boolean;
}

/** What `plugins pack --json` prints. */
export interface PackedPlugin {
  readonly schema_version: 'plugin_packed.v1';
  readonly path: string;
  /** Of the whole file: the same for the same plugin, wherever and whenever it is packed. */
  readonly sha256: Sha256;
  readonly contents: PluginBundle;
  /** What its author should look at. */
  readonly warnings: readonly string[];
}

/**
 * Writes the plugin in a folder as one file that can be mailed and installed, and reads it back before it gets its name.
 * Throws SH_PLUGIN_MANIFEST_INVALID, SH_PLUGIN_LOAD_FAILED, SH_BUNDLE_REFUSED, SH_OUT_FILE_….
 */
export async function packPlugin(request: PackPluginRequest): Promise<PackedPlugin> {
  const folder = resolve(request.folder);
  const plugin = await loadPluginFolder(folder);
  const { id, version } = plugin.manifest;
  const path = resolve(request.out ?? `${id}-${version}.shplugin.zip`);
  refuseOutFile(path, request);
  refuseUnfitDefaults(plugin.manifest);
  if ((await builtInIds()).has(id))
    throw new HarnessError('SH_PLUGIN_BUILT_IN', { id, reason: 'no bundle can take its id' });
  await checkModule(id, plugin.bundle);
  const members = makeBundle({
    manifest: plugin.manifest,
    manifestBytes: await readFile(join(folder, MANIFEST)),
    code: plugin.bundle,
    readme: await readmeOf(folder),
    madeWith: await engineVersion(programRoot()),
  });
  let contents: PluginBundle | undefined;
  try {
    await writeArchive(path, members, async (temporary) => {
      contents = (await readBundleFile(temporary, path)).document;
    });
  } catch (error) {
    throw asUnusable(error, path);
  }
  if (contents === undefined) throw new Error('a bundle was written without being read back');
  if (contents.code_sha256 !== plugin.codeSha256)
    throw new HarnessError('SH_BUNDLE_REFUSED', { path, reason: 'the plugin changed while it was packed' });
  return {
    ...{ schema_version: 'plugin_packed.v1', path, sha256: await hashFile(path), contents },
    warnings: unsetWarnings(plugin.manifest),
  };
}

/** A setting without a default is missing in a run that does not set it. */
function unsetWarnings({ id, config_schema }: PluginManifest): string[] {
  const unset = unsetSettings(config_schema);
  if (unset.length === 0) return [];
  return [
    `${id} has settings without a default, which it has to do without where nobody sets them: ${unset.join(', ')}`,
  ];
}

async function readmeOf(folder: string): Promise<Buffer | undefined> {
  try {
    return await readFile(join(folder, README));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
