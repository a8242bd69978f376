import type { Batch, ContextDoor } from '../../sdk/index.ts';
import { ask, handOver, send } from './channel.ts';

const encoder = new TextEncoder();

/** The context's door: every question goes over the channel. The host checks all of it again. */
export function hostDoor(): ContextDoor {
  // The answers come from the host, which makes them from these types; nothing untrusted enters here.
  const asking = ask as <T>(call: Parameters<typeof ask>[0]) => Promise<T>;
  return {
    query: (sql, parameters) => asking({ method: 'query', sql, parameters }),
    exact: (request) => asking({ method: 'exact', request }),
    derive: (name, sql) => asking({ method: 'derive', name, sql }),
    batches: (columns, chunk) => batches({ method: 'openBatches', columns, chunk: chunk ?? null }),
    load: (columns) => batches({ method: 'openLoad', columns }),
    chunkQuery: (chunk, sql, parameters) => asking({ method: 'chunkQuery', chunk, sql, parameters }),
    chunkExact: (chunk, columns) => asking({ method: 'chunkExact', chunk, columns }),
    writeArtifact: (path, content) =>
      handOver(String(path).toWellFormed(), typeof content === 'string' ? encoder.encode(content) : content),
    log,
    // A number that is none is nothing to watch, and nothing to end a plugin for.
    progress: (done, total) => {
      if (Number.isFinite(done) && Number.isFinite(total)) send({ type: 'progress', done, total });
    },
    signal: new AbortController().signal,
  };
}

/** A line in the execution's log. */
export function log(text: string): void {
  send({ type: 'log', text: String(text).toWellFormed() });
}

async function* batches(open: Parameters<typeof ask>[0]): AsyncGenerator<Batch> {
  const stream = Number(await ask(open));
  try {
    for (;;) {
      const batch = await ask({ method: 'nextBatch', stream });
      if (batch === null) return;
      yield batch as Batch;
    }
  } finally {
    await ask({ method: 'closeBatches', stream });
  }
}
