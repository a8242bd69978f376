import { byCodePoint } from '../base/index.ts';
import type { Capability, PluginManifest } from '../contract/index.ts';
import { isDeclaredHost, type LoadedPlugin } from '../plugin-host/index.ts';
import type { Approval } from '../state/index.ts';
import type { ResolvedConfig } from './config.ts';

/** What the operator allows beside the configuration. */
export interface Allowed {
  /** The approvals in force, of all plugins. */
  readonly approvals: readonly Approval[];
  /** Plugins that this run lets into the network as far as that is approved (`--allow-network`). */
  readonly network: readonly string[];
  /** A command that approves something, as it can be typed here. */
  commandLine(words: readonly string[]): string;
}

/** A capability that was granted because somebody consented to it. */
export interface Grant {
  readonly capability: Capability;
  /** Of the network; empty for other capabilities. */
  readonly hosts: readonly string[];
  readonly consents: readonly Approval[];
}

/** A capability that a plugin asks for and does not get. */
export interface Missing {
  readonly capability: Capability;
  /** Content: neither who nor when, no path. */
  readonly reason: string;
  /** What to do, with the commands as they can be typed; empty where nothing helps. */
  readonly remedy: string;
}

/** What a plugin may do in a run, and what it lacks; it runs only where it lacks nothing. */
export interface Permissions {
  readonly grants: readonly Grant[];
  readonly missing: readonly Missing[];
}

/** Where a plugin is to run: approvals hold for all datasets or for one. */
export interface PermissionContext {
  readonly allowed: Allowed;
  readonly dataset: string;
  readonly profiles: ResolvedConfig['policy']['profiles'];
}

/** Holds what a plugin asks for against the profile of its type and the approvals for its code. */
export function permissionsOf(plugin: LoadedPlugin, context: PermissionContext): Permissions {
  const grants: Grant[] = [];
  const missing: Missing[] = [];
  const profile = context.profiles[plugin.manifest.type].capabilities;
  for (const capability of [...plugin.manifest.capabilities_required].sort(byCodePoint)) {
    if (profile.includes(capability)) continue;
    const decided = capability === 'gpu' ? NO_GPU : byConsent(plugin, capability, context);
    if ('reason' in decided) missing.push(decided);
    else grants.push(decided);
  }
  return { grants, missing };
}

const NO_GPU: Missing = {
  capability: 'gpu',
  reason: 'it asks for a GPU, and this engine computes without one',
  remedy: '',
};

function byConsent(
  plugin: LoadedPlugin,
  capability: Capability,
  context: PermissionContext,
): Grant | Missing {
  const { manifest, codeSha256 } = plugin;
  const { allowed, dataset } = context;
  const given = allowed.approvals.filter(
    (one) => one.plugin_id === manifest.id && one.capability === capability,
  );
  const approvals = given.filter((one) => holdsFor(one, dataset));
  const consents = approvals.filter((one) => one.code_sha256 === codeSha256);
  const isAllowed = capability !== 'network' || allowed.network.includes(manifest.id);
  const hosts = hostsOf(manifest, consents);
  const isApproved = consents.length > 0 && (capability !== 'network' || hosts.length > 0);
  if (isApproved && isAllowed) return { capability, hosts, consents };
  const elsewhere = given.filter((one) => one.code_sha256 === codeSha256 && !holdsFor(one, dataset));
  const lacks = lacking({ isApproved, isAllowed, older: olderCode(approvals), elsewhere });
  const before = [elsewhere, approvals, given].find(({ length }) => length > 0) ?? [];
  return {
    capability,
    reason: `it asks for ${asked(capability, manifest)}, and that is ${lacks}`,
    remedy: [
      ...(isApproved
        ? []
        : [`Approve it: ${approvalCommand(plugin, capability, allowed, { before, dataset })}`]),
      ...(isAllowed ? [] : [`Run with: --allow-network ${manifest.id}`]),
    ].join('\n'),
  };
}

function holdsFor({ scope_kind, scope_name }: Approval, dataset: string): boolean {
  return scope_kind === 'all' || (scope_kind === 'dataset' && scope_name === dataset);
}

/** What is both declared and approved. */
function hostsOf({ network_hosts = [] }: PluginManifest, consents: readonly Approval[]): readonly string[] {
  const approved = consents.flatMap(({ hosts }) => hosts);
  return [...new Set(approved)].filter((host) => isDeclaredHost(host, network_hosts)).sort(byCodePoint);
}

function lacking(of: {
  readonly isApproved: boolean;
  readonly isAllowed: boolean;
  readonly older: string;
  /** Approvals of this code that don't hold for this dataset. */
  readonly elsewhere: readonly Approval[];
}): string {
  if (of.isApproved) return 'not allowed in this run';
  if (of.elsewhere.length > 0) {
    const datasets = [...new Set(of.elsewhere.map(({ scope_name }) => scope_name))].sort(byCodePoint);
    const only = `approved for the dataset ${datasets.join(', ')} only`;
    return of.isAllowed ? only : `${only}, and not allowed in this run`;
  }
  return of.isAllowed
    ? `not approved for it${of.older}`
    : `neither approved for it${of.older} nor allowed in this run`;
}

function olderCode(approvals: readonly Approval[]): string {
  const last = approvals.at(-1);
  return last === undefined ? '' : ` (it was for other code of it, version ${last.plugin_version})`;
}

function asked(capability: Capability, { network_hosts = [], type }: PluginManifest): string {
  return capability === 'network'
    ? `the network (${network_hosts.join(', ')})`
    : `${capability}, which plugins of the type ${type} do not get by policy`;
}

/**
 * The command that approves what a plugin asks for of a capability: all of it, or, where something of it was approved
 * before, for other code or another dataset, no more than that.
 */
export function approvalCommand(
  { manifest }: LoadedPlugin,
  capability: Capability,
  { commandLine }: Pick<Allowed, 'commandLine'>,
  { before, dataset }: { readonly before: readonly Approval[]; readonly dataset: string } = {
    before: [],
    dataset: '',
  },
): string {
  const asked = capability === 'network' ? (manifest.network_hosts ?? []) : [];
  const again = capability === 'network' ? hostsOf(manifest, before) : [];
  const isForOne = before.length > 0 && before.every(({ scope_kind }) => scope_kind === 'dataset');
  return commandLine([
    ...['plugins', 'approve', manifest.id, capability],
    ...(again.length > 0 ? again : asked).flatMap((host) => ['--host', host]),
    ...(isForOne ? ['--dataset', dataset] : []),
  ]);
}

/** The hosts that an execution may reach; none where the network was not granted. */
export function networkHosts({ grants }: Pick<Permissions, 'grants'>): readonly string[] {
  return grants.flatMap(({ hosts }) => hosts);
}
