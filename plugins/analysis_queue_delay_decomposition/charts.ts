import { seconds } from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

const HOURS = [{ calculate: 'datum.seconds / 3600', as: 'hours' }];

/** The charts of this analysis; their names. */
export async function chartWaits(study: Study): Promise<string[]> {
  return [
    await chartByActivity(study),
    ...(study.log.queued === undefined ? [] : [await chartByDayOfMonth(study, study.log.queued)]),
  ];
}

/** Pre-eligible wait, and eligible wait of runs up to and over the threshold, stacked, for the jobs that wait most. */
async function chartByActivity({ ctx, log, clock }: Study): Promise<string> {
  const query = await ctx.query(
    `WITH waits AS (
  SELECT coalesce(CAST(${log.activity} AS VARCHAR), '(none)') AS activity,
    coalesce(sum(${clock.preEligible}) FILTER (WHERE ${clock.preEligible} >= 0), 0) AS pre_us,
    coalesce(sum(${clock.wait}) FILTER (WHERE ${clock.wait} >= 0), 0) AS wait_us,
    coalesce(sum(${clock.over}), 0) AS over_us
  FROM data WHERE ${clock.leftOut} IS NULL GROUP BY ALL
), top AS (SELECT activity, pre_us, wait_us, over_us FROM waits ORDER BY over_us DESC, wait_us DESC, pre_us DESC, activity LIMIT 12)
SELECT activity, part, ${seconds('us')} AS seconds, part_order, over_us
FROM (
  SELECT activity, over_us, 'over-threshold wait' AS part, 1 AS part_order, over_us AS us FROM top
  UNION ALL SELECT activity, over_us, 'eligible wait up to the threshold', 2, wait_us - over_us FROM top
  UNION ALL SELECT activity, over_us, 'pre-eligible wait', 3, pre_us FROM top
) AS parts
ORDER BY over_us DESC, activity, part_order`,
  );
  return ctx.chart({
    name: 'waits_by_activity',
    title: 'Waiting hours by job',
    alternative:
      'Stacked bars, one per job, in hours: over-threshold wait (the whole wait of runs that waited longer than the threshold), eligible wait of the other runs, and pre-eligible wait.',
    query,
    spec: {
      transform: HOURS,
      mark: 'bar',
      width: 420,
      height: { step: 18 },
      encoding: {
        y: {
          field: 'activity',
          type: 'nominal',
          sort: { field: 'over_us', op: 'max', order: 'descending' },
          title: null,
        },
        x: { field: 'hours', type: 'quantitative', title: 'hours' },
        color: {
          field: 'part',
          type: 'nominal',
          title: null,
          scale: {
            domain: ['over-threshold wait', 'eligible wait up to the threshold', 'pre-eligible wait'],
            range: ['var(--series-5)', 'var(--series-2)', 'var(--line-strong)'],
          },
        },
        order: { field: 'part_order', type: 'ordinal' },
      },
    },
  });
}

/** Over-threshold wait by the day of the month on which runs were queued. */
async function chartByDayOfMonth({ ctx, clock }: Study, queued: string): Promise<string> {
  const query = await ctx.query(
    `SELECT day(${queued}) AS day_of_month, ${clock.window} AS close_window,
  ${seconds(`coalesce(sum(${clock.over}), 0)`)} AS seconds
FROM data
WHERE ${clock.leftOut} IS NULL AND ${queued} IS NOT NULL
GROUP BY ALL
ORDER BY day_of_month`,
  );
  return ctx.chart({
    name: 'over_threshold_wait_by_day_of_month',
    title: 'Over-threshold wait by day of the month',
    alternative:
      'Bars, one per day of the month on which runs were queued, in hours of over-threshold wait; days of the setting close window stand out.',
    query,
    spec: {
      transform: HOURS,
      mark: 'bar',
      width: 420,
      height: 140,
      encoding: {
        x: { field: 'day_of_month', type: 'ordinal', title: 'day of the month', axis: { labelAngle: 0 } },
        y: { field: 'hours', type: 'quantitative', title: 'hours' },
        color: {
          field: 'close_window',
          type: 'nominal',
          title: 'window',
          scale: { domain: ['close', 'open'], range: ['var(--series-5)', 'var(--line-strong)'] },
        },
      },
    },
  });
}
