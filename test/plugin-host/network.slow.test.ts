import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBubblewrap } from '../../src/plugin-host/bubblewrap.ts';
import { executeHostile, notesOf } from './execute-hostile.ts';

/** A real server of this machine that counts who connects. */
interface Listening {
  readonly server: Server;
  readonly port: number;
  connections: number;
}

let granted: Listening;
let other: Listening;

beforeAll(async () => {
  other = await listen(() => ({ status: 200, body: 'other' }));
  granted = await listen((path) =>
    path === '/elsewhere'
      ? { status: 302, body: '', location: `http://127.0.0.1:${other.port}/` }
      : { status: 200, body: `got ${path}` },
  );
});

afterAll(() => {
  for (const { server } of [granted, other]) server.close();
});

function listen(
  answer: (path: string) => { status: number; body: string; location?: string },
): Promise<Listening> {
  const server = createServer((request, response) => {
    const { status, body, location } = answer(request.url ?? '');
    response.writeHead(status, { connection: 'close', ...(location !== undefined && { location }) });
    response.end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const listening = { server, port, connections: 0 };
      server.on('connection', () => void (listening.connections += 1));
      resolve(listening);
    });
  });
}

/** Tries the ways out that a runtime has, and notes what came of each; those beyond fetch need the runtime's own globals. */
const TRIES = `export default { async analyze(ctx) {
  const { host, granted, other } = ctx.settings;
  const tried = async (name, run) => {
    try { ctx.note(name + ': ' + (await run())); } catch (error) { ctx.note(name + ': ' + (error.code ?? error.name)); }
  };
  const get = async (url) => (await fetch(url)).text();
  await tried('fetch', () => get('http://' + host + ':' + granted + '/a'));
  await tried('redirect', () => get('http://' + host + ':' + granted + '/elsewhere'));
  await tried('other port', () => get('http://' + host + ':' + other));
  await tried('other name', () => get('http://[::1]:' + granted));
  await tried('file by fetch', () => get('file:///etc/hosts'));
  if (typeof Deno === 'undefined') return;
  const dial = (port) => import('node:net').then((net) => new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port }, () => { socket.destroy(); resolve('connected'); });
    socket.on('error', reject);
  }));
  const nameServer = { ipAddr: '127.0.0.1', port: other };
  await tried('node:net', () => dial(other));
  await tried('look-up', async () => (await import('node:dns/promises')).lookup('ip6-localhost'));
  await tried('question to a name server', () => Deno.resolveDns('example.com', 'A', { nameServer }));
  await tried('TCP', () => Deno.connect({ hostname: '127.0.0.1', port: other }));
  await tried('listening', () => Deno.listen({ hostname: '127.0.0.1', port: 0 }));
  await tried('environment', () => Deno.env.get('HOME'));
  await tried('file', () => Deno.readTextFile('/etc/hosts'));
  await tried('process', () => new Deno.Command('/bin/true').output());
} };`;

const DENIED = [
  ...[
    'redirect: NotCapable',
    'other port: NotCapable',
    'other name: NotCapable',
    'file by fetch: NotCapable',
    'node:net: NotCapable',
  ],
  ...['look-up: EPERM', 'question to a name server: NotCapable', 'TCP: NotCapable', 'listening: NotCapable'],
  ...['environment: NotCapable', 'file: NotCapable', 'process: NotCapable'],
];

const modes = [
  ['off', '127.0.0.1', false],
  ['off', '127.0.0.1', true],
  ['auto', 'localhost', false],
  ['auto', '127.0.0.1', true],
] as const;

describe.each(modes)('system sandbox %s, host %s, bare globals %s:', (osSandbox, host, bareGlobals) => {
  const tryAll = async (networkHosts: readonly string[]) => {
    granted.connections = 0;
    other.connections = 0;
    const settings = { host, granted: granted.port, other: other.port };
    return notesOf(await executeHostile('', { code: TRIES, osSandbox, networkHosts, settings, bareGlobals }));
  };
  beforeEach(async ({ skip }) => {
    skip(osSandbox === 'auto' && (await findBubblewrap()) === undefined, 'bubblewrap is not here');
  });

  test('EXT-04 a plugin that was granted a host and port reaches these and nothing else, also by a redirect', async () => {
    const notes = await tryAll([`${host}:${granted.port}`]);
    expect(notes).toEqual(['fetch: got /a', ...DENIED.slice(0, bareGlobals ? DENIED.length : 4)]);
    expect(granted.connections).toBe(2);
    expect(other.connections).toBe(0);
  });

  test('EXT-04 a plugin that was granted no network reaches nothing', async () => {
    const [fetched, ...others] = await tryAll([]);
    expect(fetched).toBe(bareGlobals ? 'fetch: NotCapable' : 'fetch: ReferenceError');
    if (bareGlobals) expect(others).toEqual(DENIED);
    expect(granted.connections + other.connections).toBe(0);
  });
});
