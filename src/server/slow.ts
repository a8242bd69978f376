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

/** Cuts off small requests that don't come whole in time: each would hold a connection. */
export function cutOffSlow(server: FastifyInstance, patienceMs = PATIENCE_MS): void {
  server.addHook('onRequest', async ({ raw }) => {
    if (raw.headers['content-type'] === 'application/octet-stream') return;
    const timer = setTimeout(() => raw.complete || raw.destroy(), patienceMs);
    raw.once('close', () => clearTimeout(timer));
    raw.once('end', () => clearTimeout(timer));
  });
}
