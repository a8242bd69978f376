import type { AddressInfo } from 'node:net';
import { HarnessError, isSystemError, messageOf, randomId } from '../base/index.ts';
import { type App, listPlugins, prepareToDraw } from '../engine/index.ts';
import { hostsOf, isLoopback } from './hosts.ts';
import { buildServer } from './server.ts';

export interface ServeOptions {
  readonly app: App;
  readonly version: string;
  /** 127.0.0.1, if left out. */
  readonly host?: string;
  /** 0 or left out: one that is free. */
  readonly port?: number;
  /** Listens where other machines can reach it too. */
  readonly allowRemote: boolean;
  /** The largest upload that is taken; 16 GiB, if left out. */
  readonly uploadLimitBytes?: number;
  logBug(error: Error): void;
}

/** A server that listens. */
export interface Serving {
  /** What lets a browser in; who knows it, is the operator. */
  readonly launchUrl: string;
  readonly url: string;
  readonly remote: boolean;
  close(): Promise<void>;
}

/** Serves the page and its interface. Throws SH_SERVE_REMOTE_REFUSED, SH_SERVE_PORT_IN_USE, SH_SERVE_ADDRESS_UNUSABLE. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host = '127.0.0.1', port = 0 } = options;
  const remote = !isLoopback(host);
  if (remote && !options.allowRemote) throw new HarnessError('SH_SERVE_REMOTE_REFUSED', { host });
  const launchToken = randomId() + randomId();
  const own = hostsOf(host);
  const server = await buildServer({
    ...options,
    launchToken,
    isOwnHost: (asked) => own.has(asked, portOf()),
  });
  const portOf = (): number => portIn(server.addresses()) ?? port;
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw unusable(error, host, port);
  }
  // While the operator opens the page: the first chart and the first list of plugins need not wait for it.
  prepareToDraw();
  listPlugins(options.app, []).catch(() => undefined);
  const url = `http://${own.shown}:${portOf()}`;
  return { url, launchUrl: `${url}/launch?token=${launchToken}`, remote, close: () => server.close() };
}

function portIn([address]: readonly (string | AddressInfo)[]): number | undefined {
  return typeof address === 'object' ? address.port : undefined;
}

function unusable(error: unknown, host: string, port: number): unknown {
  if (isSystemError(error, 'EADDRINUSE'))
    return new HarnessError('SH_SERVE_PORT_IN_USE', { host, port }, { cause: error });
  if (isSystemError(error, 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'))
    return new HarnessError(
      'SH_SERVE_ADDRESS_UNUSABLE',
      { host, reason: messageOf(error) },
      { cause: error },
    );
  return error;
}
