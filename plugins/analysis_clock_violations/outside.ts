import { fieldsOf, percent, shareOf } from '../../src/sdk/index.ts';
import { faultRanking, rowsWhere, type Study, timesOf } from './study.ts';

const DAY = 86_400_000_000;

/** Times that lie far before or far after all the others: a year that was mistyped, a clock that was never set. */
export async function reportOutside(study: Study): Promise<void> {
  const { ctx, log, counted } = study;
  const first = `epoch_us(coalesce(${[log.queued, log.eligible, log.started].filter((sql) => sql !== undefined).join(', ')}))`;
  const period = await ctx.query(
    `SELECT quantile_disc(${first}, 0.001) AS from_us, quantile_disc(${first}, 0.999) AS to_us,
  make_timestamp(quantile_disc(${first}, 0.001)) AS period_from, make_timestamp(quantile_disc(${first}, 0.999)) AS period_to
FROM data WHERE ${counted}`,
  );
  const [from, to] = [period.bigint(0, 'from_us'), period.bigint(0, 'to_us')];
  if (from === null || to === null) return;
  const least = BigInt(Math.round(Number(ctx.settings['period_margin_days']) * DAY));
  const margin = to - from > least ? to - from : least;
  const times = timesOf(log);
  const far = (time: string) =>
    `(epoch_us(${time}) < ${from - margin} OR epoch_us(${time}) > ${to + margin})`;
  const any = Object.values(times).map(far).join(' OR ');
  const later = Object.values(times)
    .map((time) => `epoch_us(${time}) > ${to + margin}`)
    .join(' OR ');
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${any}) AS outside_rows, count(*) FILTER (WHERE ${later}) AS later_rows, count(*) AS all_rows,
  ${percent(`count(*) FILTER (WHERE ${any})`, 'count(*)')} AS outside_percent
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
      period_from: period.cell(0, 'period_from'),
      period_to: period.cell(0, 'period_to'),
    },
    estimate: { name: 'rows outside of the period', field: 'outside_rows' },
    target: {},
    how: 'exact_count',
    severity: 'warning',
    ranking: faultRanking(shareOf(counts, 0, 'outside_percent')),
    rows: await rowsWhere(
      study,
      any,
      Object.entries(times).map(([name, sql]) => `${sql} AS ${name}_time`),
    ),
  });
}
