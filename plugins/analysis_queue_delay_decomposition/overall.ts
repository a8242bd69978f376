import { fieldsOf } from './measures.ts';
import type { WaitQuantiles } from './quantiles.ts';
import type { Study } from './study.ts';
import { ALL, type Totals } from './totals.ts';

const COLUMNS = [
  'runs',
  'pre_eligible_runs',
  'pre_eligible_s',
  'waited_runs',
  'wait_s',
  'longest_wait_s',
  'over_runs',
  'over_runs_percent',
  'over_s',
  'over_of_wait_percent',
  'service_runs',
  'service_s',
];

/** The whole log in one finding, with the longest waits as rows; and the same numbers as metrics. */
export async function reportOverall(
  study: Study,
  totals: Totals,
  quantiles: WaitQuantiles,
  charts: readonly string[],
): Promise<void> {
  const { ctx, clock } = study;
  const row = totals.row({ dimension: ALL });
  if (row === undefined) return;
  const watchdogs = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${clock.watchdog}) AS watchdog_runs FROM data`,
  );
  const numbers = {
    ...fieldsOf(totals.handle, row, COLUMNS),
    ...quantiles(),
    watchdog_runs: watchdogs.cell(0, 'watchdog_runs'),
  };
  for (const [name, field] of Object.entries(numbers)) ctx.metric(name, field);
  const some = totals.handle.number(row, 'over_runs') !== 0;
  ctx.finding({
    kind: 'wait_decomposition',
    title: some
      ? '{over_runs} of {waited_runs} runs waited longer than {threshold_s}: {over_s} in all'
      : 'No run waited longer than {threshold_s}',
    statement: statementOf(study, some, watchdogs.number(0, 'watchdog_runs') !== 0),
    fields: { ...numbers, threshold_s: { from: { setting: 'threshold_s' }, unit: 's' } },
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
    target: {},
    how: 'exact_count',
    severity: some ? 'notice' : 'info',
    ranking: { effect: some ? 1 : 0.1, reach: 1, actionability: 0.5 },
    ...(some && { rows: await longestWaits(study) }),
    charts: [...charts],
    limitations: [
      'Quantiles of waits are order statistics by nearest rank: waits that occurred, not interpolated ones.',
    ],
  });
}

function statementOf({ log }: Study, some: boolean, watchdogs: boolean): string {
  const since = log.eligible === undefined ? 'after they were queued' : 'after they became eligible';
  const sentences = some
    ? [
        `{over_runs} of {waited_runs} runs ({over_runs_percent}) waited longer than {threshold_s} ${since}.`,
        'Their waits add up to {over_s} of over-threshold wait, {over_of_wait_percent} of all eligible waiting ({wait_s}).',
        'Half of all runs waited at most {median_wait_s}; one in twenty waited {p95_wait_s} or longer, the longest {longest_wait_s}.',
      ]
    : [`The {waited_runs} runs waited {wait_s} in all ${since}, the longest {longest_wait_s}.`];
  if (log.eligible !== undefined && log.queued !== undefined) {
    sentences.push(
      'Before they were eligible they waited another {pre_eligible_s} for prerequisites, which capacity can not remove.',
    );
  }
  if (log.ended !== undefined || log.duration !== undefined) {
    sentences.push('The work itself took {service_s} ({service_runs} runs with a recorded end).');
  }
  if (watchdogs) sentences.push('{watchdog_runs} runs of watchdog jobs are left out.');
  return sentences.join(' ');
}

/** The longest over-threshold waits, as rows to look at. */
async function longestWaits({ ctx, clock }: Study) {
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${clock.wait} AS wait_us
FROM data
WHERE NOT ${clock.watchdog} AND ${clock.over} > 0
ORDER BY wait_us DESC, _sh_part, _sh_row_number
LIMIT 25`,
  );
}
