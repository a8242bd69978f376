/** What a plugin asks for, the network with its hosts. */
export function mayText(plugin: {
  readonly capabilities: readonly string[];
  readonly network_hosts: readonly string[];
}): string {
  return plugin.capabilities
    .map((capability) =>
      capability === 'network' ? `network(${plugin.network_hosts.join(',')})` : capability,
    )
    .join(' ');
}

/** Who consented, when, and for what. */
export function consentText(one: {
  readonly approved_by: string;
  readonly approved_at: string;
  readonly scope_kind: string;
  readonly scope_name: string;
  readonly hosts: readonly string[];
}): string {
  const scope = scopeText(one);
  const hosts = one.hosts.length === 0 ? '' : `${one.hosts.join(', ')} `;
  return `${hosts}for ${scope}, by ${one.approved_by} on ${one.approved_at}`;
}

export function scopeText(one: { readonly scope_kind: string; readonly scope_name: string }): string {
  return one.scope_kind === 'all' ? 'every dataset' : `the ${one.scope_kind} ${one.scope_name}`;
}
