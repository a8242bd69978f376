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

/**
 * The time that members of archives get: nothing of when or where they were packed. The zip format writes the local
 * time down, so it is made of local fields, which are the same in every time zone.
 */
export const ARCHIVE_TIME = new Date(1980, 0, 1, 12);
