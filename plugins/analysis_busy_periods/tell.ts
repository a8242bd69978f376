import {
  ACTIONABILITY,
  busyPeriodCtes,
  fieldsOf,
  type ItemInput,
  percent,
  type QueryHandle,
  readLeftOut,
  servedRunsCte,
  shareOf,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { Periods } from './periods.ts';

/** All busy periods in one finding, with the longest ones as items. */
export async function reportPeriods(
  study: WaitStudy,
  { summary, longest }: Periods,
  charts: readonly string[],
): Promise<void> {
  const { ctx } = study;
  const top = [...longest.rows.keys()].slice(0, Number(ctx.settings['top_periods']));
  const busiest = await busiestJobs(study, top.length);
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  ctx.finding({
    kind: 'busy_periods',
    title: 'In {busy_s} of {span_s} ({busy_percent}) at least one run waits longer than {threshold_s}',
    statement: [
      'The {over_runs} runs over the threshold wait in {periods} busy periods, {busy_s} long together: in that much of the {span_s} of the log at least one of them waits.',
      'The longest one lasts {longest_s}.',
      ...(summary.number(0, 'long_periods') === 0
        ? []
        : [
            'Those of an hour or more, {long_periods}, hold {long_over_percent} of the over-threshold wait of {over_s}.',
          ]),
      ...(leftOut.sentence === undefined ? [] : [leftOut.sentence]),
    ].join(' '),
    fields: {
      ...fieldsOf(summary, 0, [
        'periods',
        'over_runs',
        'busy_s',
        'span_s',
        'busy_percent',
        'longest_s',
        'long_periods',
        'long_over_percent',
        'over_s',
      ]),
      ...leftOut.fields,
      ...threshold,
    },
    estimate: { name: 'time_in_busy_periods', field: 'busy_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.1,
      reach: shareOf(summary, 0, 'busy_percent'),
      actionability: ACTIONABILITY.other,
    },
    ...(top.length > 1 && { items: top.map((row): ItemInput => itemOf(longest, row, busiest)) }),
    charts: [...charts],
    limitations: ['A run that is held back on purpose makes a busy period too.'],
  });
}

function itemOf(longest: QueryHandle, row: number, busiest: QueryHandle): ItemInput {
  const from = longest.text(row, 'from_us');
  const job = [...busiest.rows.keys()].find((at) => busiest.text(at, 'from_us') === from);
  return {
    title: '{from_time} to {to_time}',
    statement:
      '{length_s}, in which {over_runs} runs over the threshold waited {over_s} together.' +
      (job === undefined ? '' : ' Most server time in it is that of {job}: {job_percent}.'),
    fields: {
      ...fieldsOf(longest, row, ['from_time', 'to_time', 'length_s', 'over_runs', 'over_s']),
      ...(job !== undefined && fieldsOf(busiest, job, ['job', 'job_percent'])),
    },
    estimate: { name: 'length', field: 'length_s' },
  };
}

/** The job with most server time in each of the longest periods. */
function busiestJobs(study: WaitStudy, periods: number): Promise<QueryHandle> {
  return study.ctx.query(`WITH ${busyPeriodCtes(study)}, ${servedRunsCte(study)}, longest AS (
  SELECT from_us, to_us FROM periods ORDER BY to_us - from_us DESC, from_us LIMIT ${periods}
), shares AS (
  SELECT from_us, job, sum(least(end_us, to_us) - greatest(start_us, from_us)) AS us
  FROM served JOIN longest ON start_us < to_us AND end_us > from_us GROUP BY ALL
), placed AS (
  SELECT from_us, job, us, sum(us) OVER (PARTITION BY from_us) AS all_us, rank() OVER (PARTITION BY from_us ORDER BY us DESC, job) AS place
  FROM shares
)
SELECT from_us, job, ${percent('us', 'all_us')} AS job_percent FROM placed WHERE place = 1 ORDER BY from_us`);
}
