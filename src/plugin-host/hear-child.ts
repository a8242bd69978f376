import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { redact } from '../base/index.ts';
import { check, describeProblems, type Limits, PluginOutput } from '../contract/index.ts';
import type { StartDocument } from '../sdk/index.ts';
import { type CallServer, MAX_STATE_BYTES } from './answer-calls.ts';
import { answerChild } from './answer-child.ts';
import { splitArtifact } from './artifact-codec.ts';
import { type Ending, shortened, type Verdict } from './ending.ts';
import { FRAME_ARTIFACT, FRAME_JSON, type Frame, FrameError, frameReader } from './frames.ts';
import { ArtifactHeaderSchema, ChildMessageSchema, whatIsWrong } from './message-schemas.ts';
import type { ChildMessage, StartMessage, Task } from './messages.ts';
import type { ArtifactReceiver } from './receive-artifacts.ts';
import { parseUntrusted, UntrustedJsonError } from './untrusted-json.ts';

const MEBIBYTE = 2 ** 20;
/** What a message costs the host at least, however little it says. */
const MESSAGE_BYTES = 16;
const LAST_WORDS = 10_000;
/** A runner says provisional facts less often than this, however many chunks there are. */
const MOST_TOLD = 64;

interface Listening {
  readonly start: StartDocument;
  readonly task?: Task;
  readonly server: CallServer;
  readonly artifacts: ArtifactReceiver;
  readonly limits: Limits;
  readonly onLog: (line: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly onProvisional: (said: Provisional) => void;
}

/** What a plugin says of its first chunks, with nothing checked but its form. */
export type Provisional = Omit<Extract<ChildMessage, { type: 'provisional' }>, 'type'>;

/**
 * Tells the child what it needs to start, answers what it asks, and settles the ending by what it says. Whatever it
 * says is checked first. What comes back gives the end of its stderr.
 */
export function hearChild(child: ChildProcess, ending: Ending, listening: Listening): () => string {
  const { limits, start, task = 'analyze' } = listening;
  const output = counted(limits.output_mb);
  const message: StartMessage = { type: 'start', task, document: start, maxStateBytes: MAX_STATE_BYTES };
  const respond = answerChild(child, message, ending);
  let stderr = '';
  let told = 0;
  /** Chunks whose state it has asked for: of no more than these it can say anything. */
  let asked = 0;

  function log(text: string): void {
    output.count(Buffer.byteLength(text) + MESSAGE_BYTES, 'log');
    listening.onLog(text);
  }

  function receive(payload: Frame['payload']): void {
    const { id, name, content } = artifactIn(payload);
    const problem = listening.artifacts.keep(name, content);
    void respond(id, payload.length, async () => {
      if (problem !== undefined) throw new Error(problem);
      return { value: undefined };
    });
  }

  function hear(message: ChildMessage, bytes: number): void {
    switch (message.type) {
      case 'request':
        if (message.call.method === 'chunkState') asked = Math.max(asked, message.call.chunk + 1);
        void respond(message.id, bytes, () => listening.server.answer(message.call));
        break;
      case 'log':
        log(message.text);
        break;
      case 'progress':
        output.count(MESSAGE_BYTES, 'log');
        listening.onProgress(message.done, message.total);
        break;
      case 'provisional':
        output.count(bytes, 'log');
        told += 1;
        if (told <= MOST_TOLD && message.chunks <= Math.min(asked, start.chunks.length - 1))
          listening.onProvisional(message);
        break;
      case 'output':
        output.count(bytes, 'output');
        ending.settle(judge(message.output));
        break;
      case 'failed':
        log(message.stack);
        ending.stop('failed', message.message);
    }
  }

  const largest = Math.max(limits.output_mb * MEBIBYTE, MAX_STATE_BYTES + MEBIBYTE);
  const read = frameReader((length, kind) => {
    if (kind === FRAME_ARTIFACT) output.count(length, 'artifacts');
    if (length > largest) throw new TooLong('output');
  });
  child.stdout?.on('data', (bytes: Buffer) =>
    guarded(ending, () => {
      if (ending.isOver()) return;
      for (const frame of read(bytes)) {
        if (ending.isOver()) return;
        if (frame.kind === FRAME_ARTIFACT) receive(frame.payload);
        else hear(messageIn(frame), frame.payload.length);
      }
    }),
  );
  const lines = wholeLines((text) => {
    stderr = redact(`${stderr}${text}\n`).slice(-LAST_WORDS);
    if (!ending.isOver() && text !== '') log(text);
  });
  child.stderr?.on('data', (bytes: Buffer) => guarded(ending, () => lines.add(bytes)));
  child.stderr?.on('end', () => guarded(ending, () => lines.end()));
  return () => stderr;
}

/** A longer piece of stderr without an end of line is taken as a line. */
const LONGEST_LINE = 1 << 16;

/** Cuts what a child writes into lines: half a line could be half a secret, which nobody would recognise. */
function wholeLines(take: (text: string) => void) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const end = (): void => {
    const last = rest + decoder.end();
    rest = '';
    if (last !== '') take(last);
  };
  const add = (bytes: Buffer): void => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) take(lines.join('\n').trimEnd());
    if (rest.length > LONGEST_LINE) end();
  };
  return { add, end };
}

/** More than `output_mb`: of what, is the message. */
class TooLong extends Error {}

/** What a plugin got wrong ends it; anything else is a bug of the host and comes out. */
function guarded(ending: Ending, hear: () => void): void {
  try {
    hear();
  } catch (error) {
    if (error instanceof TooLong) ending.exceed('output_mb', error.message);
    else if (error instanceof FrameError || error instanceof UntrustedJsonError) {
      ending.stop('invalid_output', error.message);
    } else ending.crash(error);
  }
}

function messageIn({ kind, payload }: Frame): ChildMessage {
  const message = kind === FRAME_JSON ? parseUntrusted(payload) : null;
  const checked = check(ChildMessageSchema, message);
  if (!checked.ok) throw new UntrustedJsonError(whatIsWrong(message));
  return checked.value;
}

function artifactIn(payload: Frame['payload']) {
  const split = splitArtifact(payload);
  if (split === undefined) throw new FrameError('an artifact is shorter than it says');
  const header = check(ArtifactHeaderSchema, parseUntrusted(split.header));
  if (!header.ok) throw new UntrustedJsonError('an artifact has a header of a form that does not exist');
  return { ...header.value, content: split.content };
}

function judge(output: unknown): Verdict {
  const checked = check(PluginOutput, output);
  if (checked.ok) return { status: 'ok', output: checked.value };
  return { status: 'invalid_output', reason: shortened(redact(describeProblems(checked.problems))) };
}

/** Counts what a plugin gives to be kept, before it is kept: files, log and output together. Throws TooLong. */
function counted(megabytes: number) {
  let bytes = 0;
  const count = (added: number, what: 'artifacts' | 'log' | 'output'): void => {
    bytes += added;
    if (bytes > megabytes * MEBIBYTE) throw new TooLong(what);
  };
  return { count };
}
