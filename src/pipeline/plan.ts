import { byCodePoint, HarnessError } from '../base/index.ts';
import type { DatasetVersion, PluginManifest, RoleBinding, RoleMap } from '../contract/index.ts';
import { incompatibility, type LoadedPlugin } from '../plugin-host/index.ts';
import { assertKnown, type ResolvedConfig } from './config.ts';
import { dependencyOrder } from './graph.ts';

/** One plugin of a run: to be executed, or left out with the reason. */
export interface PlannedPlugin {
  readonly plugin: LoadedPlugin;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Ids of the plugins whose results it gets; those that are not in the run are passed as absent. */
  readonly upstream: readonly { readonly id: string; readonly required: boolean }[];
  /** Why it does not fit this table; undefined where it does. */
  readonly notApplicable: string | undefined;
}

/** Everything that a run will do, in dependency order. */
export interface Plan {
  readonly planned: readonly PlannedPlugin[];
  readonly runnable: readonly PlannedPlugin[];
}

/** What this engine lets a plugin do; anything else is refused before the run. */
const GRANTED: readonly string[] = ['dataset.read', 'artifacts.write'];

export interface PlanInput {
  readonly plugins: readonly LoadedPlugin[];
  readonly config: ResolvedConfig;
  readonly version: Pick<DatasetVersion, 'schema' | 'row_count'>;
  readonly roles: RoleMap;
  readonly engineVersion: string;
}

/** Chooses plugins, checks the graph and decides what applies. Pure. Throws SH_PLAN_… and SH_PLUGIN_… errors. */
export function buildPlan(input: PlanInput): Plan {
  const chosen = choosePlugins(input);
  dependencyOrder(input.plugins.map((plugin) => plugin.manifest));
  const byId = new Map(chosen.map((plugin) => [plugin.manifest.id, plugin]));
  const reasons = new Map<string, string>();
  const planned: PlannedPlugin[] = [];
  for (const id of dependencyOrder(chosen.map((plugin) => plugin.manifest))) {
    const plugin = byId.get(id);
    if (plugin === undefined) continue;
    const reason =
      unmetNeed(plugin.manifest, input) ?? missingUpstream(plugin.manifest, byId, reasons, input);
    if (reason !== undefined) reasons.set(id, reason);
    if (reason !== undefined && isNamed(id, input.config)) {
      throw new HarnessError('SH_PLUGIN_NOT_APPLICABLE', { id, reason });
    }
    planned.push({
      plugin,
      settings: input.config.settings[id] ?? {},
      upstream: [...plugin.manifest.depends_on].sort((a, b) => byCodePoint(a.id, b.id)),
      notApplicable: reason,
    });
  }
  return { planned, runnable: planned.filter((entry) => entry.notApplicable === undefined) };
}

function choosePlugins({ plugins, config, engineVersion }: PlanInput): LoadedPlugin[] {
  const known = plugins.map((plugin) => plugin.manifest.id);
  for (const id of [...config.disabled, ...(isList(config.plugins) ? config.plugins : [])])
    assertKnown(id, known);
  const wanted = (id: string): boolean =>
    isList(config.plugins)
      ? config.plugins.includes(id)
      : config.plugins === 'all' || !config.disabled.includes(id);
  const chosen = plugins.filter((plugin) => wanted(plugin.manifest.id));
  for (const plugin of chosen) assertRunnable(plugin.manifest, engineVersion);
  return chosen;
}

/** A plugin that this engine can't run, or may not, stops the run before it starts. */
function assertRunnable(manifest: PluginManifest, engineVersion: string): void {
  const reason = incompatibility(manifest, engineVersion) ?? notYet(manifest);
  if (reason !== undefined) throw new HarnessError('SH_PLUGIN_INCOMPATIBLE', { id: manifest.id, reason });
  const denied = manifest.capabilities_required.filter((capability) => !GRANTED.includes(capability));
  if (denied.length > 0) {
    throw new HarnessError('SH_PLUGIN_DENIED', { id: manifest.id, capabilities: denied.join(', ') });
  }
}

/** Plugins that summarise have to run behind the closed ledger; this engine has no such stage. */
function notYet({ type }: PluginManifest): string | undefined {
  return type === 'report' || type === 'llm' ? `it can not run plugins of the type ${type} yet` : undefined;
}

/** Why a plugin has nothing to look at in a table; undefined where it has. */
export function unmetNeed(
  { needs }: Pick<PluginManifest, 'needs'>,
  { version, roles }: Pick<PlanInput, 'version' | 'roles'>,
): string | undefined {
  if (version.row_count < needs.min_rows)
    return `it needs ${needs.min_rows} rows, there are ${version.row_count}`;
  const trusted = new Set(roles.bindings.filter(isTrusted).map((binding) => binding.role));
  const missing = needs.roles.filter((alternatives) => !alternatives.some((role) => trusted.has(role)));
  const unsure = roles.bindings.find((binding) => missing.flat().includes(binding.role));
  if (unsure !== undefined) return unsureOf(unsure);
  if (missing.length > 0) {
    return `no column has the role ${missing.map((alternatives) => alternatives.join(' or ')).join(', nor ')}`;
  }
  const kinds = version.schema.columns.map((column) => column.type.kind);
  if (needs.column_types.length > 0 && !kinds.some((kind) => needs.column_types.includes(kind))) {
    return `no column is of type ${needs.column_types.join(' or ')}`;
  }
  return undefined;
}

/** An analysis may rest on a role that the operator named, or that is at least this sure. */
const LEAST_CONFIDENCE = 0.5;

function isTrusted(binding: RoleBinding): boolean {
  return binding.source !== 'inferred' || binding.confidence >= LEAST_CONFIDENCE;
}

function unsureOf({ role, sql_name, confidence }: RoleBinding): string {
  const sure = Math.round(confidence * 100);
  return `it is not sure that ${sql_name} is ${role} (${sure} %); confirm it with --roles ${role}=${sql_name}, or name another column`;
}

function missingUpstream(
  manifest: PluginManifest,
  chosen: ReadonlyMap<string, LoadedPlugin>,
  reasons: ReadonlyMap<string, string>,
  input: PlanInput,
): string | undefined {
  for (const { id, required } of manifest.depends_on) {
    if (!required) continue;
    if (!chosen.has(id)) throw missingDependency(manifest.id, id, input);
    const reason = reasons.get(id);
    if (reason !== undefined) return `it depends on ${id}, which does not apply (${reason})`;
  }
  return undefined;
}

function missingDependency(id: string, missing: string, { plugins, config }: PlanInput): HarnessError {
  const installed = plugins.some((plugin) => plugin.manifest.id === missing);
  const why = !installed
    ? 'not installed'
    : config.disabled.includes(missing)
      ? 'disabled'
      : 'not among the chosen plugins';
  return new HarnessError('SH_PLAN_MISSING_DEPENDENCY', { id, missing, why });
}

function isNamed(id: string, config: ResolvedConfig): boolean {
  return isList(config.plugins) && config.plugins.includes(id);
}

function isList(choice: ResolvedConfig['plugins']): choice is readonly string[] {
  return Array.isArray(choice);
}
