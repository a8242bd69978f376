import { byCodePoint, HarnessError } from '../base/index.ts';
import type { DatasetVersion, PluginManifest, RoleBinding, RoleMap } from '../contract/index.ts';
import { incompatibility, type LoadedPlugin } from '../plugin-host/index.ts';
import { isChosen, type ResolvedConfig } from './config.ts';
import { dependencyOrder } from './graph.ts';
import { type Allowed, type Grant, type Missing, type Permissions, permissionsOf } from './permissions.ts';
import { assertKnown } from './plugin-settings.ts';

/** One plugin of a run: to be executed, or left out with the reason. */
export interface PlannedPlugin {
  readonly plugin: LoadedPlugin;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Ids of the plugins whose results it gets; those that are not in the run are passed as absent. */
  readonly upstream: readonly { readonly id: string; readonly required: boolean }[];
  /** Why it is not executed: it does not fit this table, or it is not allowed; undefined where it is executed. */
  readonly leftOut: LeftOut | undefined;
  /** What somebody consented to beyond the profile of its type. */
  readonly grants: readonly Grant[];
  /** Capabilities that it lacks. */
  readonly missing: readonly Missing[];
}

export interface LeftOut {
  readonly status: 'not_applicable' | 'denied' | 'upstream_failed';
  /** Content: no times, no paths. */
  readonly reason: string;
}

/** Everything that a run will do, in dependency order. */
export interface Plan {
  readonly planned: readonly PlannedPlugin[];
  readonly runnable: readonly PlannedPlugin[];
}

export interface PlanInput {
  readonly plugins: readonly LoadedPlugin[];
  readonly config: ResolvedConfig;
  /** `row_count`: how many rows are looked at. */
  readonly version: Pick<DatasetVersion, 'schema' | 'row_count'>;
  /** Those rows are a sample. */
  readonly sampled?: boolean;
  readonly roles: RoleMap;
  readonly engineVersion: string;
  readonly allowed: Allowed;
}

/** Chooses plugins, checks the graph and decides what applies and what is allowed. Pure. Throws SH_PLAN_… and SH_PLUGIN_… errors. */
export function buildPlan(input: PlanInput): Plan {
  const chosen = choosePlugins(input);
  dependencyOrder(withRequired(chosen, input.plugins).map((plugin) => plugin.manifest));
  refuseNetworkUnasked(chosen, input);
  const byId = new Map(chosen.map((plugin) => [plugin.manifest.id, plugin]));
  const leftOut = new Map<string, LeftOut>();
  /** With what is missing upstream. */
  const lacks = new Map<string, readonly Missing[]>();
  const planned: PlannedPlugin[] = [];
  for (const id of dependencyOrder(chosen.map((plugin) => plugin.manifest))) {
    const plugin = byId.get(id);
    if (plugin === undefined) continue;
    const permissions = permissionsOf(plugin, {
      allowed: input.allowed,
      dataset: input.config.dataset,
      profiles: input.config.policy.profiles,
    });
    const left =
      notApplicable(unmetNeed(plugin.manifest, input)) ??
      missingUpstream(plugin.manifest, byId, leftOut, input) ??
      denied(permissions);
    if (left !== undefined) leftOut.set(id, left);
    const required = plugin.manifest.depends_on.filter((on) => on.required);
    const lacking = [...permissions.missing, ...required.flatMap((on) => lacks.get(on.id) ?? [])];
    lacks.set(id, lacking);
    if (left !== undefined && isNamed(id, input)) throw refusal(id, left, lacking);
    if (left?.status === 'denied' && input.config.policy.on_failure === 'stop')
      throw stopped(id, left, lacking);
    planned.push({
      plugin,
      settings: input.config.settings[id] ?? {},
      upstream: [...plugin.manifest.depends_on].sort((a, b) => byCodePoint(a.id, b.id)),
      leftOut: left,
      ...permissions,
    });
  }
  return { planned, runnable: planned.filter((entry) => entry.leftOut === undefined) };
}

function choosePlugins({ plugins, config, engineVersion }: PlanInput): LoadedPlugin[] {
  const known = plugins.map((plugin) => plugin.manifest.id);
  for (const id of [...config.disabled, ...(isList(config.plugins) ? config.plugins : [])])
    assertKnown(id, known);
  const chosen = plugins.filter((plugin) => isChosen(plugin.manifest.id, config));
  for (const plugin of chosen) assertRunnable(plugin.manifest, engineVersion);
  return chosen;
}

/** Plugins with all that they can't run without, as far as it is there. */
function withRequired(chosen: readonly LoadedPlugin[], plugins: readonly LoadedPlugin[]): LoadedPlugin[] {
  const all = new Set(chosen);
  for (const { manifest } of all) {
    const required = manifest.depends_on.filter(({ required }) => required).map(({ id }) => id);
    for (const plugin of plugins) if (required.includes(plugin.manifest.id)) all.add(plugin);
  }
  return [...all];
}

