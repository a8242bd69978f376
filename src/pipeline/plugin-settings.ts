import { HarnessError, nearest, redact } from '../base/index.ts';
import {
  type ConfigSource,
  checkSettings,
  describeProblems,
  type PluginManifest,
  type Problem,
  withDefaults,
} from '../contract/index.ts';
import type { LoadedPlugin } from '../plugin-host/index.ts';
import { withEnvironment } from './environment-settings.ts';

type Settings = Readonly<Record<string, unknown>>;

/** What one source says of settings. Layers are listed from the strongest to the weakest. */
export interface SettingsLayer {
  readonly source: ConfigSource;
  /** What a message calls the source: a path, `--set`. */
  readonly name: string;
  /** By plugin id. */
  readonly plugins: Readonly<Record<string, Settings>>;
  /** For every plugin that has a setting of the name; a plugin's own value of the same layer comes before it. */
  readonly process: Settings;
}

export interface SettingsInput {
  readonly plugins: readonly LoadedPlugin[];
  readonly layers: readonly SettingsLayer[];
  /** Where the value of each key path came from: filled in here. */
  readonly sources: Record<string, ConfigSource>;
  /** Whether the run takes a plugin. */
  isTaken(id: string): boolean;
}

/**
 * Each plugin's settings: of the strongest layer that names one, or else the plugin's default; checked against the plugin's
 * own schema where somebody set them or the run takes the plugin. Throws SH_CONFIG_INVALID, SH_PLUGIN_DEFAULTS_UNFIT.
 */
export function resolveSettings(input: SettingsInput): Record<string, Record<string, unknown>> {
  const problems: Problem[] = [];
  const resolved: Record<string, Record<string, unknown>> = {};
  for (const { manifest } of input.plugins) {
    const given = givenSettings(manifest, input);
    const settings = withDefaults(manifest.config_schema, given);
    const where = `plugins.${manifest.id}.settings`;
    // Checked as the plugin will get them; kept, and stored, as they were given.
    const isTaken = input.isTaken(manifest.id);
    const inForce = isTaken ? withEnvironment(where, settings) : settings;
    const checked = checkSettings(manifest.config_schema, inForce);
    const found = checked.ok ? [] : checked.problems.map(withoutSecrets);
    if (isNamed(manifest.id, input) || (isTaken && Object.keys(given).length > 0))
      problems.push(...found.map((problem) => prefixed(where, problem)));
    else if (isTaken && found.length > 0) throw unfitDefaultsOf(manifest, found);
    for (const key of Object.keys(settings)) input.sources[`${where}.${key}`] ??= 'default';
    resolved[manifest.id] = settings;
  }
  noteProcessSources(input);
  if (problems.length > 0) {
    const names = input.layers.filter(saysSomething).map(({ name }) => name);
    const source = names.join(', ') || 'settings';
    throw new HarnessError('SH_CONFIG_INVALID', { source, problems: describeProblems(problems) });
  }
  return resolved;
}

function givenSettings(manifest: PluginManifest, { layers, sources }: SettingsInput): Settings {
  const own = Object.keys(manifest.config_schema['properties'] ?? {});
  const given: Record<string, unknown> = {};
  const put = (key: string, value: unknown, source: ConfigSource): void => {
    if (Object.hasOwn(given, key)) return;
    given[key] = value;
    sources[`plugins.${manifest.id}.settings.${key}`] = source;
  };
  for (const { source, plugins, process } of layers) {
    for (const [key, value] of Object.entries(plugins[manifest.id] ?? {})) put(key, value, source);
    for (const [key, value] of Object.entries(process)) if (own.includes(key)) put(key, value, source);
  }
  return given;
}

/** Whether somebody set something for this very plugin. */
function isNamed(id: string, { layers }: SettingsInput): boolean {
  return layers.some(({ plugins }) => Object.keys(plugins[id] ?? {}).length > 0);
}

function saysSomething({ plugins, process }: SettingsLayer): boolean {
  return Object.keys(plugins).length > 0 || Object.keys(process).length > 0;
}

function noteProcessSources({ layers, sources }: SettingsInput): void {
  for (const { source, process } of layers)
    for (const key of Object.keys(process)) sources[`process.${key}`] ??= source;
}

/** A mistake of its author: nobody set anything. */
function unfitDefaultsOf({ id }: PluginManifest, problems: readonly Problem[]): HarnessError {
  const advice = `You set none of them. Leave ${id} out, or set what fits with --set ${id}.KEY=VALUE.`;
  return new HarnessError('SH_PLUGIN_DEFAULTS_UNFIT', { id, problems: describeProblems(problems), advice });
}

/** A problem quotes what it found, which may be a secret. */
function withoutSecrets({ path, message }: Problem): Problem {
  return { path, message: redact(message) };
}

function prefixed(prefix: string, problem: Problem): Problem {
  return { path: problem.path === '' ? prefix : `${prefix}.${problem.path}`, message: problem.message };
}

/** Throws SH_PLUGIN_UNKNOWN with the nearest id. */
export function assertKnown(id: string, known: readonly string[]): void {
  if (!known.includes(id)) {
    throw new HarnessError('SH_PLUGIN_UNKNOWN', { id, nearest: nearest(id, known) ?? '' });
  }
}
