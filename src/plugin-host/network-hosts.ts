import type { PluginManifest, Problem } from '../contract/index.ts';

const HIGHEST_PORT = 65_535;
/** Four numbers from 0 to 255, without leading zeros. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/** What is wrong with the hosts that a manifest declares, beyond what its schema says. */
export function networkProblems({ capabilities_required, network_hosts }: PluginManifest): Problem[] {
  const asks = capabilities_required.includes('network');
  if (asks !== (network_hosts !== undefined)) {
    const message = asks
      ? 'is missing: name each host that the plugin talks to, as "host" or "host:port"'
      : 'is there without the capability "network"';
    return [{ path: 'network_hosts', message }];
  }
  return (network_hosts ?? []).flatMap((host, i) => {
    const message = hostProblem(host);
    return message === undefined ? [] : [{ path: `network_hosts.${i}`, message }];
  });
}

/** Names that end in a number are read as an address, in many spellings; only the plain one says what it is. */
function hostProblem(host: string): string | undefined {
  const [name = '', port] = host.split(':');
  if (port !== undefined && Number(port) > HIGHEST_PORT) return `has no port: the highest is ${HIGHEST_PORT}`;
  const last = name.split('.').at(-1) ?? '';
  if (/^([\d-]+|0x[0-9a-f]*)$/.test(last) && !IPV4.test(name)) return 'is no address: write a.b.c.d';
  return undefined;
}

/** Whether a host, as the operator names it, is one of the declared ones, or one port of it. */
export function isDeclaredHost(host: string, declared: readonly string[]): boolean {
  if (declared.includes(host)) return true;
  const [name = '', port = ''] = host.split(':');
  return (
    host === `${name}:${port}` &&
    /^[1-9]\d{0,4}$/.test(port) &&
    Number(port) <= HIGHEST_PORT &&
    declared.includes(name)
  );
}
