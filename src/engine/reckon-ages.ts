import { daysBefore } from '../base/index.ts';
import type { App } from './app.ts';

/** So many days may the clock be ahead of the newest event before it is doubted. */
export const DOUBTED_AFTER_DAYS = 30;

/** To which instant ages are counted. */
export interface Reckoning {
  readonly ages_counted_to: string;
  /** What the clock says, where it was not believed; null where it was. */
  readonly clock_doubted: string | null;
}

/**
 * Ages are counted to now, unless the clock is more than a month ahead of the newest event: then it may have jumped, and
 * they are counted to that event, as restic counts to its newest snapshot. So what was used a moment before a jump is not
 * old by it. Whoever knows that the appdata was only left alone for so long says so.
 */
export function reckonAges({ state, clock }: App, trustClock: boolean): Reckoning {
  const now = clock.now();
  const newest = state.events.newestAt();
  const believed = trustClock || newest === undefined || newest >= daysBefore(now, DOUBTED_AFTER_DAYS);
  return believed
    ? { ages_counted_to: now, clock_doubted: null }
    : { ages_counted_to: newest, clock_doubted: now };
}
