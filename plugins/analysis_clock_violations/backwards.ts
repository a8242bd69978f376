import { difference, fieldsOf, isOfTwoPasses, percent, readyTime, shareOf } from '../../src/sdk/index.ts';
import type { LogClock } from './clock-change.ts';
import { faultRanking, rowsWhere, type Study } from './study.ts';

/**
 * Rows with an interval that runs backwards: counted and cited; other analyses leave that interval out of their totals. How
 * many only seem to, since the clock that they follow was put back meanwhile, is said.
 */
export async function reportBackwards(study: Study, clock: LogClock | undefined): Promise<void> {
  const { ctx, log, counted } = study;
  const ends = {
    pre_eligible: [log.queued, log.eligible],
    wait: [readyTime(log), log.started],
    service: [log.started, log.ended],
  } as const;
  const intervals = Object.fromEntries(
    Object.entries(ends).map(([name, [from, to]]) => [name, difference(from, to)]),
  );
  const stretches = clock !== undefined && 'stretches' in clock ? clock.stretches : [];
  const unexplained = Object.values(ends).flatMap(([from, to]) => {
    if (from === undefined || to === undefined) return [];
    const putBack = isOfTwoPasses(stretches, `epoch_us(${from})`, `epoch_us(${to})`);
    return [`${difference(from, to)} < 0 AND NOT ${putBack}`];
  });
  const negative = Object.entries(intervals).map(
    ([name, us]) => `count(*) FILTER (WHERE ${us} < 0) AS ${name}_rows, count(${us}) AS known_${name}`,
  );
  const any = Object.values(intervals)
    .map((us) => `${us} < 0`)
    .join(' OR ');
  const counts = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${any}) AS backward_rows, ${negative.join(', ')}, count(*) AS all_rows,
  count(*) FILTER (WHERE (${any}) AND NOT coalesce(${unexplained.join(' OR ') || 'false'}, false)) AS put_back_rows,
  ${percent(`count(*) FILTER (WHERE ${any})`, 'count(*)')} AS backward_percent
FROM data WHERE ${counted}`,
  );
  ctx.metric('clock_backward_rows', { from: counts.cell(0, 'backward_rows'), unit: 'rows' });
  const isKnown = (name: string) => counts.number(0, `known_${name}`) !== 0;
  if (!isKnown('service'))
    ctx.notLookedFor('No run has both a start and an end: whether one ends before it starts is not known.', {
      kinds: ['clock_backwards'],
      fields: ['service_rows'],
    });
  if (!isKnown('wait'))
    ctx.notLookedFor(
      'No run has both a start and a time from which it waits: whether one starts before that is not known.',
      { kinds: ['clock_backwards'], fields: ['wait_rows'] },
    );
  if (counts.number(0, 'backward_rows') === 0) return;
  const putBack = counts.number(0, 'put_back_rows') ?? 0;
  const ready = log.eligible === undefined ? 'queued' : 'eligible';
  ctx.finding({
    kind: 'clock_backwards',
    title: 'The clock runs backwards in {backward_rows} of {all_rows} rows',
    statement:
      (isKnown('service') ? 'Runs that end before they start: {service_rows}. ' : '') +
      (isKnown('wait') ? `Runs that start before they are ${ready}: {wait_rows}. ` : '') +
      (log.eligible === undefined || log.queued === undefined
        ? ''
        : 'Runs that are eligible before they are queued: {pre_eligible_rows}. ') +
      (putBack === 0
        ? ''
        : 'Rows in which a clock that was put back meanwhile explains it, since both times lie where it was passed twice: {put_back_rows}. ') +
      'Such an interval is left out of its totals and not set to zero; the other intervals of the row count.',
    fields: fieldsOf(counts, 0, [
      'backward_rows',
      'all_rows',
      'backward_percent',
      'pre_eligible_rows',
      ...['wait', 'service'].filter(isKnown).map((name) => `${name}_rows`),
      ...(putBack === 0 ? [] : ['put_back_rows']),
    ]),
    estimate: { name: 'rows_with_a_backward_clock', field: 'backward_rows' },
    target: {},
    how: 'exact_count',
    severity: putBack === counts.number(0, 'backward_rows') ? 'notice' : 'warning',
    ranking: faultRanking(shareOf(counts, 0, 'backward_percent')),
    rows: await rowsWhere(
      study,
      any,
      Object.entries(intervals).map(([name, us]) => `${us} AS ${name}_us`),
    ),
  });
}
