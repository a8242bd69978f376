import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { deriveAs, type ProcessLog } from './columns.ts';
import type { JobLabels } from './left-out.ts';

/** Microseconds of a day of 24 hours. */
export const DAY_US = 86_400_000_000;
/** Days by which a time has to be outside, whatever the length of the log. */
const MARGIN_DAYS = 30;

/** The log's own period, and what lies far outside of it. */
export interface Period {
  /** `period_from` and `period_to`, one row. */
  readonly handle: QueryHandle;
  /** Conditions on a row, as SQL: a time far before or after the period; far after it. */
  readonly outside: string;
  readonly later: string;
}

/**
 * The period of the runs' first known times, without the first and the last of each thousand. A time is outside if it is
 * further from it than the period is long, and than `marginDays`: a year that was mistyped, a date that stands for
 * “never”. Undefined where no run has a time.
 */
export async function readPeriod(
  ctx: Context,
  log: ProcessLog,
  { leftOut }: Pick<JobLabels, 'leftOut'>,
  marginDays = MARGIN_DAYS,
): Promise<Period | undefined> {
  const { queued, eligible, started, ended } = log;
  const known = (times: readonly (string | undefined)[]) => times.filter((sql) => sql !== undefined);
  const first = `epoch_us(coalesce(${known([queued, eligible, started]).join(', ')}))`;
  const handle = await ctx.query(
    `SELECT quantile_disc(${first}, 0.001) AS from_us, quantile_disc(${first}, 0.999) AS to_us,
  make_timestamp(quantile_disc(${first}, 0.001)) AS period_from, make_timestamp(quantile_disc(${first}, 0.999)) AS period_to
FROM data WHERE ${leftOut} IS DISTINCT FROM 'excluded'`,
  );
  const [from, to] = [handle.bigint(0, 'from_us'), handle.bigint(0, 'to_us')];
  if (from === null || to === null) return undefined;
  const least = BigInt(Math.round(marginDays * DAY_US));
  const margin = to - from > least ? to - from : least;
  const times = known([queued, eligible, started, ended]).map((time) => `epoch_us(${time})`);
  const any = (of: (time: string) => string) => times.map(of).join(' OR ');
  return {
    handle,
    outside: any((time) => `(${time} < ${from - margin} OR ${time} > ${to + margin})`),
    later: any((time) => `${time} > ${to + margin}`),
  };
}

/**
 * The labels with `outside` for runs with a time far outside of the log's period (`analysis_clock_violations` cites
 * them), with a note of how many: one such time would be the length of the log, and its run most of the work.
 */
export async function leaveOutside(ctx: Context, log: ProcessLog, labels: JobLabels): Promise<JobLabels> {
  const period = await readPeriod(ctx, log, labels);
  if (period === undefined) return labels;
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${period.outside}) AS outside_rows FROM data WHERE ${labels.leftOut} IS DISTINCT FROM 'excluded'`,
  );
  const rows = counts.number(0, 'outside_rows') ?? 0;
  if (rows === 0) return labels;
  ctx.note(`Runs left out, as they hold a time far outside of the period of the log: ${rows}.`);
  const leftOut = await deriveAs(
    ctx,
    'left_out_here',
    `CASE WHEN ${labels.leftOut} IS DISTINCT FROM 'excluded' AND (${period.outside}) THEN 'outside' ELSE ${labels.leftOut} END`,
  );
  return { ...labels, leftOut };
}
