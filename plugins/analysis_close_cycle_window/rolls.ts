import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  type Context,
  fieldsOf,
  type ItemInput,
  identifier,
  percent,
  type QueryHandle,
  resultCsv,
  secondsOf,
} from '../../src/sdk/index.ts';

export interface Study {
  readonly ctx: Context;
  readonly queued: string;
  readonly service: string;
  readonly leftOut: string;
}

const MOST_ITEMS = 24;

/**
 * When new jobs roll to the next accounting month: for each month the moment that parts best the runs that book into
 * earlier months from those that book into it; and what is booked into earlier months after their end (spillover).
 */
export async function reportRolls(study: Study): Promise<void> {
  const { ctx } = study;
  const month = ctx.role('accounting_month');
  if (month === undefined) {
    return ctx.note(
      'No column or parameter names the accounting month: when it rolls, and what spills over the month end, is not known.',
    );
  }
  const handle = await ctx.query(rollsSql(study, identifier(month)));
  await ctx.artifact({
    path: 'rolls_of_the_accounting_month.csv',
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title: 'When new jobs rolled to the next accounting month, and what spilled over the month end',
  });
  const rows = [...handle.rows.keys()].filter((row) => isClear(study, handle, row));
  const unclear = handle.rows.length - rows.length;
  if (unclear > 0) {
    ctx.note(
      `Months in which no moment parts the runs of two accounting months clearly, or whose roll the log does not show: ${unclear}.`,
    );
  }
  if (rows.length === 0) return;
  reportRoll(study, handle, rows);
}

/** The log shows runs of both months, and hardly any on the wrong side of the moment. */
function isClear({ ctx }: Study, handle: QueryHandle, row: number): boolean {
  const most = Number(ctx.settings['most_exceptions_percent']);
  return handle.text(row, 'first_new') !== null && (handle.number(row, 'exceptions_percent') ?? 100) <= most;
}

function reportRoll({ ctx }: Study, handle: QueryHandle, rows: readonly number[]): void {
  const days = rows.map((row) => handle.number(row, 'roll_day') ?? 0).sort((a, b) => a - b);
  const seconds = rows.map((row) => handle.number(row, 'spillover_s') ?? 0);
  const runs = rows.map((row) => handle.number(row, 'spillover_runs') ?? 0);
  const numbers = ctx.derivation({
    method:
      'median by nearest rank, lowest and highest of the day of the roll, the first of the new month being day 1; sums over months',
    values: {
      months: rows.length,
      median_day: days[Math.ceil(days.length / 2) - 1] ?? null,
      earliest_day: days[0] ?? null,
      latest_day: days.at(-1) ?? null,
      spillover_s: seconds.reduce((sum, value) => sum + value, 0),
      spillover_runs: runs.reduce((sum, value) => sum + value, 0),
      first_day: 1,
    },
    inputs: [handle],
  });
  const value = (name: string) => numbers.value(name);
  const spills = runs.some((of) => of > 0);
  ctx.finding({
    kind: 'accounting_month_roll',
    title: `New jobs roll to the next accounting month on day {median_day} of it${spills ? '; {spillover_s} of work spills over' : ''}`,
    statement:
      'In {months} months the runs show when new jobs roll to the next accounting month: on day {median_day} of it in the middle, ' +
      '{earliest_day} at the earliest and {latest_day} at the latest (its first day is day {first_day}; days before count down from there). ' +
      `${spills ? 'After the end of the month {spillover_runs} runs with {spillover_s} of service time still booked into an earlier one.' : 'After the end of the month no run booked into an earlier one.'} By the calendar the close goes ${CLOSE_WINDOW.replace('by the setting close window, ', '')} (a setting).`,
    fields: {
      ...CLOSE_FIELDS,
      months: value('months'),
      ...Object.fromEntries(
        ['median_day', 'earliest_day', 'latest_day', 'first_day'].map((name) => [name, value(name)]),
      ),
      spillover_runs: value('spillover_runs'),
      spillover_s: { from: value('spillover_s'), unit: 's' },
    },
    estimate: { name: 'spillover_past_the_month_end', field: 'spillover_s' },
    target: {},
    how: 'exact_count',
    severity: spills ? 'notice' : 'info',
    ranking: { effect: 0.1, reach: 0.3, actionability: ACTIONABILITY.other },
    items: rows.slice(-MOST_ITEMS).map((row) => itemOf(handle, row)),
    limitations: [
      'A run that names no accounting month says nothing of the roll, and is not counted as spillover.',
    ],
  });
}

