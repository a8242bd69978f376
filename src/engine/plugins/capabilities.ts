import type { Capability } from '../../contract/index.ts';
import { type Allowed, approvalCommand } from '../../pipeline/index.ts';
import { capabilitiesFor, type LoadedPlugin } from '../../plugin-host/index.ts';
import type { Approval } from '../../state/index.ts';

/** A capability that a plugin declares, and what stands for it before any configuration. */
export interface DeclaredCapability {
  readonly capability: Capability;
  /** Of the network, as declared. */
  readonly hosts: readonly string[];
  /** `profile`: plugins of its type have it; `approval`: somebody consented; `none`: it is missing. */
  readonly granted_by: 'profile' | 'approval' | 'none';
  /** In force for its code as it is now. */
  readonly approvals: readonly Omit<Approval, 'id'>[];
  /** What it takes: commands and flags as they can be typed; empty where nothing is missing, or nothing helps. */
  readonly remedy: string;
}

/** What a plugin asks for, and how far that is granted in this appdata. */
export function declaredCapabilities(plugin: LoadedPlugin, allowed: Allowed): readonly DeclaredCapability[] {
  const { id, type, capabilities_required, network_hosts = [] } = plugin.manifest;
  return capabilities_required.map((capability) => {
    const hosts = capability === 'network' ? network_hosts : [];
    const byProfile = capabilitiesFor(type).includes(capability);
    const approvals = allowed.approvals
      .filter((one) => one.plugin_id === id && one.capability === capability)
      .filter((one) => one.code_sha256 === plugin.codeSha256)
      .map(({ id: _, ...approval }) => approval);
    const isApproved = approvals.length > 0;
    const remedies = [
      ...(byProfile || isApproved || capability === 'gpu'
        ? []
        : [`Approve it: ${approvalCommand(plugin, capability, allowed)}`]),
      ...(capability === 'network' ? [`Run with: --allow-network ${id}`] : []),
    ];
    return {
      ...{ capability, hosts, approvals, remedy: remedies.join('\n') },
      granted_by: byProfile ? 'profile' : isApproved ? 'approval' : 'none',
    };
  });
}
