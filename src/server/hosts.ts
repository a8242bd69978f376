import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The names that a server answers to, and the one that is shown. */
export interface OwnHosts {
  readonly shown: string;
  has(header: string, port: number): boolean;
}

/**
 * What the `Host` header may be. A page from elsewhere whose name was made to point at this machine sends its own name,
 * and gets no answer. One that listens on all addresses answers to every address, and of names to that of this machine.
 */
export function hostsOf(host: string): OwnHosts {
  const everywhere = host === '0.0.0.0' || host === '::';
  const names = new Set(
    isLoopback(host) ? ['127.0.0.1', 'localhost', '[::1]', bracketed(host)] : [bracketed(host)],
  );
  if (everywhere) for (const name of ['localhost', hostname().toLowerCase()]) names.add(name);
  return {
    shown: everywhere ? hostname() : bracketed(host),
    has: (header, port) => {
      const [, name = '', given = '80'] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i.exec(header) ?? [];
      if (Number(given) !== port) return false;
      return names.has(name.toLowerCase()) || (everywhere && isIP(name.replace(/^\[|\]$/g, '')) !== 0);
    },
  };
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host.toLowerCase();
}
