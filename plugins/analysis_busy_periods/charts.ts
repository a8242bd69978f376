import { busyPeriodCtes, seconds, type WaitStudy } from '../../src/sdk/index.ts';
import { timeOf } from './periods.ts';

/** Hours of busy periods by the day on which they begin; the chart's name. */
export async function chartPeriods(study: WaitStudy): Promise<string> {
  const query = await study.ctx.query(`WITH ${busyPeriodCtes(study)}
SELECT CAST(${timeOf('from_us')} AS DATE) AS begun_on, count(*) AS periods, ${seconds('sum(to_us - from_us)')} AS seconds
FROM periods GROUP BY ALL
ORDER BY begun_on`);
  return study.ctx.chart({
    name: 'busy_hours_by_day',
    title: 'Hours in which somebody waits, by day',
    alternative:
      'Bars, one per day, in hours: length of the busy periods that begin on it, in which at least one run waits longer than the threshold.',
    query,
    spec: {
      transform: [{ calculate: 'datum.seconds / 3600', as: 'hours' }],
      mark: { type: 'bar', color: 'var(--series-5)' },
      width: 430,
      height: 120,
      encoding: {
        x: { field: 'begun_on', type: 'temporal', title: null },
        y: { field: 'hours', type: 'quantitative', title: 'hours' },
      },
    },
  });
}
