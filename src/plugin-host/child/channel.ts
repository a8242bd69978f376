import { encodeArtifact } from '../artifact-codec.ts';
import { decodeBatch } from '../batch-codec.ts';
import { calledAs } from '../called-as.ts';
import { FRAME_ARTIFACT, FRAME_BATCH, FRAME_JSON, frameHeader, HEADER_BYTES, readHeader } from '../frames.ts';
import type { Call, ChildMessage, Reply, StartMessage } from '../messages.ts';
import { deno } from './deno.ts';

/** Thrown in the plugin when the host refuses or fails what it asked for. */
class HostError extends Error {
  override readonly name = 'HostError';
}

const { stdin, stdout } = deno;
const readInput = stdin.read.bind(stdin);
const readInputNow = stdin.readSync.bind(stdin);
const writeOutput = stdout.writeSync.bind(stdout);
const stringify = JSON.stringify;
const parse = JSON.parse;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Waiting = {
  /** What the plugin called, as it is called there. */
  readonly of: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
};
const waiting = new Map<number, Waiting>();
let lastRequest = 0;
let reading = false;

/** Sends one message to the host. */
export function send(message: ChildMessage): void {
  sendFrame(FRAME_JSON, encoder.encode(stringify(message)));
}

function sendFrame(kind: number, payload: Uint8Array): void {
  writeAll(frameHeader(kind, payload.length));
  writeAll(payload);
}

/** Asks the host and waits for its answer. Rejects with the host's reason. */
export function ask(call: Call): Promise<unknown> {
  return answerTo(calledAs(call.method), (id) => send({ type: 'request', id, call }));
}

/** Hands a file over. Rejects with the host's reason where it does not keep it. */
export async function handOver(name: string, content: Uint8Array): Promise<void> {
  await answerTo('ctx.artifact', (id) => sendFrame(FRAME_ARTIFACT, encodeArtifact(id, name, content)));
}

/** What was asked for and is not answered yet, by name, each once. */
export function openCalls(): string[] {
  return [...new Set([...waiting.values()].map(({ of }) => of))];
}

function answerTo(of: string, sendAs: (id: number) => void): Promise<unknown> {
  const id = ++lastRequest;
  return new Promise((resolve, reject) => {
    waiting.set(id, { of, resolve, reject });
    sendAs(id);
    void readAnswers();
  });
}

/** The first message of the host. */
export async function readStart(): Promise<StartMessage> {
  const { payload } = await readFrame();
  return parse(decoder.decode(payload));
}

/** Reads only while an answer is due, so that a plugin that waits for nothing ends instead of hanging. */
async function readAnswers(): Promise<void> {
  if (reading) return;
  reading = true;
  try {
    while (waiting.size > 0) settle(await readFrame());
  } catch {
    deno.exit(70);
  }
  reading = false;
}

function settle({ kind, payload }: { kind: number; payload: Uint8Array<ArrayBuffer> }): void {
  if (kind === FRAME_BATCH) {
    const { request, batch } = decodeBatch(payload);
    take(request)?.resolve(batch);
    return;
  }
  const reply: Reply = parse(decoder.decode(payload));
  if (reply.ok) take(reply.id)?.resolve(reply.value);
  else take(reply.id)?.reject(new HostError(reply.error));
}

function take(id: number): Waiting | undefined {
  const found = waiting.get(id);
  waiting.delete(id);
  return found;
}

/** Waits for a header; its payload is on the way then, so it is read at once, without a turn of the loop per piece. */
async function readFrame(): Promise<{ kind: number; payload: Uint8Array<ArrayBuffer> }> {
  const header = new Uint8Array(HEADER_BYTES);
  const first = await readInput(header);
  fill(header, first);
  const { length, kind } = readHeader(header);
  const payload = new Uint8Array(length);
  fill(payload, 0);
  return { kind, payload };
}

function fill(bytes: Uint8Array, from: number | null): void {
  if (from === null) throw new Error('the host is gone');
  for (let at = from; at < bytes.length; ) {
    const count = readInputNow(bytes.subarray(at));
    if (count === null) throw new Error('the host is gone');
    at += count;
  }
}

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeOutput(bytes.subarray(at));
}
