/** Time as an effect that callers pass in; only this folder reads the real clock. */
export interface Clock {
  /** Now, as ISO 8601 with milliseconds in UTC. */
  now(): string;
  /** Milliseconds of a monotonic clock with an arbitrary origin. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonicMs: () => performance.now(),
};

/** Milliseconds between two ISO instants. */
export function millisBetween(start: string, end: string): number {
  return Date.parse(end) - Date.parse(start);
}
