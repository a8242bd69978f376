import { systemClock } from '../base/index.ts';

const EVERY_MS = 1000;

/** Calls `tell` when asked for the first time, and after that at most once a second. */
export function atMostEverySecond(tell: () => void): () => void {
  let next = Number.NEGATIVE_INFINITY;
  return () => {
    const now = systemClock.monotonicMs();
    if (now < next) return;
    next = now + EVERY_MS;
    tell();
  };
}
