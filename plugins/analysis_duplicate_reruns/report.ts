import {
  ACTIONABILITY,
  type FieldInput,
  fieldsOf,
  type HalfResult,
  mcNemar,
  type QueryHandle,
  replicates,
  resultCsv,
  shareOf,
  wilsonInterval,
} from '../../src/sdk/index.ts';
import { readRows } from './read-repeats.ts';
import type { Study } from './study.ts';

const COLUMNS = ['name', 'runs', 'near_runs', 'near_percent', 'far_runs', 'near_service_s', 'lost_percent'];
const LEVEL = 0.95;

/** Says how many runs repeat one just asked for, where that is more than as many times before would give by coincidence. */
export async function reportRepeats(study: Study, repeats: QueryHandle): Promise<void> {
  const { ctx } = study;
  const of = (column: string) => repeats.number(0, column) ?? 0;
  if (of('runs') === 0) {
    ctx.note('No run has parameters and was asked for by somebody: no repeat can be seen.');
    return;
  }
  const tested = mcNemar(of('near_only'), of('far_only'));
  const test = ctx.test({
    family: 'repeated runs',
    hypothesis: 'a run has a twin in the time before it as often as in as long a time before that',
    statistic: { name: tested.name, value: tested.statistic },
    p_value: tested.p_value,
    n: tested.n,
  });
  ctx.metric('repeated_runs', repeats.cell(0, 'near_runs'));
  await writeTable(study, repeats);
  const excess = (100 * (of('near_runs') - of('far_runs'))) / of('runs');
  if (excess < Number(ctx.settings['smallest_excess_percent'])) {
    ctx.note(
      'Runs repeat one just asked for hardly more often than as long a time before that would give by coincidence: the difference is below the setting smallest_excess_percent. repeats_by_job.csv has the counts.',
    );
    return;
  }
  await tell(study, repeats, excess, test);
}

async function tell(study: Study, repeats: QueryHandle, excess: number, test: string): Promise<void> {
  const { ctx } = study;
  const of = (column: string) => repeats.number(0, column) ?? 0;
  const [nearOnly, farOnly] = [of('near_only'), of('far_only')];
  const share = wilsonInterval(nearOnly, nearOnly + farOnly, LEVEL);
  const first = half(of('first_near_only'), of('first_far_only'));
  const second = half(nearOnly - of('first_near_only'), farOnly - of('first_far_only'));
  const derived = ctx.derivation({
    method:
      "repeats less what as long a time before has, in per cent of the runs; of the runs with a twin in one of both times only the share that has it in the nearer, with Wilson's interval (1927), and that share less a half in each half of the days",
    parameters: { level: LEVEL },
    values: {
      excess,
      nearer: (100 * nearOnly) / (nearOnly + farOnly),
      low: 100 * share.low,
      high: 100 * share.high,
      first: first.estimate,
      second: second.estimate,
    },
    inputs: [repeats],
  });
  const percentage = (name: string): FieldInput => ({ from: derived.value(name), unit: '%' });
  ctx.finding({
    kind: 'duplicate_runs',
    title: '{near_runs} runs repeat one asked for within {within_s}: {near_service_s} of server time',
    statement:
      `Of {runs} runs of {jobs} jobs that somebody asked for with parameters, {near_runs} ({near_percent}) have the same job${study.sameWork.length > 1 ? ', user' : ''} and parameters as one asked for at most {within_s} before. ` +
      'As long a time before that has {far_runs}, which is what coincidence would give. ' +
      'Of the runs with a twin in one of both times only, {nearer} (from {low} to {high}) have it in the nearer one. The repeats took {near_service_s} of server time, {lost_percent} of that of these runs.',
    fields: {
      ...fieldsOf(repeats, 0, COLUMNS),
      jobs: repeats.cell(0, 'jobs'),
      within_s: { from: { setting: 'within_s' }, unit: 's' },
      nearer: percentage('nearer'),
      low: percentage('low'),
      high: percentage('high'),
      first: percentage('first'),
      second: percentage('second'),
    },
    estimate: { name: 'repeated_runs', field: 'near_runs' },
    test,
    replication: {
      by: 'time',
      holds: replicates(nearOnly - farOnly, first, second),
      first: 'first',
      second: 'second',
    },
    target: {},
    about: [ctx.role('activity') ?? '', ctx.role('parameters') ?? ''],
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: shareOf(repeats, 0, 'lost_percent'),
      reach: shareOf(repeats, 0, 'near_percent'),
      actionability: ACTIONABILITY.job,
    },
    items: jobRows(study, repeats).map((row) => ({
      title: '{name}: {near_runs} repeats',
      statement:
        '{near_runs} of {runs} runs ({near_percent}) repeat one just asked for; as long a time before has {far_runs}. The repeats took {near_service_s} of server time.',
      fields: fieldsOf(repeats, row, COLUMNS),
      estimate: { name: 'repeated_runs', field: 'near_runs' },
    })),
    rows: await readRows(study),
    limitations: [
      'The log does not say whether the second run was meant, or what had changed in between.',
      'Runs of schedules, without parameters, of failures and of later attempts are not looked at.',
    ],
  });
}

/** The jobs that have repeats and can be changed, the one with most server time in them first. */
function jobRows({ ctx }: Study, repeats: QueryHandle): number[] {
  return [...repeats.rows.keys()]
    .filter(
      (row) =>
        repeats.text(row, 'kind') === 'job' &&
        repeats.text(row, 'adjustable') === 'true' &&
        repeats.number(row, 'near_runs') !== 0,
    )
    .slice(0, Number(ctx.settings['top_groups']));
}

function half(near: number, far: number): HalfResult {
  const { p_value, n } = mcNemar(near, far);
  return n === 0 ? { estimate: null, p_value: null } : { estimate: (100 * near) / n - 50, p_value };
}

async function writeTable({ ctx }: Study, repeats: QueryHandle): Promise<void> {
  await ctx.artifact({
    path: 'repeats_by_job.csv',
    content: resultCsv(repeats, ctx.coverage),
    media_type: 'text/csv',
    title: 'Runs that repeat one just asked for, by job',
  });
}
