import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** What attacks reach for: files, sockets and a process that are really there. */
export interface World {
  readonly folder: string;
  /** As the attacks see it, called `at`. */
  readonly places: Places;
  /** How often anything of the network was reached. */
  readonly reached: () => number;
  readonly end: () => void;
}

export interface Places {
  readonly folder: string;
  /** A file with {@link SECRET} in it, and other ways to it. */
  readonly secret: string;
  readonly secretUrl: string;
  readonly link: string;
  readonly text: string;
  readonly module: string;
  readonly native: string;
  readonly wasm: string;
  /** A path where nothing is; attacks write `<outside>.<something>`. */
  readonly outside: string;
  readonly http: number;
  readonly udp: number;
  readonly socket: string;
  /** A process that is not the sandbox's. */
  readonly victim: number;
}

export const SECRET = 'top secret';
/** An environment variable of the host, with the secret. */
export const SECRET_VARIABLE = 'STAT_HARNESS_SECRET';
/** Gives the secret, imported and as a worker. */
const MODULE = `export default ${JSON.stringify(SECRET)}; globalThis.postMessage?.(${JSON.stringify(SECRET)});`;
/** A native module that is installed with the engine. */
const NATIVE = `@duckdb/node-bindings-${process.platform}-${process.arch}/duckdb.node`;
/** `(module (func (export "answer") (result i32) i32.const 42))` */
const ANSWER_WASM = '0061736d010000000105016000017f03020100070a0106616e7377657200000a06010400412a0b';

export async function makeWorld(): Promise<World> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'escape-')));
  const files = makeFiles(folder);
  let count = 0;
  const reached = () => void count++;
  const http = await listening(webServer(reached), 0);
  const local = await listening(createNetServer(welcome), join(folder, 'socket'));
  local.on('connection', reached);
  const udp = await nameServer(reached);
  const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  return {
    folder,
    places: {
      ...files,
      folder,
      http: (http.address() as AddressInfo).port,
      udp: udp.address().port,
      socket: join(folder, 'socket'),
      victim: victim.pid ?? 0,
    },
    reached: () => count,
    end: () => endWorld(folder, [http, local], udp, victim),
  };
}

/** Code in which each `{{place}}` is where the world has it. */
export function placed(code: string, places: Places): string {
  return code.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => String(Reflect.get(places, name)));
}

function welcome(socket: Duplex): void {
  // Whoever came may be gone at once.
  socket.on('error', () => undefined);
  socket.end('welcome');
}

/** Puts back what attacks may change. */
export function freshFiles({ folder, places }: World): void {
  for (const name of ['written', 'home']) {
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    mkdirSync(join(folder, name));
  }
  for (const name of ['emptied', 'moved', 'removed']) writeFileSync(`${places.outside}.${name}`, 'x');
}

/** Every file of the world, by name, with its time and its text: what no attack in the sandbox may change. */
export function filesOf({ folder }: World): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const { mtimeMs, mode, nlink } = lstatSync(join(folder, name));
      const text = lstatSync(join(folder, name)).isFile() ? readFileSync(join(folder, name), 'latin1') : '';
      return [name, `${mtimeMs} ${mode} ${nlink} ${text}`];
    }),
  );
}

function makeFiles(folder: string) {
  const secret = join(folder, 'secret.json');
  writeFileSync(secret, JSON.stringify(SECRET));
  symlinkSync(secret, join(folder, 'link.json'));
  linkSync(secret, join(folder, 'hard.json'));
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  writeFileSync(join(folder, 'module.mjs'), MODULE);
  writeFileSync(join(folder, 'answer.wasm'), Buffer.from(ANSWER_WASM, 'hex'));
  return {
    secret,
    secretUrl: pathToFileURL(secret).href,
    text: pathToFileURL(join(folder, 'secret.txt')).href,
    link: join(folder, 'link.json'),
    module: pathToFileURL(join(folder, 'module.mjs')).href,
    wasm: pathToFileURL(join(folder, 'answer.wasm')).href,
    outside: join(folder, 'written', 'file'),
    native: createRequire(import.meta.url).resolve(NATIVE),
  };
}

/** Answers every request with a module, and every WebSocket with its opening. */
function webServer(reached: () => void): Server {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/javascript');
    response.end(MODULE);
  });
  server.on('connection', reached);
  server.on('upgrade', ({ headers }, socket) => {
    socket.on('error', () => undefined);
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  });
  return server;
}

function listening(server: Server, place: number | string): Promise<Server> {
  return new Promise((resolve) => {
    const ready = () => resolve(server);
    if (typeof place === 'number') server.listen(place, '127.0.0.1', ready);
    else server.listen(place, ready);
  });
}

/** A name server that knows one answer to every question: 192.0.2.7. */
function nameServer(reached: () => void): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    reached();
    const end = question.indexOf(0, 12) + 5;
    const header = Buffer.from(question.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 6);
    header.writeUInt32BE(0, 8);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
    socket.send(Buffer.concat([header, question.subarray(12, end), answer]), from.port, from.address);
  });
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)));
}

function endWorld(folder: string, servers: readonly Server[], udp: Socket, victim: ChildProcess): void {
  for (const server of servers) server.close();
  udp.close();
  victim.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
