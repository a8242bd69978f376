import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf } from '../base/index.ts';
import { check, describeProblems, type PluginManifest, PluginOutput } from '../contract/index.ts';
import type { StartDocument } from '../sdk/index.ts';
import { type CallServer, MAX_STATE_BYTES } from './answer-calls.ts';
import { encodeBatch } from './batch-codec.ts';
import { describeExit } from './describe-exit.ts';
import { FRAME_BATCH, FRAME_JSON, type Frame, FrameError, frameHeader, frameReader } from './frames.ts';
import { ChildMessageSchema } from './message-schemas.ts';
import type { Call, Reply, StartMessage } from './messages.ts';
import type { SandboxCommand } from './sandbox-command.ts';
import { parseUntrusted, UntrustedJsonError } from './untrusted-json.ts';
import { watchResources } from './watch-resources.ts';

const MEBIBYTE = 2 ** 20;
/** What the sandbox's runtime takes before a plugin does anything; it comes on top of the plugin's limit. */
const RUNTIME_BYTES = 64 * MEBIBYTE;
const MAX_OPEN_CALLS = 1000;
const REASON_LENGTH = 2000;

/** How an execution ended, as the host saw it. */
export type Verdict =
  | { readonly status: 'ok'; readonly output: PluginOutput }
  | { readonly status: FailedStatus; readonly reason: string };

export type FailedStatus =
  | 'failed'
  | 'timed_out'
  | 'out_of_memory'
  | 'limit_exceeded'
  | 'invalid_output'
  | 'cancelled';

