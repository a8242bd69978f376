import { ACTIONABILITY, fieldsOf, readLeftOut, shareOf, threshold } from '../../src/sdk/index.ts';
import type { Dependants } from './dependants.ts';
import type { QuantilesOf, WaitQuantiles } from './quantiles.ts';
import { reachOf } from './ranking.ts';
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
  quantilesOf: QuantilesOf,
  dependants: Dependants,
  charts: readonly string[],
): Promise<void> {
  const { ctx } = study;
  const { handle } = totals;
  const row = totals.row({ dimension: ALL });
  const quantiles = quantilesOf();
  if (row === undefined || quantiles === undefined) return;
  const leftOut = await readLeftOut(ctx, study.log, study.clock);
  const dependent = dependants.of();
  const numbers = { ...fieldsOf(handle, row, COLUMNS), ...quantiles.fields, left_out_runs: leftOut.runs };
  for (const [name, field] of Object.entries(numbers)) ctx.metric(name, field);
  const some = handle.number(row, 'over_runs') !== 0;
  const sentences = [
    ...(some ? waitSentences(study, quantiles) : noWaitSentences(study)),
    ...dependent.sentences,
    ...restSentences(study, totals, row),
    ...(leftOut.sentence === undefined ? [] : [leftOut.sentence]),
  ];
  ctx.finding({
    kind: 'wait_decomposition',
    title: some
      ? '{over_runs} of {waited_runs} runs with a known wait waited longer than {threshold_s}: {over_s} of over-threshold wait'
      : 'No run waited longer than {threshold_s}',
    statement: sentences.join(' '),
    fields: { ...numbers, ...dependent.fields, ...leftOut.fields, ...threshold },
    estimate: { name: 'over_threshold_wait', field: 'over_s' },
    target: {},
    how: 'exact_count',
    severity: some ? 'notice' : 'info',
    ranking: {
      effect: shareOf(handle, row, 'over_of_wait_percent'),
      reach: reachOf(totals),
      actionability: ACTIONABILITY.log,
    },
    ...(some && { rows: await longestWaits(study) }),
    charts: [...charts],
    limitations: limitationsOf(study),
  });
}

function waitSentences({ log }: Study, { zeroMedian, zeroP95 }: WaitQuantiles): string[] {
  return [
    `{over_runs} of the {waited_runs} runs with a known wait ({over_runs_percent}) waited longer than the threshold of {threshold_s} ${since(log)}.`,
    'The whole wait of each such run counts as over-threshold wait: {over_s}, which is {over_of_wait_percent} of all ' +
      `${log.eligible === undefined ? 'wait' : 'eligible wait'} ({wait_s}).`,
    zeroP95
      ? 'At least nineteen in twenty of the runs with a known wait did not wait at all; the longest wait was {longest_wait_s}.'
      : zeroMedian
        ? 'At least half of the runs with a known wait did not wait at all, and nineteen in twenty waited {p95_wait_s} or less; the longest wait was {longest_wait_s}.'
        : 'Half of the runs with a known wait waited {median_wait_s} or less, nineteen in twenty {p95_wait_s} or less; the longest wait was {longest_wait_s}.',
  ];
}

function noWaitSentences({ log }: Study): string[] {
  return [
    `None of the {waited_runs} runs with a known wait waited longer than the threshold of {threshold_s} ${since(log)}.`,
    'All of them together waited {wait_s}; the longest wait was {longest_wait_s}.',
  ];
}

/** The other intervals, where any run has them. */
function restSentences(study: Study, { handle }: Totals, row: number): string[] {
  const sentences: string[] = [];
  if (hasBothTimes(study) && handle.number(row, 'pre_eligible_runs') !== 0) {
    sentences.push(
      'Between being queued and becoming eligible another {pre_eligible_s} went by (pre-eligible wait; runs with both times: {pre_eligible_runs}).',
    );
  }
  if (handle.number(row, 'service_runs') !== 0) {
    sentences.push('The work itself took {service_s} (runs with a known service time: {service_runs}).');
  }
  return sentences;
}

function limitationsOf(study: Study): string[] {
  return [
    'The threshold is a setting of this analysis, not a target that the log states.',
    'Quantiles of waits are order statistics by nearest rank: waits that occurred, not interpolated ones.',
    ...(hasBothTimes(study)
      ? [
          "Pre-eligible wait is waiting for prerequisites by definition of the log's eligible time; the log does not say why a prerequisite was late.",
        ]
      : []),
  ];
}

function hasBothTimes({ log }: Study): boolean {
  return log.eligible !== undefined && log.queued !== undefined;
}

function since(log: Study['log']): string {
  return log.eligible === undefined ? 'after they were queued' : 'after they became eligible';
}

/** The longest over-threshold waits, as rows to look at. */
async function longestWaits({ ctx, clock }: Study) {
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${clock.wait} AS wait_us
FROM data
WHERE ${clock.leftOut} IS NULL AND ${clock.over} > 0
ORDER BY wait_us DESC, _sh_part, _sh_row_number
LIMIT 25`,
  );
}
