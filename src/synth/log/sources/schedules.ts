import { HOUR, MINUTE } from '../../civil-time.ts';
import type { Draws } from '../../draws.ts';
import { DAILY_JOBS, GL_SYNC, MORNING_REPORT, NOTIFICATION, WATCHDOG, WEEKLY_ARCHIVE } from '../jobs.ts';
import { type Job, makeRun, type Run } from '../run.ts';
import { intervalFactor, usualLines } from '../volume.ts';
import type { LogDay, Source } from './day.ts';

export const watchdog: Source = (day) =>
  everyMinutes(day, 'watchdog', [0, 24], 30 * intervalFactor(day.plan.rowsPerDay)).map(({ random, at }) =>
    scheduled(random, WATCHDOG, at, 'SCH-001', 'Queue=ALL'),
  );

export const ledgerSync: Source = (day) => {
  const { rowsPerDay } = day.plan;
  return everyMinutes(day, 'ledger sync', [0, 24], 60 * intervalFactor(rowsPerDay)).flatMap(
    ({ random, at }) =>
      Array.from({ length: usualLines(rowsPerDay) }, (_, line) =>
        scheduled(random, GL_SYNC, at, 'SCH-002', `Ledger=${line + 1}`),
      ),
  );
};

/** Working days, 7 to 19 o'clock. */
export const notifications: Source = (day) => {
  if (!day.working) return [];
  const { everyMinutes: interval, lines } = day.plan.notifications;
  // draws are made for each step of a grid, so that the runs that stay when the interval is lengthened stay the same
  const step = interval % 5 === 0 ? 5 : 1;
  return everyMinutes(day, 'notifications', [7, 19], step).flatMap(({ random, at, minute }) => {
    const runs = Array.from({ length: lines }, (_, line) =>
      scheduled(random, NOTIFICATION, at, 'SCH-003', `Mode=All;Area=${line + 1}`),
    );
    return minute % interval === 0 ? runs : [];
  });
};

export const dailyJobs: Source = (day) => {
  const random = day.stream('daily jobs');
  const runs = DAILY_JOBS.map(([job, hour, minute], place) =>
    scheduled(random, job, day.begins + hour * HOUR + minute * MINUTE, `SCH-01${place}`, 'Scope=ALL'),
  );
  if (day.weekday === 6) {
    runs.push(scheduled(random, WEEKLY_ARCHIVE, day.begins + 2 * HOUR, 'SCH-020', 'Keep=90'));
  }
  return runs;
};

export const morningReports: Source = (day) => {
  const { runs, overMinutes } = day.plan.pileup;
  if (!day.working) return [];
  const random = day.stream('morning reports');
  const first = day.begins + 8 * HOUR - (overMinutes * MINUTE) / 2;
  return Array.from({ length: runs }, (_, i) => {
    const at = first + Math.round((i * overMinutes * MINUTE) / runs);
    return scheduled(random, MORNING_REPORT, at, 'SCH-030', `Report=${100 + i}`);
  });
};

interface Tick {
  readonly random: Draws;
  readonly at: number;
  /** Since the first one. */
  readonly minute: number;
}

function everyMinutes(
  day: LogDay,
  label: string,
  [from, to]: readonly [number, number],
  step: number,
): Tick[] {
  const random = day.stream(label);
  const ticks: Tick[] = [];
  for (let minute = 0; minute < (to - from) * 60; minute += step) {
    ticks.push({ random, at: day.begins + from * HOUR + minute * MINUTE, minute });
  }
  return ticks;
}

function scheduled(random: Draws, job: Job, at: number, schedule: string, parameters: string): Run {
  const queued = at + random.between(0, 900);
  return makeRun(random, job, queued, { user: 'SCHEDULER', schedule, parameters });
}
