import { type CloseBlock, type Context, groupName, type QueryHandle } from '../../src/sdk/index.ts';

/** SQL of what the analysis works on. */
export interface Study {
  readonly ctx: Context;
  readonly queued: string;
  readonly service: string;
  readonly window: string;
  readonly leftOut: string;
  readonly adjustable: string;
}

/** A calendar day that the log covers as a whole, and which days it is like. */
export interface Day extends CloseBlock {
  readonly date: string;
  /** Days within a week of the month on the same side. */
  readonly block: string;
  /** Days of one weekday in one month are alike but for the close. */
  readonly stratum: string;
}

/** Runs per day of each job. */
export interface Days {
  readonly handle: QueryHandle;
  readonly days: readonly Day[];
  /** Job → rows of the handle. */
  readonly jobs: ReadonlyMap<string, readonly number[]>;
  /** Whether a date is in the close. */
  readonly isClose: (date: string) => boolean;
}

const MOST_JOBS = 60;
const DAY_MS = 86_400_000;

/** Days on which no job runs, more than these in a row, are taken for a gap in the log: a wrong date leaves decades. */
const LONGEST_QUIET_DAYS = 31;

/** The first and the last day before a gap are left out: the log may hold parts of them only. Undefined without both sides. */
export async function readDays(study: Study): Promise<Days | undefined> {
  const handle = await study.ctx.query(daysSql(study));
  const isClose = closeDays(study);
  const dates = [...new Set(handle.rows.map((_, row) => handle.text(row, 'date') ?? ''))].sort();
  const days = stretchesOf(dates).flatMap(([first, last]) =>
    datesBetween(first, last).map((date) => dayOf(date, isClose(date))),
  );
  const both = new Set(days.map(({ inClose }) => inClose)).size === 2;
  const jobs = Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'name') ?? '');
  return both ? { handle, days, jobs, isClose } : undefined;
}

function dayOf(date: string, inClose: boolean): Day {
  const month = date.slice(0, 7);
  const day = Number(date.slice(8));
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return {
    date,
    month,
    inClose,
    block: `${month} ${Math.floor((day - 1) / 7)} ${inClose}`,
    stratum: `${month} ${weekday}`,
  };
}

/** First and last of the dates, in order, between gaps. */
function stretchesOf(dates: readonly string[]): [first: string, last: string][] {
  const stretches: [string, string][] = [];
  for (const date of dates) {
    const current = stretches.at(-1);
    if (current !== undefined && dayNumber(date) - dayNumber(current[1]) <= LONGEST_QUIET_DAYS)
      current[1] = date;
    else stretches.push([date, date]);
  }
  return stretches;
}

/** Whole days between two dates, neither of them. */
function datesBetween(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let day = dayNumber(first) + 1; day < dayNumber(last); day += 1)
    dates.push(new Date(day * DAY_MS).toISOString().slice(0, 10));
  return dates;
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** As `deriveCloseWindow` has it. */
function closeDays({ ctx }: Study): (date: string) => boolean {
  const [first, last] = [Number(ctx.settings['close_start_day']), Number(ctx.settings['close_end_day'])];
  return (date) => {
    const day = Number(date.slice(8));
    return first <= last ? day >= first && day <= last : day >= first || day <= last;
  };
}

function daysSql({ ctx, queued, service, leftOut, adjustable }: Study): string {
  return `WITH counted AS (
  SELECT ${groupName(ctx, 'activity')} AS name, CAST(${queued} AS DATE) AS date, ${adjustable} AS adjustable,
    CASE WHEN ${service} >= 0 THEN ${service} END AS service
  FROM data WHERE ${leftOut} IS NULL AND ${queued} IS NOT NULL
), most AS (
  SELECT name AS most_name, count(*) AS all_runs FROM counted GROUP BY ALL ORDER BY all_runs DESC, most_name LIMIT ${MOST_JOBS}
)
SELECT name, date, count(*) AS runs, count(service) AS served_runs, coalesce(sum(service), 0) AS service_us, bool_and(adjustable) AS adjustable
FROM counted JOIN most ON name = most_name
GROUP BY name, date ORDER BY name, date`;
}
