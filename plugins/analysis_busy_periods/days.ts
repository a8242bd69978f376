import {
  ACTIONABILITY,
  fieldsOf,
  type ItemInput,
  percent,
  readyTime,
  secondsOf,
  shareOf,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** Days that stand as items. */
const MOST_DAYS = 5;
const SHOWN = ['on_day', 'over_runs', 'over_s', 'over_percent'];

/** The days with most over-threshold wait, by when a run could have started. Nothing of a log of a day or two. */
export async function reportDays(study: WaitStudy): Promise<void> {
  const { ctx, log, clock } = study;
  const days = await ctx.query(`WITH days AS (
  SELECT CAST(${readyTime(log)} AS DATE) AS on_day, count(*) AS over_runs, sum(${clock.over}) AS over_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.over} > 0 GROUP BY ALL
), ranked AS (
  SELECT *, sum(over_us) OVER () AS all_us, count(*) OVER () AS days_with_wait,
    sum(over_us) OVER (ORDER BY over_us DESC, on_day ROWS UNBOUNDED PRECEDING) - over_us AS before_us
  FROM days
)
SELECT on_day, over_runs, ${secondsOf('over')}, ${percent('over_us', 'all_us')} AS over_percent, days_with_wait,
  count(*) FILTER (WHERE 2 * before_us < all_us) OVER () AS half_days
FROM ranked ORDER BY over_us DESC, on_day LIMIT ${MOST_DAYS}`);
  if (days.rows.length < 3) return;
  ctx.finding({
    kind: 'wait_by_day',
    title: 'The day with most over-threshold wait is {on_day}: {over_s}, {over_percent} of all',
    statement:
      'Of {days_with_wait} days on which a run that waited longer than {threshold_s} could have started, {on_day} has most of the ' +
      'over-threshold wait: {over_s}, {over_percent} of all, in {over_runs} runs. {half_days} of these days have half of it.',
    fields: { ...fieldsOf(days, 0, [...SHOWN, 'days_with_wait', 'half_days']), ...threshold },
    estimate: { name: 'over_threshold_wait_of_the_day', field: 'over_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: shareOf(days, 0, 'over_percent'), actionability: ACTIONABILITY.window },
    items: days.rows.map(
      (_, row): ItemInput => ({
        title: '{on_day}: {over_s}, {over_percent} of all',
        statement:
          'On {on_day} {over_runs} runs waited longer than {threshold_s}, {over_s} together: {over_percent} of all.',
        fields: { ...fieldsOf(days, row, SHOWN), ...threshold },
        estimate: { name: 'over_threshold_wait_of_the_day', field: 'over_s' },
      }),
    ),
  });
}
