import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../base/index.ts';
import {
  type PluginManifest,
  type PluginValidation,
  unfitDefaults,
  unsetSettings,
  type ValidationCheck,
} from '../contract/index.ts';
import { type EngineIdentity, engineIdentity, unfit } from '../pipeline/index.ts';
import { askHealth, type LoadedPlugin, tryLoading } from '../plugin-host/index.ts';
import type { Appdata } from './app.ts';
import { checkBehaviour, checkTables, type TriedTable } from './conformance/check-behaviour.ts';
import { loaded, loadFrom, type Named } from './conformance/load-named.ts';
import { type Trial, type Tried, tryPlugin } from './conformance/try-plugin.ts';
import { verdict, verdictOf } from './conformance/verdicts.ts';
import { type TrialTable, withSmallTables } from './conformance/with-small-tables.ts';
import { namedPlugins, runPlugins } from './plugins/run-plugins.ts';

export interface ValidationRequest {
  /** Folders, bundles and ids; `all` for every plugin there is. */
  readonly plugins: readonly string[] | 'all';
  /** Folders of plugins besides the built-in ones, whose ids are known too. */
  readonly pluginFolders: readonly string[];
  /** A table of the operator's own, to try them on too. */
  readonly data?: string;
  readonly osSandbox: 'auto' | 'off';
  onPlugin(source: string): void;
}

type Validated = PluginValidation['plugins'][number];

/** What all plugins are held against together. */
interface Bench {
  readonly known: readonly LoadedPlugin[];
  readonly engine: EngineIdentity;
  readonly tables: readonly TrialTable[];
  readonly workFolder: string;
  readonly osSandbox: 'auto' | 'off';
}

/**
 * Holds plugins against everything that a plugin has to be: its manifest, its code alone in the sandbox, and how it
 * behaves there on small tables. What a plugin does wrong is a verdict; it throws for what is no plugin at all
 * (SH_PLUGIN_UNKNOWN), a table that can't be read, and SH_SANDBOX_UNAVAILABLE.
 */
export async function validatePlugins(
  app: Appdata | undefined,
  request: ValidationRequest,
): Promise<PluginValidation> {
  const workFolder = await mkdtemp(join(tmpdir(), 'stat-harness-validate-'));
  try {
    const engine = await engineIdentity();
    const { named, known } = await findAll(app, request, workFolder);
    const plugins = await withSmallTables(workFolder, request.data, async (tables) => {
      const bench = { known, engine, tables, workFolder, osSandbox: request.osSandbox };
      const validated: Validated[] = [];
      for (const one of named) {
        request.onPlugin(one.source);
        validated.push(await validate(one, bench));
      }
      return validated;
    });
    return {
      schema_version: 'plugin_validation.v1',
      engine_version: engine.version,
      passed: plugins.every(({ passed }) => passed),
      plugins,
    };
  } finally {
    await removeTree(workFolder);
  }
}

/** What the words of the request name: ids first, since every run can take those; then folders and bundles. */
async function findAll(
  app: Appdata | undefined,
  { plugins, pluginFolders }: ValidationRequest,
  workFolder: string,
): Promise<{ readonly named: readonly Named[]; readonly known: readonly LoadedPlugin[] }> {
  const known = await runPlugins(app, pluginFolders, plugins === 'all' ? {} : { needed: plugins });
  const words = plugins === 'all' ? known.map(({ manifest }) => manifest.id) : plugins;
  const named: Named[] = [];
  for (const word of words) {
    const plugin = known.find(({ manifest }) => manifest.id === word);
    const one = plugin === undefined ? await loadFrom(word, workFolder) : loaded(word, plugin);
    if (one !== undefined) named.push(one);
    else await namedPlugins(app, pluginFolders, [word]);
  }
  return { named, known };
}

async function validate({ source, plugin, checks }: Named, bench: Bench): Promise<Validated> {
  const all = plugin === undefined ? checks : [...checks, ...(await checkLoaded(plugin, bench))];
  return {
    source,
    id: plugin?.manifest.id ?? null,
    version: plugin?.manifest.version ?? null,
    code_sha256: plugin?.codeSha256 ?? null,
    passed: all.every(({ status }) => status !== 'fail'),
    checks: [...all],
  };
}

/** Alone first; on tables only where it can be executed at all. */
async function checkLoaded(plugin: LoadedPlugin, bench: Bench): Promise<ValidationCheck[]> {
  const { manifest } = plugin;
  const fits = unfit(manifest, bench.engine.version);
  const inside = await tryLoading(plugin, bench);
  const alone = [
    verdictOf('engine', fits, `engine ${bench.engine.version}`),
    inside.ok
      ? verdict('load', 'pass', `it has ${inside.functions.join(', ')}`)
      : verdict('load', 'fail', inside.reason),
    checkDefaults(manifest),
  ];
  if (!inside.ok || alone.some(({ status }) => status === 'fail')) return alone;
  const trial: Trial = { plugin, others: bench.known, engine: bench.engine, osSandbox: bench.osSandbox };
  const tried: TriedTable[] = [];
  for (const one of bench.tables) tried.push({ ...one, tried: await tryUnlessLate(trial, one, tried) });
  return [
    ...alone,
    await checkHealth(plugin, inside.functions, bench),
    ...checkTables(tried),
    ...(await checkBehaviour(trial, tried, inside.functions)),
  ];
}

/** On a table, unless it was too late on one before: then it would be again, and nobody would wait for that. */
async function tryUnlessLate(
  trial: Trial,
  { table, mostSeconds }: TrialTable,
  before: readonly TriedTable[],
): Promise<Tried> {
  const late = before.find(({ tried }) => tried.applies && tried.outcome.status === 'timed_out');
  return late === undefined
    ? tryPlugin(trial, table, { mostSeconds })
    : { applies: false, reason: `not tried, because it ran out of time on ${late.name}` };
}

function checkDefaults({ config_schema }: PluginManifest): ValidationCheck {
  const unfitting = unfitDefaults(config_schema);
  if (unfitting !== undefined) return verdict('defaults', 'fail', unfitting);
  const count = Object.keys(config_schema['properties'] ?? {}).length;
  const unset = unsetSettings(config_schema);
  const settings = count === 1 ? '1 setting' : `${count} settings`;
  const rest = unset.length === 0 ? '' : `; without a default, and optional: ${unset.join(', ')}`;
  return verdict('defaults', 'pass', count === 0 ? 'it has no settings' : `${settings}${rest}`);
}

async function checkHealth(
  plugin: LoadedPlugin,
  functions: readonly string[],
  bench: Bench,
): Promise<ValidationCheck> {
  const has = functions.includes('health');
  if (!plugin.manifest.health) {
    return has
      ? verdict('health', 'warning', 'it has a function health, and its manifest says "health": false')
      : verdict('health', 'not_applicable', 'it has nothing to check');
  }
  if (!has)
    return verdict('health', 'fail', 'its manifest says "health": true, and it has no function health');
  const asked = await askHealth(plugin, bench);
  return verdictOf('health', asked.ok ? undefined : asked.reason, 'healthy');
}
