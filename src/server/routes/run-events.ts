import type { ServerResponse } from 'node:http';
import Type from 'typebox';
import { watchRun } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';
import { RunWatchers } from '../run-watchers.ts';
import { RunId } from './runs.ts';

const HEARTBEAT_MS = 15_000;
/** After so long a browser asks again. */
const RETRY_MS = 1000;
const Seen = Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) });

/**
 * What happens in a run as server-sent events, from its beginning or from the event that was heard last: `status` (how it
 * stands) first and last, `progress` in between. It ends when the run has.
 */
export function runEventRoutes({ server, app, closing }: Routes): void {
  const watchers = new RunWatchers(app);
  server.get(
    `${API}/runs/:id/events`,
    { schema: { params: RunId, headers: Seen, produces: ['text/event-stream'] } },
    async (request, reply) => {
      const { id } = request.params;
      const nobody = { signal: AbortSignal.abort(), onProgress: () => undefined };
      const now = await watchRun(app, id, nobody);
      watchers.refuseMore(now.run_id);
      const left = new AbortController();
      reply.raw.once('close', () => left.abort());
      reply.hijack();
      const stream = eventStream(reply.raw, reply.getHeaders());
      try {
        stream.send('status', now);
        const signal = AbortSignal.any([left.signal, closing]);
        const after = Number(request.headers['last-event-id'] ?? 0);
        const tell = (event: object, at?: number): void => stream.send('progress', event, at);
        const end = await watchers.follow(now.run_id, { after, signal, tell });
        if (end?.under_way === false) stream.send('status', end);
      } catch (error) {
        // The answer has begun: the browser asks again, and is told then.
        request.log.error(error);
      } finally {
        stream.end();
      }
    },
  );
}

function eventStream(response: ServerResponse, headers: object) {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const heart = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  return {
    send(event: string, data: object, id?: number): void {
      const at = id === undefined ? '' : `id: ${id}\n`;
      response.write(`${at}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end(): void {
      clearInterval(heart);
      response.end();
    },
  };
}
