import { type Attempt, type Execution, lacks } from '../attack.ts';

const NET = lacks('net');
/** There is no network in the namespace, and no socket of the host's. */
const NOWHERE =
  /refused|unreachable|NotFound|No such file|ENOENT|ECONN|ENETUNREACH|EAI_|EBADNAME|not known|sending request|AddrNotAvailable|resolv|no answer|ENOTFOUND|failed to connect|fetch failed|cache entry/i;
const SECRET = /top secret/;

const attempt = (name: string, expression: string, works: RegExp, denied = NET): Attempt => ({
  ...{ kind: 'attempt', group: 'network', name, code: `return ${expression};`, works, denied },
  inBubblewrap: NOWHERE,
});
/** Inside a namespace without a network a plugin may well listen: nobody comes. */
const listens = (name: string, expression: string): Attempt => ({
  ...{
    kind: 'attempt',
    group: 'network',
    name,
    code: `return ${expression};`,
    works: /\d|open/,
    denied: NET,
  },
});
/** Something of Node's that says what came of it by an event. */
const opened = (module: string, call: string, event: string): string => `new Promise((yes, no) => {
  import('node:${module}').then((it) => {
    const thing = it.${call};
    thing.on('error', no);
    thing.on('${event}', () => { yes('open'); thing.destroy?.(); thing.close?.(); });
  }).catch(no);
})`;
/** What a worker's fetch gives. */
const inWorker = (url: string): string => `new Promise((yes, no) => {
  const code = 'fetch("http://127.0.0.1:' + at.http + '/").then((r) => r.text()).then(postMessage, (e) => postMessage("ERROR " + e.message))';
  const worker = new Worker(${url}, { type: 'module' });
  worker.onmessage = ({ data }) => { worker.terminate(); data.startsWith('ERROR ') ? no(new Error(data)) : yes(data); };
  worker.onerror = (event) => { event.preventDefault(); no(new Error(event.message)); };
})`;
const RESOLVER = `(async () => {
  const resolver = new (await import('node:dns/promises')).Resolver();
  resolver.setServers(['127.0.0.1:' + at.udp]);
  return (await resolver.resolve4('a.example')).join();
})()`;
const WEB_SOCKET = `new Promise((yes, no) => {
  const socket = new WebSocket('ws://127.0.0.1:' + at.http);
  socket.onopen = () => yes('open');
  socket.onerror = (event) => no(event.error ?? new Error(event.message));
})`;

export const NETWORK: readonly Attempt[] = [
  attempt('fetch', `(await fetch('http://127.0.0.1:' + at.http)).text()`, SECRET),
  attempt('fetch of a name', `(await fetch('http://localhost:' + at.http)).text()`, SECRET),
  attempt(
    'fetch of an address as one number',
    `(await fetch('http://2130706433:' + at.http)).text()`,
    SECRET,
  ),
  attempt(
    'a TCP connection',
    `(await Deno.connect({ hostname: '127.0.0.1', port: at.http })).remoteAddr.port`,
    /\d/,
  ),
  attempt('a TCP connection of node:net', opened('net', `connect(at.http, '127.0.0.1')`, 'connect'), /open/),
  attempt(
    'a unix socket',
    `(await Deno.connect({ transport: 'unix', path: at.socket })).remoteAddr.path`,
    /socket/,
    lacks('(net|read|write)'),
  ),
  attempt(
    'a unix socket of node:net',
    opened('net', `connect(at.socket)`, 'connect'),
    /open/,
    lacks('(net|read|write)'),
  ),
  attempt('a WebSocket', WEB_SOCKET, /open/),
  attempt(
    'a name server',
    `(await Deno.resolveDns('a.example', 'A', { nameServer: { ipAddr: '127.0.0.1', port: at.udp } })).join()`,
    /192\.0\.2\.7/,
  ),
  // Node's resolver answers with its own codes when the permission is missing.
  attempt(
    'a name server by node:dns',
    RESOLVER,
    /192\.0\.2\.7/,
    /^Error: queryA \w+ a\.example|Requires sys access/,
  ),
  {
    ...attempt(
      'the resolver of the system',
      `(await (await import('node:dns/promises')).lookup('localhost')).address`,
      /127|::1/,
      /getaddrinfo EPERM/,
    ),
  },
  attempt('node:http', opened('http', `get('http://127.0.0.1:' + at.http)`, 'response'), /open/),
  attempt('node:http2', opened('http2', `connect('http://127.0.0.1:' + at.http)`, 'connect'), /open/),
  attempt(
    'a module from the network',
    `(await import('http://127.0.0.1:' + at.http + '/m.js')).default`,
    SECRET,
    /no-remote|Requires import access|remote/i,
  ),
  attempt('a worker', inWorker(`'data:text/javascript,' + encodeURIComponent(code)`), SECRET),
  attempt(
    'a worker made of a blob',
    inWorker(`URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))`),
    SECRET,
  ),
  listens('listening', `Deno.listen({ hostname: '127.0.0.1', port: 0 }).addr.port`),
  listens(
    'serving',
    `Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, () => new Response('')).addr.port`,
  ),
  {
    ...listens(
      'a unix socket, listened at',
      `Deno.listen({ transport: 'unix', path: at.outside + '.socket' }).addr.path.length`,
    ),
    denied: lacks('(net|read|write)'),
  },
];

/** Attempts that are denied in a way that ends the plugin. */
const ends = (name: string, code: string, canary: RegExp, reason = NET): Execution => ({
  ...{ kind: 'execution', group: 'network', name, code, status: 'failed', reason, canary },
});

export const NETWORK_ENDS: readonly Execution[] = [
  ends(
    'a datagram socket',
    `import { createSocket } from 'node:dgram';
    export default { async analyze(ctx) {
      await new Promise((resolve) => createSocket('udp4').on('listening', resolve).bind(0, '127.0.0.1'));
      ctx.note('bound');
    } };`,
    /note: bound/,
  ),
  ends(
    'listening by node:net',
    `import { createServer } from 'node:net';
    export default { async analyze(ctx) {
      await new Promise((resolve) => createServer().listen(0, '127.0.0.1', resolve));
      ctx.note('listens');
    } };`,
    /note: listens/,
  ),
  ends(
    'a worker that asks for more permissions than its plugin has',
    `export default { async analyze(ctx) {
      const code = 'fetch("http://127.0.0.1:{{http}}/").then((r) => r.text()).then(postMessage)';
      const worker = new Worker('data:text/javascript,' + encodeURIComponent(code), { type: 'module', deno: { permissions: { net: true } } });
      ctx.note(await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); }));
    } };`,
    SECRET,
    // It is behind a flag of Deno's, which only the canary sets.
    /unstable-worker-options/,
  ),
];
