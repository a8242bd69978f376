import { HarnessError } from '../base/index.ts';
import type { Dataset } from './dataset.ts';

type Questions = Pick<Dataset, 'query' | 'exact' | 'exactState'>;

/**
 * The questions of a dataset, which share one DuckDB and its memory: one that is short of it beside others is asked again
 * with nothing beside it. Only then is it SH_MEMORY_SHORT.
 */
export function againAlone({ query, exact, exactState }: Questions): Questions {
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
  };
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
