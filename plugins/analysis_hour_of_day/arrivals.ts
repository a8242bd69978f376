import {
  ACTIONABILITY,
  fieldOf,
  fieldsOf,
  percent,
  type QueryHandle,
  readLeftOut,
  secondsOf,
  shareOf,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { ClockCells } from './clock-cells.ts';

/** The hour and the minute of the day at which most runs become ready, and how much these wait: counted, not tested. */
export async function reportArrivals(
  study: WaitStudy,
  cells: ClockCells,
  charts: readonly string[],
): Promise<void> {
  const { ctx } = study;
  const minute = await busiestMinute(study, cells);
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  const hour = busiestHour(cells);
  ctx.finding({
    kind: 'arrivals_by_hour',
    title: 'Most runs become ready from {hour_name}: {waited_percent} of all',
    statement: [
      '{waited_runs} runs with a known wait could have started from {hour_name}, {waited_percent} of all; {over_runs} of them waited longer than {threshold_s}.',
      'The busiest minute of the day is {minute_name}: {minute_runs} runs ({minute_percent} of all) on {minute_days} days, at most {minute_most} on one.',
      ...(minute.number(0, 'minute_over_s') === 0
        ? []
        : ['Their over-threshold wait is {minute_over_s}, {minute_over_percent} of all.']),
      ...(leftOut.sentence === undefined ? [] : [leftOut.sentence]),
    ].join(' '),
    fields: {
      ...fieldsOf(cells.handle, hour, ['hour_name', 'waited_runs', 'waited_percent', 'over_runs']),
      ...Object.fromEntries(
        ['name', 'runs', 'percent', 'days', 'most', 'over_s', 'over_percent'].map((name) => [
          `minute_${name}`,
          fieldOf(minute, 0, `minute_${name}`),
        ]),
      ),
      ...leftOut.fields,
      ...threshold,
    },
    estimate: { name: 'runs_of_the_busiest_hour', field: 'waited_runs' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.1,
      reach: shareOf(cells.handle, cells.all ?? 0, 'over_runs_percent'),
      actionability: ACTIONABILITY.other,
    },
    charts: [...charts],
    limitations: [
      'That runs come together is no fault by itself; it matters where they wait for each other.',
    ],
  });
}

function busiestHour({ handle, row }: ClockCells): number {
  const hours = Array.from({ length: 24 }, (_, hour) => row(hour)).filter((at) => at !== undefined);
  const runs = (at: number) => handle.number(at, 'waited_runs') ?? 0;
  return hours.reduce((best, at) => (runs(at) > runs(best) ? at : best), hours[0] ?? 0);
}

function busiestMinute({ ctx, clock }: WaitStudy, { ready, counted }: ClockCells): Promise<QueryHandle> {
  return ctx.query(`WITH by_day AS (
  SELECT hour(${ready}) * 60 + minute(${ready}) AS minute_of_day, CAST(${ready} AS DATE) AS on_day,
    count(*) AS runs, coalesce(sum(${clock.over}), 0) AS over_us
  FROM data WHERE ${counted} GROUP BY ALL
), minutes AS (
  SELECT minute_of_day, sum(runs) AS minute_runs, count(*) AS minute_days, max(runs) AS minute_most, sum(over_us) AS minute_over_us
  FROM by_day GROUP BY ALL
), base AS (SELECT sum(minute_runs) AS all_runs, sum(minute_over_us) AS all_over_us FROM minutes)
SELECT lpad(CAST(minute_of_day // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(minute_of_day % 60 AS VARCHAR), 2, '0') AS minute_name,
  minute_runs, ${percent('minute_runs', 'all_runs')} AS minute_percent, minute_days, minute_most,
  ${secondsOf('minute_over')}, ${percent('minute_over_us', 'all_over_us')} AS minute_over_percent
FROM minutes CROSS JOIN base
ORDER BY minute_runs DESC, minute_name
LIMIT 1`);
}
