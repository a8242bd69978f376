import {
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  deriveAs,
  type FieldInput,
  groupName,
  jobActionability,
  NOT_ADJUSTABLE,
  type QueryHandle,
  shareOf,
} from '../../src/sdk/index.ts';
import type { Dependants } from './dependants.ts';
import { groupFields } from './group-fields.ts';
import type { QuantilesOf, WaitQuantiles } from './quantiles.ts';
import { reachOf } from './ranking.ts';
import type { Study } from './study.ts';
import type { Totals } from './totals.ts';

/** What is said of one job. */
interface Job {
  readonly fields: Readonly<Record<string, FieldInput>>;
  readonly adjustable: boolean;
  readonly quantiles: WaitQuantiles | undefined;
  readonly runs: number;
  readonly closeRuns: number;
  readonly windowed: boolean;
}

/** A finding per job that has clearly more of the over-threshold wait than of the runs. */
export async function reportJobs(
  study: Study,
  totals: Totals,
  rows: readonly number[],
  quantilesOf: QuantilesOf,
  dependants: Dependants,
): Promise<void> {
  const { ctx } = study;
  const { handle } = totals;
  const column = await deriveAs(ctx, 'activity_name', groupName(ctx, 'activity'));
  for (const row of rows) {
    const job = jobOf(study, totals, row, quantilesOf);
    const dependent = dependants.of(handle.text(row, 'name') ?? '');
    ctx.finding({
      kind: 'wait_by_activity',
      title: '{name}: {over_s} of over-threshold wait, {over_percent} of all',
      statement: [statementOf(job), ...dependent.sentences].join(' '),
      fields: { ...job.fields, ...dependent.fields },
      estimate: { name: 'over_threshold_wait', field: 'over_s' },
      target: { activity: { field: 'name' } },
      how: 'exact_count',
      severity: 'notice',
      ranking: {
        effect: shareOf(handle, row, 'over_percent'),
        reach: reachOf(totals),
        actionability: jobActionability(job.adjustable),
      },
      rows: await longestOf(study, column, handle.text(row, 'name') ?? ''),
      limitations: ['It says who waits, not who causes the wait.'],
    });
  }
}

function jobOf({ log }: Study, totals: Totals, row: number, quantilesOf: QuantilesOf): Job {
  const { handle } = totals;
  const quantiles = quantilesOf(handle.text(row, 'name') ?? '');
  const windowed = log.queued !== undefined;
  return {
    fields: {
      ...groupFields(totals, 'activity', row),
      ...quantiles?.fields,
      ...(windowed && CLOSE_FIELDS),
    },
    adjustable: handle.text(row, 'adjustable') === 'true',
    quantiles,
    runs: handle.number(row, 'runs') ?? 0,
    closeRuns: handle.number(row, 'close_runs') ?? 0,
    windowed,
  };
}

function statementOf(job: Job): string {
  const sentences = [
    '{over_runs} of the {waited_runs} runs of {name} with a known wait ({over_runs_percent}) waited longer than the threshold of {threshold_s}.',
    'Their over-threshold wait is {over_s}, {over_percent} of that of all jobs; the job has {waited_percent} of all runs with a known wait.',
  ];
  if (job.quantiles !== undefined) {
    sentences.push(
      job.quantiles.zeroMedian
        ? 'At least half of these runs of the job did not wait at all.'
        : 'Half of these runs of the job waited {median_wait_s} or less.',
    );
  }
  if (job.windowed) sentences.push(windowSentence(job));
  if (!job.adjustable) sentences.push(NOT_ADJUSTABLE);
  return sentences.join(' ');
}

function windowSentence({ fields, runs, closeRuns }: Job): string {
  if (closeRuns === runs)
    return `All its runs were queued in the close window: {close_runs} of {runs} (${CLOSE_WINDOW}).`;
  if (!('over_close_s' in fields))
    return `None of its runs was queued in the close window: {close_runs} of {runs} (${CLOSE_WINDOW}).`;
  const outside = 'over_open_s' in fields ? ', {over_open_s} of those queued outside it' : '';
  return (
    `In the close window (${CLOSE_WINDOW}) {close_runs} of all its {runs} runs were queued; ` +
    `{over_close_s} of its over-threshold wait is that of runs queued in the window${outside}.`
  );
}

/** The longest over-threshold waits of one job. */
async function longestOf({ ctx, clock }: Study, name: string, activity: string): Promise<QueryHandle> {
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${clock.wait} AS wait_us
FROM data
WHERE ${clock.over} > 0 AND ${clock.leftOut} IS NULL AND ${name} = CAST($1 AS VARCHAR)
ORDER BY wait_us DESC, _sh_part, _sh_row_number
LIMIT 10`,
    [activity],
  );
}
