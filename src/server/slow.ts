import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { HarnessError, messageOf } from '../base/index.ts';

/** So long a sender may pause, and so long the whole of a small request may take. */
export const PATIENCE_MS = 30_000;

/**
 * What is being sent, block by block, as long as it comes. Throws SH_HTTP_TOO_SLOW after a pause of half a minute, and
 * SH_UPLOAD_BROKEN_OFF where the sender went away.
 */
export async function* whileItComes(
  sent: IncomingMessage,
  name: string,
  patienceMs = PATIENCE_MS,
): AsyncGenerator<Uint8Array> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    sent.destroy();
  }, patienceMs);
  try {
    for await (const block of sent) {
      timer.refresh();
      yield block as Uint8Array;
    }
  } catch (error) {
    if (late) throw new HarnessError('SH_HTTP_TOO_SLOW', { seconds: patienceMs / 1000 });
    throw new HarnessError(
      'SH_UPLOAD_BROKEN_OFF',
      { path: name, reason: messageOf(error) },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Cuts off requests that don't come whole in time, refused ones too: each would hold a connection. Before everything else
 * that may refuse one.
 */
export function cutOffSlow(server: FastifyInstance, patienceMs = PATIENCE_MS): void {
  server.addHook('onRequest', async ({ raw }) => {
    timers.set(
      raw,
      setTimeout(() => raw.complete || raw.destroy(), patienceMs),
    );
    raw.once('close', () => letTakeTime(raw));
    raw.once('end', () => letTakeTime(raw));
  });
}

/** For a request that may be large: it is watched while it comes. */
export function letTakeTime(raw: IncomingMessage): void {
  clearTimeout(timers.get(raw));
}
