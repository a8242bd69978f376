import {
  ACTIONABILITY,
  differenceOfProportions,
  type FieldInput,
  fieldsOf,
  type HalfResult,
  type ProportionDifference,
  type QueryHandle,
  replicates,
  resultCsv,
  shareOf,
} from '../../src/sdk/index.ts';
import { readRows } from './read-repeats.ts';
import type { Study } from './study.ts';

const COLUMNS = ['name', 'runs', 'repeated_runs', 'repeated_percent', 'repeated_service_s', 'lost_percent'];
const PAIRS = ['soon_runs', 'soon_same', 'soon_percent', 'later_runs', 'later_same', 'later_percent'];
const LEVEL = 0.95;

/** Says how many runs repeat one just asked for, where runs soon after another one have its parameters more often than later ones. */
export async function reportRepeats(study: Study, repeats: QueryHandle): Promise<void> {
  const { ctx } = study;
  const of = (column: string) => repeats.number(0, column) ?? 0;
  if (of('runs') === 0) {
    ctx.notLookedFor('No run has parameters and was asked for by somebody: no repeat can be seen.');
    return;
  }
  ctx.metric('repeated_runs', repeats.cell(0, 'repeated_runs'));
  await writeTable(study, repeats);
  if (of('soon_runs') === 0 || of('later_runs') === 0) {
    ctx.note(
      'No run is asked for soon after another one of the same job and user, or none later: nothing to compare.',
    );
    return;
  }
  const compared = differenceOfProportions(
    of('soon_same'),
    of('soon_runs'),
    of('later_same'),
    of('later_runs'),
  );
  const test = ctx.test({
    family: 'repeated runs',
    hypothesis:
      'a run soon after another one of the same job and user has its parameters as often as a later one',
    statistic: { name: compared.name, value: compared.statistic },
    p_value: compared.p_value,
    n: compared.n,
  });
  const excess = (100 * compared.difference * of('soon_runs')) / of('runs');
  if (excess < Number(ctx.settings['smallest_excess_percent'])) {
    ctx.note(
      'Runs soon after another one have its parameters hardly more often than later ones: the difference is below the setting smallest_excess_percent. repeats_by_job.csv has the counts.',
    );
    return;
  }
  await tell(study, repeats, compared, test);
}

async function tell(
  study: Study,
  repeats: QueryHandle,
  compared: ProportionDifference,
  test: string,
): Promise<void> {
  const { ctx } = study;
  const [first, second] = halvesOf(repeats);
  const { low, high } = compared.interval(LEVEL);
  const derived = ctx.derivation({
    method:
      "difference of two shares, Newcombe's interval (1998, method 10); the same in the earlier and the later half of the days",
    parameters: { level: LEVEL },
    values: {
      difference: 100 * compared.difference,
      low: 100 * low,
      high: 100 * high,
      first: first.estimate === null ? null : 100 * first.estimate,
      second: second.estimate === null ? null : 100 * second.estimate,
    },
    inputs: [repeats],
  });
  const points = (name: string): FieldInput => ({ from: derived.value(name), unit: 'percentage points' });
  const asker = ctx.role('user') === undefined ? '' : ', user';
  ctx.finding({
    kind: 'duplicate_runs',
    title: '{repeated_runs} runs repeat one asked for within {within_s}: {repeated_service_s} of server time',
    statement:
      `Of {runs} runs of {jobs} jobs that somebody asked for with parameters, {repeated_runs} ({repeated_percent}) have the same job${asker} and parameters as one asked for at most {within_s} before. ` +
      'Of the {soon_runs} runs within that time after the last one of the same job' +
      `${asker === '' ? '' : ' and user'} {soon_percent} have its parameters, of the {later_runs} later ones {later_percent}: ` +
      'a difference of {difference} (from {low} to {high}), which coincidence does not give. The repeats took {repeated_service_s} of server time, {lost_percent} of that of these runs.',
    fields: {
      ...fieldsOf(repeats, 0, [...COLUMNS, ...PAIRS]),
      jobs: repeats.cell(0, 'jobs'),
      within_s: { from: { setting: 'within_s' }, unit: 's' },
      difference: points('difference'),
      low: points('low'),
      high: points('high'),
      first: points('first'),
      second: points('second'),
    },
    estimate: { name: 'repeated_runs', field: 'repeated_runs' },
    effect_size: { name: 'difference_of_shares', field: 'difference' },
    test,
    replication: {
      by: 'time',
      holds: replicates(compared.difference, first, second),
      first: 'first',
      second: 'second',
    },
    target: {},
    about: [ctx.role('activity') ?? '', ctx.role('parameters') ?? ''],
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: shareOf(repeats, 0, 'lost_percent'),
      reach: shareOf(repeats, 0, 'repeated_percent'),
      actionability: ACTIONABILITY.job,
    },
    items: jobRows(study, repeats).map((row) => ({
      title: '{name}: {repeated_runs} repeats',
      statement:
        '{repeated_runs} of {runs} runs ({repeated_percent}) repeat one just asked for. They took {repeated_service_s} of server time.',
      fields: fieldsOf(repeats, row, COLUMNS),
      estimate: { name: 'repeated_runs', field: 'repeated_runs' },
    })),
    rows: await readRows(study),
    limitations: [
      'The log does not say whether the second run was meant, or what had changed in between.',
      'Runs of schedules, without parameters, of failures and of later attempts are not looked at.',
    ],
  });
}

function halvesOf(repeats: QueryHandle): [HalfResult, HalfResult] {
  const of = (column: string) => repeats.number(0, column) ?? 0;
  const half = (same: number, soon: number, laterSame: number, later: number): HalfResult => {
    if (soon === 0 || later === 0) return { estimate: null, p_value: null };
    const { difference, p_value } = differenceOfProportions(same, soon, laterSame, later);
    return { estimate: difference, p_value };
  };
  const [same, soon] = [of('early_soon_same'), of('early_soon_runs')];
  const [laterSame, later] = [of('early_later_same'), of('early_later_runs')];
  return [
    half(same, soon, laterSame, later),
    half(
      of('soon_same') - same,
      of('soon_runs') - soon,
      of('later_same') - laterSame,
      of('later_runs') - later,
    ),
  ];
}

/** The jobs that have repeats and can be changed, the one with most server time in them first. */
function jobRows({ ctx }: Study, repeats: QueryHandle): number[] {
  return [...repeats.rows.keys()]
    .filter(
      (row) =>
        repeats.text(row, 'kind') === 'job' &&
        repeats.text(row, 'adjustable') === 'true' &&
        repeats.number(row, 'repeated_runs') !== 0,
    )
    .slice(0, Number(ctx.settings['top_groups']));
}

async function writeTable({ ctx }: Study, repeats: QueryHandle): Promise<void> {
  await ctx.artifact({
    path: 'repeats_by_job.csv',
    content: resultCsv(repeats, ctx.coverage),
    media_type: 'text/csv',
    title: 'Runs that repeat one just asked for, by job',
  });
}
