import { HOUR } from '../civil-time.ts';
import type { PeakLoad } from './peak.ts';
import type { LogPlan } from './plan.ts';
import type { Run } from './run.ts';
import { closing, nightly } from './sources/chains.ts';
import { type LogDay, logDay, type Source } from './sources/day.ts';
import { payouts } from './sources/payouts.ts';
import { dailyJobs, ledgerSync, morningReports, notifications, watchdog } from './sources/schedules.ts';
import { bulkReports, recalculations, userRuns } from './sources/users.ts';

const SOURCES: readonly Source[] = [
  watchdog,
  ledgerSync,
  notifications,
  dailyJobs,
  morningReports,
  nightly,
  closing,
  payouts,
  userRuns,
  bulkReports,
  recalculations,
];

/** The runs that are queued from outside, day by day without an end. */
export function* demand(plan: LogPlan): Generator<{ begins: number; runs: Run[] }> {
  for (let ordinal = 0; ; ordinal += 1) {
    const day = logDay(plan, ordinal);
    yield { begins: day.begins, runs: runsOf(day) };
  }
}

function runsOf(day: LogDay): Run[] {
  return SOURCES.flatMap((source) => source(day));
}

const CLOSE_DAYS_LOOKED_AT = 8;

/** Looks at the first working days of closes. */
export function peakLoad(plan: LogPlan): PeakLoad {
  const work = new Array<number>(24).fill(0);
  let [days, runs, all] = [0, 0, 0];
  for (let ordinal = 0; days < CLOSE_DAYS_LOOKED_AT; ordinal += 1) {
    const day = logDay(plan, ordinal);
    if (!day.closing) continue;
    days += 1;
    for (const run of runsOf(day)) {
      const hour = Math.floor((run.queued - day.begins) / HOUR) % 24;
      work[hour] = (work[hour] ?? 0) + run.work;
      runs += 1;
      all += run.work;
    }
  }
  const most = Math.max(...work);
  return { hour: work.indexOf(most), erlang: most / HOUR / days, meanService: all / runs / 1000 };
}

/** Runs that are queued from outside on a day, on the average of fourteen days: each weekday twice, all over the month. */
export function demandPerDay(plan: LogPlan): number {
  const ordinals = Array.from({ length: 14 }, (_, i) => 5 * i);
  return ordinals.reduce((sum, ordinal) => sum + runsOf(logDay(plan, ordinal)).length, 0) / ordinals.length;
}
