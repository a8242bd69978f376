import {
  CASE_WORDS,
  fieldsOf,
  type QueryHandle,
  rational,
  rationalToNumber,
  withSteps,
} from '../../src/sdk/index.ts';
import type { Counts } from './counts.ts';
import { descriptionRanking } from './findings.ts';
import type { Study } from './totals.ts';

/** How long cases take. Of chains of runs, which have starts and ends, the makespan says it better. */
export async function reportThroughput(study: Study, { totals }: Counts): Promise<void> {
  const { ctx, steps } = study;
  const times = averages(ctx, totals);
  for (const name of ['throughput_mean_s', 'throughput_median_s'])
    ctx.metric(name, { from: times.value(name), unit: 's' });
  if (steps.kind === 'run') {
    ctx.note(
      'How long chains take from being queued to their last end is told by the analysis of their makespan.',
    );
    return;
  }
  const { cases } = CASE_WORDS[steps.kind];
  ctx.finding({
    kind: 'case_throughput',
    title: `Half of the ${cases} take {median_s} or less, the longest {throughput_max_s}`,
    statement:
      `From its first to its last event a case takes {mean_s} on average; half of the {cases} ${cases} take {median_s} or less, ` +
      `the shortest {throughput_min_s}, the longest {throughput_max_s}.` +
      (totals.number(0, 'single_step_cases') === 0
        ? ''
        : ' {single_step_cases} of them ({single_step_percent}) have a single event.'),
    fields: {
      ...fieldsOf(totals, 0, [
        'cases',
        'throughput_min_s',
        'throughput_max_s',
        'single_step_cases',
        'single_step_percent',
      ]),
      mean_s: { from: times.value('throughput_mean_s'), unit: 's' },
      median_s: { from: times.value('throughput_median_s'), unit: 's' },
    },
    estimate: { name: 'median throughput time', field: 'median_s' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: descriptionRanking((totals.number(0, 'events') ?? 0) / ctx.rowCount),
    rows: await longestCase(study),
    limitations: [
      'Cases that began before the log, or that had not ended when it was written, are taken as they are.',
    ],
  });
}

/** The mean rounded once from its fraction, and the median as the mean of the two cases in the middle. */
function averages(ctx: Study['ctx'], totals: QueryHandle) {
  const sum = totals.bigint(0, 'throughput_sum_us') ?? 0n;
  const cases = totals.bigint(0, 'cases') ?? 1n;
  const twiceMedian = BigInt(2 * (totals.number(0, 'throughput_median_us') ?? 0));
  return ctx.derivation({
    method: 'arithmetic mean, and median as the mean of the two middle values, of whole microseconds',
    values: {
      throughput_mean_s: rationalToNumber(rational(sum, cases * 1_000_000n)),
      throughput_median_s: rationalToNumber(rational(twiceMedian, 2_000_000n)),
    },
    inputs: [totals],
  });
}

async function longestCase({ ctx, steps }: Study): Promise<QueryHandle> {
  return ctx.query(
    `${withSteps(
      steps,
      `cases AS (SELECT case_id AS of_case, max(at_us) - min(at_us) AS took_us FROM steps GROUP BY case_id),
longest AS (SELECT of_case FROM cases ORDER BY took_us DESC, of_case LIMIT 1)`,
    )}
SELECT _sh_part, _sh_row_number, activity FROM steps JOIN longest ON case_id = of_case ORDER BY _sh_part, _sh_row_number LIMIT 1000`,
  );
}
