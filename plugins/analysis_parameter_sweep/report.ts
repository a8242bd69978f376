import {
  CLOSE_FIELDS,
  fieldsOf,
  jobActionability,
  NOT_ADJUSTABLE,
  type QueryHandle,
  resultCsv,
  shareOf,
} from '../../src/sdk/index.ts';
import { readLongest } from './read-sweeps.ts';
import type { Study } from './study.ts';

const COLUMNS = [
  'name',
  'series',
  'sweep_runs',
  'sweep_values',
  'longest_runs',
  'sweep_service_s',
  'distinct_percent',
  'job_runs',
  'job_percent',
  'close_percent',
  'all_close_percent',
];

/** A finding for each job with enough runs in sweeps, by the parameter that most of them sweep over. */
export async function reportSweeps(study: Study, sweeps: QueryHandle): Promise<void> {
  const { ctx } = study;
  const told = rowsOfInterest(study, sweeps);
  if (told.length === 0) {
    ctx.note(
      'No job is called once per value of a parameter in series of runs often enough (settings fewest_series_runs, smallest_distinct_percent, fewest_sweep_runs).',
    );
  }
  for (const row of told.slice(0, Number(ctx.settings['top_groups'])))
    await reportSweep(study, sweeps, told, row);
  if (sweeps.rows.length === 0) return;
  await ctx.artifact({
    path: 'sweeps.csv',
    content: resultCsv(sweeps, ctx.coverage),
    media_type: 'text/csv',
    title: 'Runs in series that sweep over a parameter, by job and parameter',
  });
}

/** Of each job the parameter with most runs in sweeps, where they are enough; what can't be changed comes last. */
function rowsOfInterest({ ctx }: Study, sweeps: QueryHandle): number[] {
  const fewest = Number(ctx.settings['fewest_sweep_runs']);
  return [...sweeps.rows.keys()]
    .filter((row) => sweeps.text(row, 'place') === '1' && (sweeps.number(row, 'sweep_runs') ?? 0) >= fewest)
    .toSorted((a, b) => Number(isAdjustable(sweeps, b)) - Number(isAdjustable(sweeps, a)) || a - b);
}

/** Share of all runs that sweep over the same parameter, by whichever job: one list of values would serve them all. */
function reachOf(sweeps: QueryHandle, told: readonly number[], row: number): number {
  const same = told.filter((other) => sweeps.text(other, 'key') === sweeps.text(row, 'key'));
  return Math.min(
    1,
    same.reduce((sum, other) => sum + shareOf(sweeps, other, 'runs_percent'), 0),
  );
}

const MOST_NAMED = 5;

/** The other jobs that sweep over the same parameter: one list of values may serve them all. */
function sweptByOthers(sweeps: QueryHandle, told: readonly number[], row: number) {
  const same = told.filter((other) => other !== row && sweeps.text(other, 'key') === sweeps.text(row, 'key'));
  const named = same.slice(0, MOST_NAMED);
  const names = named.map((_, i) => `{other_${i + 1}}`).join(', ');
  const more = same.length > named.length ? ' and others' : '';
  return {
    sentence: same.length === 0 ? '' : ` Over {parameter} sweep, too: ${names}${more}.`,
    fields: Object.fromEntries(named.map((other, i) => [`other_${i + 1}`, sweeps.cell(other, 'name')])),
  };
}

async function reportSweep(
  study: Study,
  sweeps: QueryHandle,
  told: readonly number[],
  row: number,
): Promise<void> {
  const { ctx, log } = study;
  const key = sweeps.text(row, 'key') ?? '';
  const adjustable = isAdjustable(sweeps, row);
  const own = sweeps.text(row, 'sweep_values') === sweeps.text(row, 'sweep_runs');
  // a log that lies in the close as a whole, or nowhere in it, says nothing of where the runs were queued
  const hasBoth = !['0', '100'].includes(String(sweeps.number(row, 'all_close_percent')));
  const window =
    log.queued === undefined || !hasBoth
      ? ''
      : ' {close_percent} of these runs were queued in the close window (day {first_day} to day {last_day}), of all runs {all_close_percent}.';
  const times = sweeps.text(row, 'series') === '1' ? 'once' : '{series} times';
  const others = sweptByOthers(sweeps, told, row);
  ctx.finding({
    kind: 'parameter_sweep',
    title: '{name} is called once per value of {parameter}: {sweep_runs} runs for {sweep_values} values',
    statement:
      `In {series} series of runs${ctx.role('user') === undefined ? '' : ' of one user each'}, one after another, {name} ran {sweep_runs} times with {sweep_values} distinct values of {parameter} ` +
      '({distinct_percent} of the runs of a series have a value of their own); the longest series has {longest_runs} runs. ' +
      `That is {job_percent} of its {job_runs} runs, and {sweep_service_s} of server time.${window} ` +
      `A job that took each series as one list would run ${times} instead.${others.sentence}${adjustable ? '' : ` ${NOT_ADJUSTABLE}`}`,
    fields: {
      ...fieldsOf(sweeps, row, COLUMNS),
      parameter: { column_name: key },
      ...others.fields,
      ...(log.queued !== undefined && CLOSE_FIELDS),
    },
    estimate: { name: 'runs_in_sweeps', field: 'sweep_runs' },
    target: { activity: { field: 'name' }, parameter: { columns: [key] } },
    how: 'exact_count',
    severity: adjustable ? 'notice' : 'info',
    ranking: {
      effect: shareOf(sweeps, row, 'distinct_percent'),
      reach: reachOf(sweeps, told, row),
      actionability: jobActionability(adjustable),
    },
    rows: await readLongest(study, sweeps, row),
    limitations: [
      ...(own
        ? ['Every run has a value of its own: it may be an id of the run itself, which no list could hold.']
        : []),
      'Whether the job can take a list is not in the log, nor what a list would cost: what it saves takes a replay.',
      'Each series counts its values for itself: a value that comes again in another series counts again.',
    ],
  });
}

function isAdjustable(sweeps: QueryHandle, row: number): boolean {
  return sweeps.text(row, 'adjustable') === 'true';
}
