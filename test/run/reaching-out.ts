import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PluginManifest } from '../../src/contract/index.ts';
import { manifest } from '../pipeline/make.ts';

/** A real server of this machine that counts who connects. */
export async function countingServer() {
  const server = createServer((_, response) => {
    response.writeHead(200, { connection: 'close' });
    response.end('rate 7');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const counted = { host: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, connections: 0 };
  server.on('connection', () => void (counted.connections += 1));
  return counted;
}

/** A folder with a plugin that fetches from a host, and notes what it was told, or why it heard nothing; `then`: what else it does. */
export function reachingPlugin(
  folder: string,
  host: string,
  change: Partial<PluginManifest> = {},
  then = '',
): string {
  const id = change.id ?? 'reaches_out';
  const place = join(folder, id);
  mkdirSync(place, { recursive: true });
  const { capabilities_required = ['dataset.read', 'network'] } = change;
  const document = manifest({
    ...{ id, title: id, config_schema: { type: 'object', properties: {} }, capabilities_required },
    ...(capabilities_required.includes('network') && { network_hosts: [host] }),
    ...change,
  });
  writeFileSync(join(place, 'plugin.json'), JSON.stringify(document));
  writeFileSync(
    join(place, 'plugin.ts'),
    `export default {
  async analyze(ctx: any) {
    try {
      ctx.note('heard ' + (await (await fetch('http://${host}/')).text()));
    } catch (error) {
      ctx.note('heard nothing: ' + error);
    }
    ${then}
  },
};\n`,
  );
  return folder;
}
