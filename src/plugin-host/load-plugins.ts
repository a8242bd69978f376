import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodePoint, HarnessError, hashJson, isSystemError, nearest, type Sha256 } from '../base/index.ts';
import { pluginCodeHash } from '../bundle/index.ts';
import { type PluginManifest, type PluginOrigin, PluginOutput } from '../contract/index.ts';
import { bundlePlugin } from './bundle-plugin.ts';
import { findIrregular } from './find-irregular.ts';
import { madeBefore } from './made-before.ts';
import { invalid, readManifest } from './read-manifest.ts';

/** A plugin that can be planned and executed. */
export interface LoadedPlugin {
  readonly manifest: PluginManifest;
  readonly folder: string;
  /** Where its code came from, as far as the caller knows. */
  readonly origin?: PluginOrigin;
  /** One ES module. */
  readonly bundle: string;
  /** Of the bundle and the manifest together. */
  readonly codeSha256: Sha256;
  readonly manifestSha256: Sha256;
  readonly configSchemaSha256: Sha256;
  readonly outputSchemaSha256: Sha256;
}

/**
 * Loads the plugins in some folders, each of which holds plugin folders (those with a `plugin.json`), sorted by id;
 * `ids` picks some of them. Throws SH_PLUGIN_MANIFEST_INVALID (also for an id that is there twice),
 * SH_PLUGIN_LOAD_FAILED, SH_PLUGIN_UNKNOWN, SH_PLUGIN_FOLDER_UNUSABLE.
 */
export async function loadPlugins(
  folders: readonly string[],
  ids?: readonly string[],
): Promise<LoadedPlugin[]> {
  const found = await findPlugins(folders);
  for (const id of ids ?? []) {
    const known = found.map(({ manifest }) => manifest.id);
    if (known.includes(id)) continue;
    throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: nearest(id, known) ?? '' });
  }
  const wanted = found.filter(({ manifest }) => ids === undefined || ids.includes(manifest.id));
  return Promise.all(wanted.map(loadPlugin));
}

/** What the plugins in some folders say of themselves, by id, without their code. Throws as `loadPlugins` does. */
export async function readManifests(folders: readonly string[]): Promise<PluginManifest[]> {
  return (await findPlugins(folders)).map(({ manifest }) => manifest);
}

/** Loads the plugin that lies in one folder. Throws SH_PLUGIN_MANIFEST_INVALID, SH_PLUGIN_LOAD_FAILED. */
export async function loadPluginFolder(folder: string): Promise<LoadedPlugin> {
  return loadPlugin({ folder, manifest: await readManifest(folder) });
}

interface Found {
  readonly folder: string;
  readonly manifest: PluginManifest;
}

async function findPlugins(folders: readonly string[]): Promise<Found[]> {
  const candidates = (await Promise.all(folders.map(pluginFolders))).flat();
  const found = await Promise.all(
    candidates.map(async (folder) => ({ folder, manifest: await readManifest(folder) })),
  );
  found.sort((a, b) => byCodePoint(a.manifest.id, b.manifest.id));
  for (const [i, { folder, manifest }] of found.entries()) {
    const other = found[i - 1];
    if (other?.manifest.id !== manifest.id) continue;
    throw invalid(folder, [
      { path: 'id', message: `"${manifest.id}" is taken by the plugin in ${other.folder}` },
    ]);
  }
  return found;
}

/** The plugin folders in a folder. Throws SH_PLUGIN_FOLDER_UNUSABLE where there is none. */
async function pluginFolders(folder: string): Promise<string[]> {
  const names = await entriesOf(folder);
  if (names.includes('plugin.json')) {
    throw new HarnessError('SH_PLUGIN_FOLDER_UNUSABLE', { path: folder, reason: 'it is a plugin itself' });
  }
  const holds = await Promise.all(names.map((name) => holdsManifest(join(folder, name))));
  const found = names.filter((_, i) => holds[i]);
  if (found.length === 0) {
    throw new HarnessError('SH_PLUGIN_FOLDER_UNUSABLE', {
      path: folder,
      reason: 'none of its folders has a plugin.json',
    });
  }
  return found.map((name) => join(folder, name));
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort(byCodePoint);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    throw new HarnessError('SH_PLUGIN_FOLDER_UNUSABLE', {
      path: folder,
      reason: 'it is no folder that can be read',
    });
  }
}

async function holdsManifest(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).includes('plugin.json');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

async function loadPlugin({ folder, manifest }: Found): Promise<LoadedPlugin> {
  const irregular = await findIrregular(folder);
  if (irregular !== undefined) {
    const reason = `${irregular} is a symbolic link, or something else that is no plain file`;
    throw new HarnessError('SH_PLUGIN_LOAD_FAILED', { id: manifest.id, reason });
  }
  const real = await realpath(folder);
  const bundle = await madeBefore(manifest.id, real, () =>
    bundlePlugin(manifest.id, real, manifest.entrypoint),
  );
  return loadedPlugin(manifest, folder, bundle);
}

const OUTPUT_SCHEMA_SHA256 = hashJson(PluginOutput);

/** A plugin that lies in a folder, with its code as it is executed. */
export function loadedPlugin(manifest: PluginManifest, folder: string, bundle: string): LoadedPlugin {
  return {
    manifest,
    folder,
    bundle,
    codeSha256: pluginCodeHash(bundle, manifest),
    manifestSha256: hashJson(manifest),
    configSchemaSha256: hashJson(manifest.config_schema),
    outputSchemaSha256: OUTPUT_SCHEMA_SHA256,
  };
}
