import { HarnessError, nearest } from '../base/index.ts';
import type { PluginManifest } from '../contract/index.ts';
import { type LoadedPlugin, loadPlugins } from '../plugin-host/index.ts';
import { pluginFolders } from './built-in-plugins.ts';

/** A plugin as lists show it. */
export interface PluginEntry {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly type: string;
  readonly question: string;
  readonly claim: 'measured' | 'modeled';
  readonly code_sha256: string;
}

/** Every plugin, by id. */
export async function listPlugins(folders: readonly string[]): Promise<PluginEntry[]> {
  const plugins = await loadPlugins(pluginFolders(folders));
  return plugins.map(({ manifest, codeSha256 }) => ({
    id: manifest.id,
    version: manifest.version,
    title: manifest.title,
    type: manifest.type,
    question: manifest.question,
    claim: manifest.claim,
    code_sha256: codeSha256,
  }));
}

/** A plugin in every detail. */
export interface PluginDetails {
  readonly manifest: PluginManifest;
  readonly code_sha256: string;
  readonly manifest_sha256: string;
  readonly settings: readonly {
    readonly key: string;
    readonly default: string;
    readonly description: string;
  }[];
}

/** One plugin. Throws SH_PLUGIN_UNKNOWN with the nearest id. */
export async function showPlugin(id: string, folders: readonly string[]): Promise<PluginDetails> {
  const plugins = await loadPlugins(pluginFolders(folders));
  const found = plugins.find((plugin) => plugin.manifest.id === id);
  if (found === undefined) {
    const near =
      nearest(
        id,
        plugins.map((plugin) => plugin.manifest.id),
      ) ?? '';
    throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: near });
  }
  return {
    manifest: found.manifest,
    code_sha256: found.codeSha256,
    manifest_sha256: found.manifestSha256,
    settings: settingsOf(found),
  };
}

function settingsOf({ manifest }: LoadedPlugin): PluginDetails['settings'] {
  const properties = (manifest.config_schema['properties'] ?? {}) as Record<
    string,
    { default?: unknown; description?: string }
  >;
  return Object.entries(properties).map(([key, property]) => ({
    key,
    default: JSON.stringify(property.default) ?? '',
    description: property.description ?? '',
  }));
}
