import { seconds, type WaitStudy } from '../../src/sdk/index.ts';
import type { ClockCells } from './clock-cells.ts';

/** Over-threshold wait by hour and weekday, a map for the close window and one for the rest; its name. */
export async function chartHours({ ctx, clock }: WaitStudy, { ready, counted }: ClockCells): Promise<string> {
  const query = await ctx.query(
    `SELECT ${clock.window} AS close_window, isodow(${ready}) AS weekday, hour(${ready}) AS hour_of_day, count(*) AS runs,
  ${seconds(`coalesce(sum(${clock.over}), 0)`)} AS seconds
FROM data WHERE ${counted}
GROUP BY ALL
ORDER BY close_window, weekday, hour_of_day`,
  );
  return ctx.chart({
    name: 'over_threshold_wait_by_hour',
    title: 'Over-threshold wait by hour and weekday',
    alternative:
      'A map with a field for each hour of the day and weekday from which runs could have started, darker with more hours of over-threshold wait; one map for runs queued in the setting close window and one for the others.',
    query,
    spec: {
      transform: [
        { calculate: 'datum.seconds / 3600', as: 'hours' },
        { calculate: "['Mon','Tue','Wed','Thu','Fri','Sat','Sun'][datum.weekday - 1]", as: 'day' },
      ],
      mark: 'rect',
      width: 430,
      height: { step: 18 },
      encoding: {
        row: { field: 'close_window', type: 'nominal', title: null },
        x: { field: 'hour_of_day', type: 'ordinal', title: 'hour of the day', axis: { labelAngle: 0 } },
        y: {
          field: 'day',
          type: 'nominal',
          title: null,
          sort: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
        },
        color: {
          field: 'hours',
          type: 'quantitative',
          title: 'hours',
          scale: { range: ['var(--line)', 'var(--series-5)'] },
        },
      },
    },
  });
}
