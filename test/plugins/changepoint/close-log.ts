import { createRandom, type RandomStream } from '../../../src/sdk/index.ts';
import type { Table } from '../make-table.ts';

/** A job by its runs per day on working days and at weekends, and how many times as many the close has of either. */
interface Job {
  readonly name: string;
  readonly workday: number;
  readonly weekend: number;
  readonly closeWorkday: number;
  readonly closeWeekend: number;
}

/** What a job is from a day on. */
export interface Step {
  readonly job: string;
  readonly day: number;
  /** Times the runs per day before. */
  readonly runs?: number;
  /** Times the service time before. */
  readonly service?: number;
}

export interface CloseLog {
  readonly seed: string;
  /** First day, as `2025-10-01`. */
  readonly from: string;
  readonly days: number;
  /** Days of the month on which the close is worked in truth; wraps round the month end. */
  readonly close: readonly [first: number, last: number];
  readonly steps?: readonly Step[];
  /** Jobs of the list that the log has; all where it does not say. */
  readonly jobs?: readonly string[];
}

const DAY_MS = 86_400_000;

/** Jobs whose weekdays have other closes than their weekends, jobs of some days only, of the close only, and steady ones. */
const JOBS: readonly Job[] = [
  { name: 'GL_REPORT', workday: 25, weekend: 3, closeWorkday: 6, closeWeekend: 10 },
  { name: 'INVOICE_POST', workday: 33, weekend: 4, closeWorkday: 6.5, closeWeekend: 10 },
  { name: 'AGING_RPT', workday: 22, weekend: 2, closeWorkday: 7, closeWeekend: 10 },
  { name: 'WORKDAYS', workday: 30, weekend: 0, closeWorkday: 2, closeWeekend: 1 },
  { name: 'PAYOUT', workday: 0, weekend: 0, closeWorkday: 0, closeWeekend: 0 },
  { name: 'MONDAYS', workday: 0, weekend: 0, closeWorkday: 0, closeWeekend: 0 },
  { name: 'STEADY', workday: 40, weekend: 40, closeWorkday: 1, closeWeekend: 1 },
];

/** PAYOUT runs in the close alone, and MONDAYS on one day of the week. */
const runsPerDay = (job: Job, weekday: number, isClose: boolean): number => {
  if (job.name === 'PAYOUT') return isClose ? 40 : 0;
  if (job.name === 'MONDAYS') return weekday === 1 ? 30 : 0;
  const isWeekend = weekday === 0 || weekday === 6;
  const usual = isWeekend ? job.weekend : job.workday;
  return usual * (isClose ? (isWeekend ? job.closeWeekend : job.closeWorkday) : 1);
};

/** A log that is the same from close to close: more runs and longer waits in each, and nothing else but the steps. */
export function closeLog({ seed, from, days, close, steps = [], jobs }: CloseLog): Table {
  const random = createRandom(seed, 'close log');
  const begins = Date.parse(from);
  const rows: string[][] = [];
  for (let day = 0; day < days; day += 1) {
    const date = new Date(begins + day * DAY_MS);
    const ofMonth = date.getUTCDate();
    const isClose = ofMonth >= close[0] || ofMonth <= close[1];
    for (const job of JOBS.filter(({ name }) => jobs?.includes(name) ?? true)) {
      const [runs, service] = factorsOf(steps, job.name, day);
      const count = poisson(random, runs * runsPerDay(job, date.getUTCDay(), isClose));
      for (let i = 0; i < count; i += 1) {
        const queued = date.getTime() + Math.floor(random.uniform() * DAY_MS);
        const wait = -Math.log(1 - random.uniform()) * (isClose ? 600 : 20);
        const seconds = 40 * service * Math.exp(0.5 * random.normal());
        const started = queued + Math.round(wait) * 1000;
        rows.push([job.name, text(queued), text(started), text(started + Math.round(seconds) * 1000)]);
      }
    }
  }
  const time = { kind: 'timestamp' } as const;
  return {
    columns: [
      { name: 'PROCESS_ID', type: { kind: 'text' } },
      ...['QUEUE_DT', 'START_DT', 'END_DT'].map((name) => ({ name, type: time })),
    ],
    rows: rows.sort((a, b) => ((a[1] ?? '') < (b[1] ?? '') ? -1 : 1)),
  };
}

export const CLOSE_LOG_ROLES = {
  activity: 'PROCESS_ID',
  queued_at: 'QUEUE_DT',
  started_at: 'START_DT',
  ended_at: 'END_DT',
};

function factorsOf(steps: readonly Step[], job: string, day: number): [runs: number, service: number] {
  const on = steps.filter((step) => step.job === job && day >= step.day);
  return [
    on.reduce((product, { runs = 1 }) => product * runs, 1),
    on.reduce((product, { service = 1 }) => product * service, 1),
  ];
}

function text(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** By the normal limit where the mean is large. */
function poisson(random: RandomStream, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  let [count, product] = [0, random.uniform()];
  for (const limit = Math.exp(-mean); product > limit; count += 1) product *= random.uniform();
  return count;
}
