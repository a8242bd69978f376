/** Time as an effect that callers pass in; only this folder reads the real clock. */
export interface Clock {
  /** Now, as ISO 8601 with milliseconds in UTC. */
  now(): string;
  /** Milliseconds of a monotonic clock with an arbitrary origin. */
  monotonicMs(): number;
}

/** The two clocks of a machine: the one that can be set, and the one that only goes on; both in milliseconds. */
export interface RawClocks {
  wall(): number;
  monotonic(): number;
}

/**
 * A clock whose time never goes back within a process: where the machine's clock is set back, it goes on from the latest
 * time that it has told, by the monotonic clock. So nothing ends before it began.
 */
export function forwardClock({ wall, monotonic }: RawClocks): Clock {
  let told = { wall: Number.NEGATIVE_INFINITY, monotonic: 0 };
  return {
    now() {
      const [seen, at] = [wall(), monotonic()];
      told = { wall: seen >= told.wall ? seen : told.wall + (at - told.monotonic), monotonic: at };
      return new Date(Math.floor(told.wall)).toISOString();
    },
    monotonicMs: monotonic,
  };
}

export const systemClock: Clock = forwardClock({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
});

/** Milliseconds between two ISO instants. */
export function millisBetween(start: string, end: string): number {
  return Date.parse(end) - Date.parse(start);
}

/**
 * The time that members of archives get: nothing of when or where they were packed. The zip format writes the local
 * time down, so it is made of local fields, which are the same in every time zone.
 */
export const ARCHIVE_TIME = new Date(1980, 0, 1, 12);

/** The instant a millisecond after another; both ISO 8601 in UTC. */
export function instantAfter(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString();
}

/** The instant some days before another, not before 1970; both ISO 8601 in UTC. */
export function daysBefore(now: string, days: number): string {
  return new Date(Math.max(0, Date.parse(now) - days * 86_400_000)).toISOString();
}