/** A plugin that this engine can't run stops the run before it starts. */
function assertRunnable(manifest: PluginManifest, engineVersion: string): void {
  const reason = unfit(manifest, engineVersion);
  if (reason !== undefined)
    throw new HarnessError('SH_PLUGIN_INCOMPATIBLE', {
      ...{ id: manifest.id, version: manifest.version, reason, fitting: '' },
      advice: `Leave ${manifest.id} out.`,
    });
}

/** The network is not switched on by accident, nor for nothing. */
function refuseNetworkUnasked(chosen: readonly LoadedPlugin[], { plugins, allowed }: PlanInput): void {
  for (const id of allowed.network) {
    const known = plugins.map((plugin) => plugin.manifest.id);
    assertKnown(id, known);
    const plugin = chosen.find(({ manifest }) => manifest.id === id);
    if (plugin?.manifest.capabilities_required.includes('network') === true) continue;
    const reason = plugin === undefined ? 'is not among the chosen plugins' : 'does not ask for the network';
    throw new HarnessError('SH_NETWORK_UNASKED', { id, reason });
  }
}

function notApplicable(reason: string | undefined): LeftOut | undefined {
  return reason === undefined ? undefined : { status: 'not_applicable', reason };
}

function denied({ missing }: Permissions): LeftOut | undefined {
  if (missing.length === 0) return undefined;
  return { status: 'denied', reason: missing.map(({ reason }) => reason).join('; ') };
}

/** A plugin that was asked for by name and can't run stops the run. */
function refusal(id: string, { status, reason }: LeftOut, missing: readonly Missing[]): HarnessError {
  if (status === 'not_applicable') return new HarnessError('SH_PLUGIN_NOT_APPLICABLE', { id, reason });
  const advice = missing.map(({ remedy }) => remedy).filter((remedy) => remedy !== '');
  return new HarnessError('SH_PLUGIN_DENIED', {
    ...{ id, reason },
    advice: advice.length === 0 ? 'Leave it out.' : advice.join('\n'),
  });
}

/** Under the policy to stop at the first failure, a run that is sure to fail does not begin. */
function stopped(id: string, { status, reason }: LeftOut, missing: readonly Missing[]): HarnessError {
  return refusal(
    id,
    { status, reason: `${reason}, and the policy is to stop where a plugin fails` },
    missing,
  );
}

/** Why this engine can't run a plugin, on any table; undefined where it can. */
export function unfit(manifest: PluginManifest, engineVersion: string): string | undefined {
  return incompatibility(manifest, engineVersion) ?? notYet(manifest);
}

/** Plugins that summarise have to run behind the closed ledger; this engine has no such stage. */
function notYet({ type }: PluginManifest): string | undefined {
  return type === 'report' || type === 'llm' ? `it can not run plugins of the type ${type} yet` : undefined;
}

/** Why a plugin has nothing to look at in a table; undefined where it has. */
export function unmetNeed(
  { needs }: Pick<PluginManifest, 'needs'>,
  { version, roles, sampled = false }: Pick<PlanInput, 'version' | 'roles' | 'sampled'>,
): string | undefined {
  if (version.row_count < needs.min_rows)
    return `it needs ${needs.min_rows} rows, ${sampled ? 'the sample has' : 'there are'} ${version.row_count}`;
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
  leftOut: ReadonlyMap<string, LeftOut>,
  input: PlanInput,
): LeftOut | undefined {
  for (const { id, required } of manifest.depends_on) {
    if (!required) continue;
    if (!chosen.has(id)) throw missingDependency(manifest.id, id, input);
    const left = leftOut.get(id);
    if (left === undefined) continue;
    if (left.status === 'not_applicable')
      return {
        status: 'not_applicable',
        reason: `it depends on ${id}, which does not apply (${left.reason})`,
      };
    return { status: 'upstream_failed', reason: `it depends on ${id}, which does not run (${left.reason})` };
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
  const add = installed ? `Add ${missing} to --plugins` : `Install ${missing}`;
  return new HarnessError('SH_PLAN_MISSING_DEPENDENCY', {
    ...{ id, missing, why },
    advice: `${add}, or leave ${id} out.`,
  });
}

/** By `--plugins`, or by `--allow-network`: then leaving it out would not be what was asked for. */
function isNamed(id: string, { config, allowed }: PlanInput): boolean {
  return allowed.network.includes(id) || (isList(config.plugins) && config.plugins.includes(id));
}

function isList(choice: ResolvedConfig['plugins']): choice is readonly string[] {
  return Array.isArray(choice);
}
