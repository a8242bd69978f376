import type { FastifyReply } from 'fastify';
import { HarnessError, type Turns, takeTurns } from '../base/index.ts';

/** How much of what takes memory and processors is done at once; the rest waits its turn, and too much is refused. */
export interface AllTurns {
  /** Whole files or runs: plans, previews, verifications, packs. */
  readonly long: Turns;
  /** Processes of runs, until others can watch them; they read their files afterwards. */
  readonly starts: Turns;
  /** Rows and queries. */
  readonly short: Turns;
}

/** Throw SH_HTTP_BUSY where too many wait. */
export function newTurns(): AllTurns {
  const busy = (what: string) => () => new HarnessError('SH_HTTP_BUSY', { what });
  return {
    long: takeTurns(2, {
      most: 20,
      full: busy('20 plans, previews and other long things wait for their turn'),
    }),
    starts: takeTurns(2, { most: 20, full: busy('20 runs wait to be started') }),
    short: takeTurns(4, { most: 100, full: busy('100 questions to the rows wait for their turn') }),
  };
}

/** Aborted, as SH_HTTP_LEFT, when whoever asked has left. */
export function untilLeft({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController();
  raw.once('close', () => left.abort(new HarnessError('SH_HTTP_LEFT', {})));
  return left.signal;
}
