import { join } from 'node:path';
import { byCodePoint, filesBelow, HarnessError, nearest } from '../../base/index.ts';
import type { PluginManifest } from '../../contract/index.ts';
import type { LoadedPlugin } from '../../plugin-host/index.ts';
import type { PluginVersion } from '../../state/index.ts';
import type { App } from '../app.ts';
import { pluginFolders } from '../built-in-plugins.ts';
import { keptWhileUnchanged } from '../kept-while-unchanged.ts';
import { allowedIn } from './allowed.ts';
import { type DeclaredCapability, declaredCapabilities } from './capabilities.ts';
import { activeVersions, tryVersion } from './installed.ts';
import { disabledPlugins, folderPlugins } from './run-plugins.ts';

/** A version that is installed. */
export interface VersionEntry {
  readonly version: string;
  /** Whether it is the one that runs take. */
  readonly active: boolean;
  readonly code_sha256: string;
  readonly bundle_sha256: string;
  readonly installed_at: string;
  /** The path that it was read from. */
  readonly source: string;
}

/** A plugin as lists show it. */
export interface PluginEntry {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly type: string;
  readonly question: string;
  /** What its question is about: the flow of a process log, the table as it is, or how columns go together. */
  readonly topic: 'process' | 'table' | 'columns';
  /** Null where it is damaged: then nothing is known of it but what the registry holds. */
  readonly claim: 'measured' | 'modeled' | null;
  readonly code_sha256: string;
  /** False: it is in no plan and never executed. */
  readonly enabled: boolean;
  readonly from: 'built-in' | 'installed' | 'folder';
  /** Why it can't be loaded; empty where it can. */
  readonly damaged: string;
  /** Where its files lie. */
  readonly folder: string;
  /** The installed versions, whether they count or not. */
  readonly versions: readonly VersionEntry[];
}

/** Every plugin, by id, also those that are disabled. Without an appdata nothing is installed. */
export async function listPlugins(app: App | undefined, folders: readonly string[]): Promise<PluginEntry[]> {
  const disabled = app === undefined ? new Set() : disabledPlugins(app);
  const { found, damaged } = await everyPlugin(app, folders);
  const entries = found.map((plugin) => ({
    id: plugin.manifest.id,
    version: plugin.manifest.version,
    title: plugin.manifest.title,
    type: plugin.manifest.type,
    question: plugin.manifest.question,
    topic: topicOf(plugin.manifest),
    claim: plugin.manifest.claim,
    code_sha256: plugin.codeSha256,
    from: fromOf(plugin),
    damaged: '',
    folder: plugin.folder,
  }));
  const broken = damaged.map(({ row, error, folder }) => ({
    ...{
      id: row.plugin_id,
      version: row.version,
      title: '',
      type: '',
      question: '',
      topic: 'table' as const,
      claim: null,
    },
    ...{ code_sha256: row.code_sha256, from: 'installed' as const, damaged: error.message, folder },
  }));
  return [...entries, ...broken]
    .map((entry) => ({ ...entry, enabled: !disabled.has(entry.id), versions: versionsOf(app, entry.id) }))
    .sort((a, b) => byCodePoint(a.id, b.id));
}

/** A plugin in every detail. */
export interface PluginDetails extends Pick<PluginEntry, 'enabled' | 'from' | 'folder' | 'versions'> {
  readonly manifest: PluginManifest;
  readonly code_sha256: string;
  readonly manifest_sha256: string;
  /** What it asks for, and how far that is granted here. */
  readonly capabilities: readonly DeclaredCapability[];
  readonly settings: readonly {
    readonly key: string;
    readonly default: string;
    readonly description: string;
  }[];
}

/** One plugin. Throws SH_PLUGIN_UNKNOWN with the nearest id, SH_PLUGIN_ALTERED. */
export async function showPlugin(
  app: App | undefined,
  id: string,
  folders: readonly string[],
): Promise<PluginDetails> {
  const { found: all, damaged } = await everyPlugin(app, folders);
  const broken = damaged.find(({ row }) => row.plugin_id === id);
  if (broken !== undefined) throw broken.error;
  const plugin = all.find(({ manifest }) => manifest.id === id);
  if (plugin === undefined) {
    const known = all.map(({ manifest }) => manifest.id);
    throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: nearest(id, known) ?? '' });
  }
  return {
    manifest: plugin.manifest,
    code_sha256: plugin.codeSha256,
    manifest_sha256: plugin.manifestSha256,
    enabled: app === undefined || !disabledPlugins(app).has(id),
    from: fromOf(plugin),
    folder: plugin.folder,
    versions: versionsOf(app, id),
    capabilities: declaredCapabilities(plugin, allowedIn(app, { pluginFolders: folders })),
    settings: settingsOf(plugin),
  };
}

/** An installed plugin that can't be loaded, with the error that says why. */
interface Damaged {
  readonly row: PluginVersion;
  readonly error: HarnessError;
  readonly folder: string;
}

interface EveryPlugin {
  readonly found: readonly LoadedPlugin[];
  readonly damaged: readonly Damaged[];
}

const inFolders = keptWhileUnchanged<readonly LoadedPlugin[]>();

async function everyPlugin(app: App | undefined, folders: readonly string[]): Promise<EveryPlugin> {
  const places = pluginFolders(folders);
  const files = async (): Promise<string[]> =>
    (
      await Promise.all(
        places.map(async (folder) => (await filesBelow(folder)).map((file) => join(folder, file))),
      )
    ).flat();
  const found = await inFolders(places.join('\n'), files, () => folderPlugins(folders));
  if (app === undefined) return { found, damaged: [] };
  const taken = new Set(found.map(({ manifest }) => manifest.id));
  const rows = activeVersions(app).filter(({ plugin_id }) => !taken.has(plugin_id));
  const installed = await Promise.all(rows.map(async (row) => ({ row, loaded: await tryVersion(app, row) })));
  return {
    found: [...found, ...installed.flatMap(({ loaded }) => (loaded instanceof HarnessError ? [] : [loaded]))],
    damaged: installed.flatMap(({ row, loaded }) =>
      loaded instanceof HarnessError
        ? [{ row, error: loaded, folder: app.paths.plugin(row.plugin_id, row.version) }]
        : [],
    ),
  };
}

const PROCESS_ROLES = new Set(['activity', 'queued_at', 'eligible_at', 'started_at', 'ended_at', 'run_id']);

function topicOf({ type, needs }: PluginManifest): PluginEntry['topic'] {
  if (type === 'profile') return 'table';
  return needs.roles.flat().some((role) => PROCESS_ROLES.has(role)) ? 'process' : 'columns';
}

function fromOf({ origin }: LoadedPlugin): PluginEntry['from'] {
  return origin?.from ?? 'folder';
}

function versionsOf(app: App | undefined, id: string): VersionEntry[] {
  const active = app?.state.plugins.get(id)?.active_version;
  return (app?.state.plugins.versions(id) ?? []).map((row) => ({
    version: row.version,
    active: row.version === active,
    code_sha256: row.code_sha256,
    bundle_sha256: row.bundle_sha256,
    installed_at: row.installed_at,
    source: row.source,
  }));
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
