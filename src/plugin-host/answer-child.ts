import type { ChildProcess } from 'node:child_process';
import { HarnessError, messageOf, takeTurns } from '../base/index.ts';
import type { Answer } from './answer-calls.ts';
import { encodeBatch } from './batch-codec.ts';
import type { Ending } from './ending.ts';
import { FRAME_BATCH, FRAME_JSON, frameHeader } from './frames.ts';
import type { Reply, StartMessage } from './messages.ts';
import { PastLimit } from './past-limit.ts';

const MAX_OPEN_CALLS = 1000;
/** Questions that are long themselves are open in smaller number. */
const MAX_OPEN_BYTES = 128 * 2 ** 20;
/**
 * So many answers are made at once, each of which counts until the child has taken it: one that asks and does not read
 * makes the host hold no more than these.
 */
const ANSWERS_AT_ONCE = 4;

/** Answers the call `id`, whose message had so many bytes, with what `work` gives or throws. */
type Respond = (id: number, bytes: number, work: () => Promise<Answer>) => Promise<void>;

/** Writes the start message, and gives what answers the child's calls. More of them open than it may have end it. */
export function answerChild(child: ChildProcess, start: StartMessage, ending: Ending): Respond {
  const write = frameWriter(child);
  const inTurn = takeTurns(ANSWERS_AT_ONCE);
  let open = 0;
  let openBytes = 0;

  async function answerWith(id: number, work: () => Promise<Answer>): Promise<void> {
    if (ending.isOver()) return;
    try {
      const answer = await work();
      if (ending.isOver()) return;
      if ('batch' in answer) await write(FRAME_BATCH, encodeBatch(id, answer.batch));
      else await writeJson(write, { type: 'reply', id, ok: true, value: answer.value });
    } catch (error) {
      // A plugin that heard of it could give another result under another cap.
      if (isShort(error))
        return ending.settle({ status: 'out_of_memory', limit: 'memory_mb', reason: messageOf(error) });
      if (error instanceof PastLimit) return ending.exceed(error.limit);
      if (!ending.isOver()) await writeJson(write, { type: 'reply', id, ok: false, error: messageOf(error) });
    }
  }

  void writeJson(write, start);
  return async (id, bytes, work) => {
    open += 1;
    openBytes += bytes;
    if (open > MAX_OPEN_CALLS) ending.exceed('calls', `more than ${MAX_OPEN_CALLS} open at once`);
    if (openBytes > MAX_OPEN_BYTES) ending.exceed('calls', `more than ${MAX_OPEN_BYTES} bytes open at once`);
    await inTurn(() => answerWith(id, work));
    open -= 1;
    openBytes -= bytes;
  };
}

/** Resolves once the child has taken the bytes, or is gone. */
type Write = (kind: number, payload: Uint8Array) => Promise<void>;

function frameWriter({ stdin }: ChildProcess): Write {
  // A child that ended early takes no more input; how it ended is told elsewhere.
  stdin?.on('error', () => undefined);
  return (kind, payload) =>
    new Promise((resolve) => {
      const header = frameHeader(kind, payload.length);
      stdin?.cork();
      stdin?.write(header);
      stdin?.write(payload, () => resolve());
      stdin?.uncork();
    });
}

function writeJson(write: Write, message: StartMessage | Reply): Promise<void> {
  return write(FRAME_JSON, Buffer.from(JSON.stringify(message)));
}

function isShort(error: unknown): boolean {
  return error instanceof HarnessError && error.code === 'SH_MEMORY_SHORT';
}