export interface Conversation {
  readonly command: SandboxCommand;
  readonly start: StartDocument;
  readonly server: CallServer;
  readonly limits: PluginManifest['limits'];
  readonly onLog: (line: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Starts the child, answers its calls, and ends it at its output, its failure, or the first limit passed. */
export function converse(
  conversation: Conversation,
): Promise<{ verdict: Verdict; peakMemoryBytes: number | null }> {
  const { command, limits, signal } = conversation;
  return new Promise((resolve) => {
    const child = spawn(command.command, command.arguments, {
      cwd: command.directory,
      env: { ...command.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let verdict: Verdict | undefined;
    const settle = (first: Verdict) => {
      verdict ??= first;
      killGroup(child);
    };
    const stop = (status: FailedStatus, reason: string) => settle({ status, reason: shortened(reason) });

    const watch = watchResources({
      pid: child.pid ?? 0,
      scratch: command.directory,
      memoryBytes: limits.memory_mb * MEBIBYTE + RUNTIME_BYTES,
      scratchBytes: limits.output_mb * MEBIBYTE,
      onMemory: () => stop('out_of_memory', `memory: more than ${limits.memory_mb} MB`),
      onScratch: () => stop('limit_exceeded', `files: more than ${limits.output_mb} MB`),
    });
    const wall = setTimeout(
      () => stop('timed_out', `wall time: more than ${limits.wall_s} s`),
      limits.wall_s * 1000,
    );
    const cancel = () => stop('cancelled', 'cancelled');
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();

    const stderr = listen(child, conversation, settle, stop, () => verdict !== undefined);
    child.on('error', (error) => stop('failed', `the sandbox did not start: ${messageOf(error)}`));
    child.on('close', (code, exitSignal) => {
      clearTimeout(wall);
      watch.stop();
      signal?.removeEventListener('abort', cancel);
      verdict ??= describeExit(code, exitSignal, stderr(), limits);
      resolve({ verdict, peakMemoryBytes: watch.peakMemoryBytes() });
    });
  });
}

type Stop = (status: FailedStatus, reason: string) => void;

/** Connects the child's three streams; what comes back gives the end of its stderr. */
function listen(
  child: ChildProcess,
  conversation: Conversation,
  settle: (verdict: Verdict) => void,
  stop: Stop,
  ended: () => boolean,
): () => string {
  const { limits, start, server } = conversation;
  const write = frameWriter(child);
  const log = limitedLog(conversation, stop);
  let open = 0;
  let stderr = '';

  async function reply(id: number, call: Call): Promise<void> {
    if (++open > MAX_OPEN_CALLS) stop('limit_exceeded', `calls: more than ${MAX_OPEN_CALLS} open at once`);
    try {
      const answer = await server.answer(call);
      if (ended()) return;
      if ('batch' in answer) write(FRAME_BATCH, encodeBatch(id, answer.batch));
      else writeJson(write, { type: 'reply', id, ok: true, value: answer.value });
    } catch (error) {
      if (!ended()) writeJson(write, { type: 'reply', id, ok: false, error: messageOf(error) });
    } finally {
      open -= 1;
    }
  }

  function hear(frame: Frame): void {
    const checked = check(
      ChildMessageSchema,
      frame.kind === FRAME_JSON ? parseUntrusted(frame.payload) : null,
    );
    if (!checked.ok) throw new UntrustedJsonError('a message has a form that does not exist');
    const message = checked.value;
    switch (message.type) {
      case 'request':
        void reply(message.id, message.call);
        break;
      case 'log':
        log(message.text);
        break;
      case 'progress':
        log.count(16);
        conversation.onProgress(message.done, message.total);
        break;
      case 'output':
        settle(judge(message.output));
        break;
      case 'failed':
        log(message.stack);
        stop('failed', message.message);
    }
  }

  const largest = Math.max(limits.output_mb * MEBIBYTE, MAX_STATE_BYTES + MEBIBYTE);
  const read = frameReader((length) => {
    if (length > largest) throw new TooLong(`output: more than ${limits.output_mb} MB`);
  });
  child.stdout?.on('data', (bytes: Buffer) => {
    if (ended()) return;
    try {
      for (const frame of read(bytes)) if (!ended()) hear(frame);
    } catch (error) {
      if (error instanceof TooLong) stop('limit_exceeded', error.message);
      else if (error instanceof FrameError || error instanceof UntrustedJsonError)
        stop('invalid_output', error.message);
      else throw error;
    }
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    if (ended()) return;
    const text = bytes.toString('utf8');
    stderr = (stderr + text).slice(-10_000);
    log(text.trimEnd());
  });
  child.stdin?.on('error', () => undefined);
  const first: StartMessage = { type: 'start', document: start, maxStateBytes: MAX_STATE_BYTES };
  writeJson(write, first);
  return () => stderr;
}

class TooLong extends Error {}

/** A log that ends the execution when the plugin floods it. */
function limitedLog(
  { limits, onLog }: Conversation,
  stop: Stop,
): { (text: string): void; count(n: number): void } {
  let bytes = 0;
  const count = (added: number) => {
    bytes += added;
    if (bytes > limits.output_mb * MEBIBYTE) stop('limit_exceeded', `log: more than ${limits.output_mb} MB`);
  };
  const log = (text: string) => {
    count(Buffer.byteLength(text) + 1);
    if (bytes <= limits.output_mb * MEBIBYTE) onLog(text);
  };
  return Object.assign(log, { count });
}

function judge(output: unknown): Verdict {
  const checked = check(PluginOutput, output);
  if (checked.ok) return { status: 'ok', output: checked.value };
  return { status: 'invalid_output', reason: shortened(describeProblems(checked.problems)) };
}

type Write = (kind: number, payload: Uint8Array) => void;

function frameWriter({ stdin }: ChildProcess): Write {
  return (kind, payload) => {
    stdin?.write(frameHeader(kind, payload.length));
    stdin?.write(payload);
  };
}

function writeJson(write: Write, message: StartMessage | Reply): void {
  write(FRAME_JSON, Buffer.from(JSON.stringify(message)));
}

function shortened(reason: string): string {
  return reason.length <= REASON_LENGTH ? reason : `${reason.slice(0, REASON_LENGTH)}…`;
}

/** Ends the child and everything it started, at once. */
function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
