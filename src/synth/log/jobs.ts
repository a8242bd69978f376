import type { Job } from './run.ts';

/** A job that users ask for, how often compared with the others, and how much oftener in a close. */
export interface UserJob extends Job {
  readonly weight: number;
  readonly inClose: number;
}

const job = (code: string, module: string, median: number, sigma: number, priority = 5): Job => ({
  code,
  module,
  median,
  sigma,
  priority,
});

const asked = (made: Job, weight: number, inClose = 1): UserJob => ({ ...made, weight, inClose });

// Names are invented, in the manner of oil and gas accounting systems.
export const USER_JOBS = [
  asked(job('RPTOWNR', 'RPT', 140, 0.7), 10),
  asked(job('RPTPROD', 'RPT', 210, 0.6), 8),
  asked(job('RPTAFE', 'RPT', 110, 0.6), 5),
  asked(job('RPTSUSP', 'RPT', 250, 0.7), 4),
  asked(job('JIBINV', 'JIB', 390, 0.6), 6, 1.5),
  asked(job('JIBCALC', 'JIB', 500, 0.6), 5, 1.5),
  asked(job('JEPOST', 'GL', 125, 0.6), 9, 1.8),
  asked({ ...job('GLALLOC', 'GL', 210, 0.8), cap: 1 }, 3, 1.3),
  asked(job('APIMPORT', 'AP', 170, 0.6), 6),
  asked(job('ARAPPLY', 'AR', 180, 0.6), 5),
  asked(job('EDIIMPRT', 'EDI', 80, 0.5), 6),
  asked(job('TAXCALC', 'TAX', 280, 0.6), 3),
] as const;

export const WATCHDOG: Job = { ...job('QUEUEMON', 'SYS', 1, 0.3, 1), watchdog: true };
export const NOTIFICATION = job('NOTIFYQ', 'SYS', 100, 0.35);
export const GL_SYNC = job('GLSYNC', 'GL', 50, 0.5);
export const WEEKLY_ARCHIVE = job('WKLYARCH', 'SYS', 5400, 0.2, 8);

/** Jobs that run once a day, at this hour and minute. */
export const DAILY_JOBS: readonly (readonly [Job, number, number])[] = [
  [job('OWNRSYNC', 'LND', 500, 0.4), 4, 0],
  [job('CASHRECN', 'AR', 400, 0.4), 5, 30],
  [job('DAILYBAL', 'GL', 300, 0.4), 6, 0],
  [job('BANKFILE', 'AP', 120, 0.4), 16, 30],
  [job('GLROLLUP', 'GL', 700, 0.4), 20, 0],
];

/** Steps of a chain, each after the one before. */
export const NIGHTLY_STEPS = [
  job('REVNIGHT', 'REV', 40, 0.3, 4),
  job('REVIMPRT', 'REV', 600, 0.4, 4),
  job('REVVALID', 'REV', 300, 0.4, 4),
  job('REVALLOC', 'REV', 900, 0.4, 4),
  job('REVPOST', 'REV', 350, 0.4, 4),
] as const;
/** Children of the second step, all at once; the vendor lets two of them run side by side. */
export const NIGHTLY_EXTRACT: Job = { ...job('REVEXTR', 'REV', 240, 0.4, 6), cap: 2 };
/** What some chains have before the fourth step, if it was planted. */
export const HOLD_STEP = job('REVHOLD', 'REV', 1500, 0.3, 4);

export const CLOSE_STEPS = [
  job('CLSMAST', 'CLS', 40, 0.3, 3),
  job('CLSEXTR', 'CLS', 220, 0.4, 3),
  job('CLSVALU', 'CLS', 320, 0.4, 3),
  job('CLSTAX', 'CLS', 140, 0.4, 3),
  job('CLSPOST', 'CLS', 360, 0.4, 3),
  job('CLSRPT', 'CLS', 110, 0.4, 3),
] as const;

/** Seconds that one payout adds to a run that takes a list; a run's own part is its median. */
export const SECONDS_PER_PAYOUT = 4;
export const PAYOUT_JOBS = ['PAYCHECK', 'PAYACH', 'PAYWIRE', 'PAYSUSP'].map((code) =>
  job(code, 'PAY', 75, 0.35),
);

export const MORNING_REPORT = job('MORNRPT', 'RPT', 200, 0.4);
export const BULK_REPORT = job('BULKRPT', 'RPT', 160, 0.4);
/** Recalculates revenue; a lock of its makes others slow, if that was planted. */
export const RECALCULATION: Job = { ...job('REVRECAL', 'REV', 900, 0.3), cap: 1 };

/** Every job that a process log can have. */
export const ALL_JOBS: readonly Job[] = [
  ...USER_JOBS,
  WATCHDOG,
  NOTIFICATION,
  GL_SYNC,
  WEEKLY_ARCHIVE,
  ...DAILY_JOBS.map(([daily]) => daily),
  ...NIGHTLY_STEPS,
  NIGHTLY_EXTRACT,
  HOLD_STEP,
  ...CLOSE_STEPS,
  ...PAYOUT_JOBS,
  MORNING_REPORT,
  BULK_REPORT,
  RECALCULATION,
];
