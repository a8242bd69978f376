import { byCodePoint, HarnessError, randomId, userName } from '../../base/index.ts';
import type { Capability } from '../../contract/index.ts';
import { approvalCommand } from '../../pipeline/index.ts';
import { isDeclaredHost, type LoadedPlugin } from '../../plugin-host/index.ts';
import type { Approval, ApprovalScope } from '../../state/index.ts';
import type { App } from '../app.ts';
import { allowedIn, trustedApprovals } from './allowed.ts';
import { pluginEvent } from './change.ts';
import { listPlugins } from './list-plugins.ts';
import { namedPlugins } from './run-plugins.ts';

/** What is asked for with `plugins approve`. */
export interface ApprovalRequest {
  readonly id: string;
  readonly capability: Capability;
  /** Of the network. */
  readonly hosts: readonly string[];
  /** For this dataset only; undefined: for all. */
  readonly dataset: string | undefined;
  readonly pluginFolders: readonly string[];
}

/** An approval as it is shown. */
export interface ApprovalEntry extends Omit<Approval, 'id'> {
  /** Whether it is in force: `other_code` and `absent` (not installed, nor in a folder that was named) approve nothing. */
  readonly holds: 'in_force' | 'other_code' | 'absent';
}

/**
 * Approves a capability for a plugin's code as it is now. It replaces what was approved of the same capability, code and
 * scope. Throws SH_PLUGIN_UNKNOWN, SH_APPROVAL_INVALID.
 */
export async function approvePlugin(
  app: App,
  request: ApprovalRequest,
): Promise<ApprovalEntry & { readonly note: string }> {
  const [plugin] = await namedPlugins(app, request.pluginFolders, [request.id]);
  if (plugin === undefined) throw new Error('a plugin that was found is missing');
  const { manifest, codeSha256 } = plugin;
  refuseWhatWasNotAsked(app, plugin, request);
  const approval = {
    plugin_id: manifest.id,
    plugin_version: manifest.version,
    code_sha256: codeSha256,
    capability: request.capability,
    ...scopeOf(request.dataset),
    hosts: [...new Set(request.hosts)].sort(byCodePoint),
    approved_by: operator(),
  };
  const { id: _, ...approved } = app.state.transaction(() => {
    pluginEvent(app, 'approved', { id: manifest.id, command: randomId(), ...approval });
    return app.state.approvals.approve(approval);
  });
  const isThere = request.dataset === undefined || app.state.datasets.get(request.dataset) !== undefined;
  const note = isThere ? '' : `There is no dataset ${request.dataset} yet.`;
  return { ...approved, holds: 'in_force', note };
}

/** Withdraws every approval of a plugin, or those of one capability or one dataset. Throws SH_APPROVAL_NONE. */
export function revokeApprovals(
  app: App,
  { id, capability, dataset }: Pick<ApprovalRequest, 'id' | 'dataset'> & { readonly capability?: Capability },
): readonly Approval[] {
  const revoked = app.state.approvals
    .ofPlugin(id)
    .filter((one) => capability === undefined || one.capability === capability)
    .filter((one) => dataset === undefined || (one.scope_kind === 'dataset' && one.scope_name === dataset));
  if (revoked.length === 0) {
    const which = [capability, dataset && `for the dataset ${dataset}`].filter(Boolean).join(' ');
    throw new HarnessError('SH_APPROVAL_NONE', { id, which });
  }
  const by = operator();
  const command = randomId();
  app.state.transaction(() => {
    for (const { id: row, ...approval } of revoked) {
      app.state.approvals.revoke(row, by);
      pluginEvent(app, 'approval_revoked', { ...approval, id, command, revoked_by: by });
    }
  });
  return revoked;
}

/** Every approval in force, by plugin; those that approve nothing now among them. */
export async function listApprovals(app: App, folders: readonly string[]): Promise<readonly ApprovalEntry[]> {
  const plugins = await listPlugins(app, folders);
  const codes = new Map(plugins.map(({ id, code_sha256 }) => [id, code_sha256]));
  return trustedApprovals(app).map(({ id: _, ...approval }) => ({
    ...approval,
    holds: holdsFor(approval, codes),
  }));
}

function holdsFor(
  { plugin_id, code_sha256 }: Pick<Approval, 'plugin_id' | 'code_sha256'>,
  codes: ReadonlyMap<string, string>,
): ApprovalEntry['holds'] {
  const now = codes.get(plugin_id);
  return now === undefined ? 'absent' : now === code_sha256 ? 'in_force' : 'other_code';
}

/** Nothing is approved beyond what the plugin declares: the operator consents to what can be looked at. */
function refuseWhatWasNotAsked(app: App, plugin: LoadedPlugin, request: ApprovalRequest): void {
  const { capability, hosts } = request;
  const { id, capabilities_required, network_hosts: declared = [] } = plugin.manifest;
  const refuse = (what: string, reason: string, advice: string): HarnessError =>
    new HarnessError('SH_APPROVAL_INVALID', { what, id, reason, advice });
  const command = (): string => `As it asks: ${approvalCommand(plugin, capability, allowedIn(app, request))}`;
  if (capability === 'gpu')
    throw refuse('A GPU', 'this engine computes without one', 'Leave the plugin out.');
  if (!capabilities_required.includes(capability)) {
    const asked = capabilities_required.join(', ') || 'nothing';
    throw refuse(`The capability ${capability}`, 'it does not ask for it', `It asks for: ${asked}.`);
  }
  if (capability !== 'network') {
    if (hosts.length > 0) throw refuse('A host', `${capability} has none`, 'Leave out --host.');
    return;
  }
  if (hosts.length === 0) throw refuse('The network', 'each host has to be named', command());
  const foreign = hosts.find((host) => !isDeclaredHost(host, declared));
  if (foreign !== undefined) throw refuse(`The host ${foreign}`, 'it does not declare it', command());
}

function scopeOf(dataset: string | undefined): ApprovalScope {
  return dataset === undefined
    ? { scope_kind: 'all', scope_name: '' }
    : { scope_kind: 'dataset', scope_name: dataset };
}

function operator(): string {
  return userName() ?? 'unknown';
}
