import { difference, fieldsOf, percent, recordedDuration, seconds, shareOf } from '../../src/sdk/index.ts';
import { faultRanking, rowsWhere, type Study } from './study.ts';

const HOUR = 3_600_000_000;

/** Recorded durations that are not end less start; by exactly an hour where a clock change was counted on one side only. */
export async function reportDurations(study: Study): Promise<void> {
  const { ctx, log, counted } = study;
  if (log.duration === undefined || log.ended === undefined) return;
  const recorded = recordedDuration(log.duration);
  const off = `abs(${recorded} - (${difference(log.started, log.ended)}))`;
  const tolerance = Math.round(Number(ctx.settings['duration_tolerance_s']) * 1e6);
  const differs = `${off} > ${tolerance}`;
  const byAnHour = `${differs} AND abs(${off} - ${HOUR}) <= ${tolerance}`;
  const counts = await ctx.query(
    `SELECT count(${off}) AS compared_rows, count(*) FILTER (WHERE ${differs}) AS differing_rows,
  ${percent(`count(*) FILTER (WHERE ${differs})`, `count(${off})`)} AS differing_percent,
  count(*) FILTER (WHERE ${byAnHour}) AS hour_rows, ${seconds(`max(${off})`)} AS largest_s,
  ${seconds(`quantile_disc(${off}, 0.5) FILTER (WHERE ${differs})`)} AS median_s
FROM data WHERE ${counted}`,
  );
  ctx.metric('differing_durations', { from: counts.cell(0, 'differing_rows'), unit: 'rows' });
  if (counts.number(0, 'differing_rows') === 0) return;
  const mostly = (counts.number(0, 'differing_percent') ?? 0) > 50;
  ctx.finding({
    kind: 'duration_disagrees',
    title: 'The recorded duration is not end less start in {differing_rows} of {compared_rows} rows',
    statement:
      'In {differing_rows} of {compared_rows} rows with both ({differing_percent}) the duration differs from end less start by more than {tolerance_s}: half of them by {median_s} or less, at most by {largest_s}; by an hour, as a clock change makes it, {hour_rows}. ' +
      (mostly
        ? 'In so many rows it is rather another unit or another thing that the column measures. '
        : '') +
      'Other analyses take end less start.',
    fields: {
      ...fieldsOf(counts, 0, [
        'compared_rows',
        'differing_rows',
        'differing_percent',
        'hour_rows',
        'largest_s',
        'median_s',
      ]),
      tolerance_s: { from: { setting: 'duration_tolerance_s' }, unit: 's' },
    },
    estimate: { name: 'rows with another duration', field: 'differing_rows' },
    target: {},
    how: 'exact_count',
    severity: mostly ? 'notice' : 'warning',
    ranking: faultRanking(shareOf(counts, 0, 'differing_percent')),
    rows: await rowsWhere(study, differs, [`${off} AS differs_by_us`]),
  });
}
