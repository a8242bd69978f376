import { HarnessError, messageOf } from '../base/index.ts';
import type { Dataset } from './dataset.ts';

type Questions = Pick<Dataset, 'query' | 'exact' | 'exactState' | 'batches'>;

/** Whether DuckDB failed for want of memory. */
export function isMemoryShort(error: unknown): boolean {
  return messageOf(error).startsWith('Out of Memory Error');
}

/**
 * The questions of a dataset, which share one DuckDB and its memory: one that is short of it beside others is asked again
 * with nothing beside it. Only then is it SH_MEMORY_SHORT. Meanwhile open streams stand still.
 */
export function againAlone({ query, exact, exactState, batches }: Questions): Questions {
  const turns = sharedOrAlone();
  const answer = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await turns.beside(ask);
    } catch (error) {
      if (!(error instanceof HarnessError && error.code === 'SH_MEMORY_SHORT')) throw error;
      return turns.alone(ask);
    }
  };
  return {
    query: (request) => answer(() => query(request)),
    exact: (request) => answer(() => exact(request)),
    exactState: (request) => answer(() => exactState(request)),
    batches: (request) => eachBeside(batches(request), turns),
  };
}

/** Batch by batch: whoever reads a stream may ask besides, and would wait for itself if the whole stream were one turn. */
async function* eachBeside<T>(
  stream: AsyncIterable<T>,
  { beside }: ReturnType<typeof sharedOrAlone>,
): AsyncGenerator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await beside(() => iterator.next());
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Work that goes on side by side, and work that waits for all that is under way and holds back what comes after it. */
export function sharedOrAlone() {
  const underWay = new Set<Promise<unknown>>();
  let last: Promise<unknown> = Promise.resolve();

  async function beside<T>(work: () => Promise<T>): Promise<T> {
    for (let seen: unknown; seen !== last; ) {
      seen = last;
      await seen;
    }
    const done = work();
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
    }
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const before = last;
    const done = (async () => {
      await before;
      await Promise.allSettled(underWay);
      return work();
    })();
    last = done.catch(() => undefined);
    return done;
  }

  return { beside, alone };
}
