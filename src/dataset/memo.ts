/** Results by key, the oldest dropped beyond a size; identical work under way is shared. */
export interface Memo<T> {
  get(key: string, make: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

interface Work<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** A memo that keeps results up to `maxSize` in total, as `sizeOf` counts. Failures are not kept. */
export function createMemo<T>(maxSize: number, sizeOf: (value: T) => number): Memo<T> {
  const kept = new Map<string, T>();
  const underWay = new Map<string, Work<T>>();
  let total = 0;

  function keep(key: string, value: T): void {
    total += sizeOf(value);
    kept.set(key, value);
    for (const [oldest, dropped] of kept) {
      if (total <= maxSize) break;
      kept.delete(oldest);
      total -= sizeOf(dropped);
    }
  }

  function start(key: string, make: (signal: AbortSignal) => Promise<T>): Work<T> {
    const controller = new AbortController();
    const promise = make(controller.signal)
      .then((value) => {
        keep(key, value);
        return value;
      })
      .finally(() => {
        if (underWay.get(key) === work) underWay.delete(key);
      });
    promise.catch(() => {});
    const work: Work<T> = { promise, controller, waiting: 0 };
    underWay.set(key, work);
    return work;
  }

  return {
    async get(key, make, signal) {
      signal?.throwIfAborted();
      const known = kept.get(key);
      if (known !== undefined) return known;
      const work = underWay.get(key) ?? start(key, make);
      return waitFor(work, signal, () => underWay.delete(key));
    },
  };
}

/** Waits for shared work; when the last one who waits gives up, the work is aborted. */
async function waitFor<T>(work: Work<T>, signal: AbortSignal | undefined, forget: () => void): Promise<T> {
  work.waiting += 1;
  if (!signal) return work.promise.finally(() => (work.waiting -= 1));
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    if (work.waiting === 1) {
      forget();
      work.controller.abort(signal.reason);
    }
    reject(signal.reason);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work.promise, aborted]);
  } finally {
    work.waiting -= 1;
    signal.removeEventListener('abort', giveUp);
  }
}
