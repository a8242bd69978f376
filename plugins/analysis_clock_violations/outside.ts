import { fieldsOf, percent, readPeriod, shareOf } from '../../src/sdk/index.ts';
import { faultRanking, rowsWhere, type Study, timesOf } from './study.ts';

/** Times that lie far before or far after all the others: a year that was mistyped, a clock that was never set. */
export async function reportOutside(study: Study): Promise<void> {
  const { ctx, log, labels, counted } = study;
  const period = await readPeriod(ctx, log, labels, Number(ctx.settings['period_margin_days']));
  if (period === undefined) return;
  const { handle, outside, later } = period;
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${outside}) AS outside_rows, count(*) FILTER (WHERE ${later}) AS later_rows, count(*) AS all_rows,
  ${percent(`count(*) FILTER (WHERE ${outside})`, 'count(*)')} AS outside_percent
FROM data WHERE ${counted}`,
  );
  ctx.metric('rows_outside_period', { from: counts.cell(0, 'outside_rows'), unit: 'rows' });
  if (counts.number(0, 'outside_rows') === 0) return;
  ctx.finding({
    kind: 'time_outside_period',
    title: '{outside_rows} of {all_rows} rows hold a time far outside of the period of the log',
    statement:
      'Nearly all runs are from {period_from} to {period_to}. {outside_rows} rows hold a time that is further from that than the period is long; in {later_rows} of them it lies in the future of the log.',
    fields: {
      ...fieldsOf(counts, 0, ['outside_rows', 'later_rows', 'all_rows', 'outside_percent']),
      period_from: handle.cell(0, 'period_from'),
      period_to: handle.cell(0, 'period_to'),
    },
    estimate: { name: 'rows outside of the period', field: 'outside_rows' },
    target: {},
    how: 'exact_count',
    severity: 'warning',
    ranking: faultRanking(shareOf(counts, 0, 'outside_percent')),
    rows: await rowsWhere(
      study,
      outside,
      Object.entries(timesOf(log)).map(([name, sql]) => `${sql} AS ${name}_time`),
    ),
  });
}
