/** How many may wait for their turn, and what whoever comes then is told. */
export interface Queue {
  readonly most: number;
  full(): Error;
}

/** Does a piece of work when its turn has come; one that `signal` takes back before throws its reason. */
export type Turns = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Does pieces of work in the order they come, at most so many at once; any number waits, unless told otherwise. */
export function takeTurns(atOnce: number, queue?: Queue): Turns {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  const turn = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal?.reason);
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(begin);
    });
  return async (work, signal) => {
    signal?.throwIfAborted();
    if (free > 0) free -= 1;
    else if (queue !== undefined && waiting.length >= queue.most) throw queue.full();
    else await turn(signal);
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