function itemOf(handle: QueryHandle, row: number): ItemInput {
  const spills = handle.number(row, 'spillover_runs') !== 0;
  return {
    title: `{month}: new jobs from {first_new} on${spills ? '; {spillover_s} of work for earlier months after their end' : ''}`,
    statement:
      'In {month} the last run of earlier months before the roll was queued at {last_old}, the first of the new month at {first_new}; ' +
      '{exceptions} of {runs} runs around it are on the other side. ' +
      (spills
        ? 'After the month end {spillover_runs} runs with {spillover_s} of service time still booked into an earlier month, the last at {last_spillover}.'
        : 'After the month end no run booked into an earlier month.'),
    fields: fieldsOf(handle, row, [
      'month',
      'last_old',
      'first_new',
      'exceptions',
      'runs',
      'spillover_runs',
      'spillover_s',
      'last_spillover',
    ]),
    estimate: { name: 'spillover_past_the_month_end', field: 'spillover_s' },
  };
}

/**
 * Runs from about the 20th of a month to the 19th of the next are looked at together. The sum of +1 for runs that book
 * into the new month and -1 for others, in the order of queueing, is lowest where the fewest are on the wrong side.
 */
function rollsSql({ queued, service, leftOut }: Study, booked: string): string {
  return `WITH booked_runs AS (
  SELECT ${queued} AS queued, ${booked} AS booked, CASE WHEN ${service} >= 0 THEN ${service} ELSE 0 END AS service,
    CAST(date_trunc('month', ${queued} + INTERVAL 12 days) AS DATE) AS boundary, CAST(date_trunc('month', ${queued}) AS DATE) AS month
  FROM data WHERE ${leftOut} IS NULL AND ${queued} IS NOT NULL AND ${booked} IS NOT NULL
), moments AS (
  SELECT boundary, 12 * year(boundary) + month(boundary) AS code, queued, CAST(sum(CASE WHEN booked >= boundary THEN 1 ELSE -1 END) AS BIGINT) AS net,
    count(*) FILTER (WHERE booked >= boundary) AS new_runs, count(*) AS runs
  FROM booked_runs GROUP BY ALL
), walked AS (
  SELECT boundary, code, queued, runs, new_runs, CAST(sum(net) OVER so_far AS BIGINT) AS net_so_far, CAST(sum(new_runs) OVER so_far AS BIGINT) AS new_so_far,
    CAST(sum(runs - new_runs) OVER so_far AS BIGINT) AS old_so_far, lead(queued) OVER (PARTITION BY boundary, code ORDER BY queued, runs, new_runs) AS next_queued
  FROM moments WINDOW so_far AS (PARTITION BY boundary, code ORDER BY queued, runs, new_runs ROWS UNBOUNDED PRECEDING)
), placed AS (
  SELECT *, rank() OVER (PARTITION BY code ORDER BY net_so_far, queued) AS place, max(old_so_far) OVER (PARTITION BY code) AS all_old,
    max(old_so_far + new_so_far) OVER (PARTITION BY code) AS all_runs
  FROM walked
), rolls AS (
  SELECT boundary, queued AS last_old, CASE WHEN net_so_far < 0 THEN next_queued END AS first_new, all_runs, new_so_far + all_old - old_so_far AS exceptions
  FROM placed WHERE place = 1
), spilled AS (
  SELECT month, count(*) AS spillover_runs, sum(service) AS spillover_us, max(queued) AS last_spillover FROM booked_runs WHERE booked < month GROUP BY ALL
)
SELECT strftime(boundary, '%Y-%m') AS month, last_old, first_new, date_diff('day', boundary, CAST(first_new AS DATE)) + 1 AS roll_day, all_runs AS runs, exceptions,
  ${percent('exceptions', 'all_runs')} AS exceptions_percent, coalesce(spillover_runs, 0) AS spillover_runs,
  ${secondsOf('spillover').replace('spillover_us', 'coalesce(spillover_us, 0)')}, last_spillover
FROM rolls LEFT JOIN spilled ON boundary = spilled.month
ORDER BY boundary`;
}
