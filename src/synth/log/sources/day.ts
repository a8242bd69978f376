import { DAY, HOUR, weekdayOfDays } from '../../civil-time.ts';
import { type Draws, draws } from '../../draws.ts';
import type { LogPlan } from '../plan.ts';
import type { Run } from '../run.ts';

/** A day that sources fill with runs. */
export interface LogDay {
  readonly plan: LogPlan;
  /** Days since the log began. */
  readonly ordinal: number;
  readonly begins: number;
  /** 0 Monday … 6 Sunday. */
  readonly weekday: number;
  /** Monday to Friday. */
  readonly working: boolean;
  /** A working day on which the close is worked. */
  readonly closing: boolean;
  /** A stream of its own for each source and day, so that a change in one source leaves the others as they are. */
  stream(label: string): Draws;
}

/** Gives the runs that are queued from outside on a day; the order does not matter. */
export type Source = (day: LogDay) => Run[];

export function logDay(plan: LogPlan, ordinal: number): LogDay {
  const begins = plan.start + ordinal * DAY;
  const weekday = weekdayOfDays(begins / DAY);
  const working = weekday < 5;
  return {
    plan,
    ordinal,
    begins,
    weekday,
    working,
    closing: working && plan.close.isWorked(begins + 12 * HOUR),
    stream: (label) => draws(plan.seed, `${label} on day ${ordinal}`),
  };
}

/** Users are at work from 7 to 19, with a lunch break; little happens at night. */
const HOURS = [
  0.2, 0.1, 0.1, 0.1, 0.1, 0.3, 1, 3.5, 7.5, 9.5, 9.5, 8, 5, 7, 8.5, 8.5, 7, 5, 2.5, 1, 0.8, 0.5, 0.4, 0.3,
];
const ALL_HOURS = HOURS.reduce((sum, share) => sum + share, 0);

/** Moments of a Poisson process whose rate follows the hours of the day, `expected` of them on average. */
export function momentsOfDay(random: Draws, begins: number, expected: number): number[] {
  const moments: number[] = [];
  for (const [hour, share] of HOURS.entries()) {
    const gap = (HOUR * ALL_HOURS) / (expected * share);
    const end = begins + (hour + 1) * HOUR;
    for (let at = end - HOUR + random.exponential(gap); at < end; at += random.exponential(gap)) {
      moments.push(Math.floor(at));
    }
  }
  return moments;
}

/** Moments of a Poisson process with one rate all day. */
export function steadyMoments(random: Draws, begins: number, expected: number): number[] {
  const moments: number[] = [];
  const gap = DAY / expected;
  for (let at = begins + random.exponential(gap); at < begins + DAY; at += random.exponential(gap)) {
    moments.push(Math.floor(at));
  }
  return moments;
}
