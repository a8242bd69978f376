import {
  ACTIONABILITY,
  type FieldInput,
  fieldOf,
  fieldsOf,
  type ItemInput,
  smallestEffect,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { LEVEL, type Percentiles } from './percentiles.ts';

/** What is said of a job. */
const SHOWN = [
  'name',
  'runs',
  'p50_s',
  'p50_low_s',
  'p50_high_s',
  'p95_s',
  'p95_low_s',
  'p95_high_s',
  'max_s',
];

/** Jobs whose typical or tail waits lie clearly above those of the log, furthest first. */
export function reportWaitingJobs(study: WaitStudy, waits: Percentiles, charts: readonly string[]): void {
  const { ctx } = study;
  const log = waits.row('all', 'all');
  if (log === undefined) return;
  const told = waits.jobs
    .filter((row) => isAbove(study, waits, row, log, 'p50') || isAbove(study, waits, row, log, 'p95'))
    .toSorted((a, b) => at(waits, b, 'p95_s') - at(waits, a, 'p95_s'));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job has a median or a 95th percentile of its waits that is over the threshold and clearly above that of the log.',
    );
    return;
  }
  ctx.finding({
    kind: 'job_waits_above_the_log',
    ...waitClaim(waits, lead, log),
    target: {},
    about: [ctx.role('activity') ?? '', study.clock.wait.replaceAll('"', '')],
    how: 'interval',
    severity: 'notice',
    ranking: {
      effect: Math.max(0, 0.5 * (1 - at(waits, log, 'p95_s') / at(waits, lead, 'p95_s'))),
      reach: at(waits, lead, 'runs') / at(waits, log, 'runs'),
      actionability: actionabilityOf(study, waits, told),
    },
    ...(told.length > 1 && {
      items: told
        .slice(0, Number(ctx.settings['top_jobs']))
        .map((row): ItemInput => waitClaim(waits, row, log)),
    }),
    charts: [...charts],
    limitations: [
      'Each interval stands for itself: that the furthest jobs were picked is not in it.',
      'Intervals take runs for independent of each other; runs of one rush are not, and then they are too narrow.',
    ],
  });
}

function waitClaim(waits: Percentiles, row: number, log: number) {
  const { handle } = waits;
  const half = (of: number, words: string) => (at(waits, of, 'p50_s') === 0 ? 'half did not wait' : words);
  return {
    title: '{name}: one run in twenty waits longer than {p95_s}, in the whole log {log_p95_s}',
    statement:
      `Of {runs} runs of {name} with a known wait, ${half(row, 'half waited {p50_s} or less ({p50_low_s} to {p50_high_s})')} and one in twenty longer than {p95_s} ({p95_low_s} to {p95_high_s}); the longest waited {max_s}. ` +
      `In the whole log ${half(log, 'half waited {log_p50_s} or less')} and one in twenty longer than {log_p95_s}.`,
    fields: {
      ...fieldsOf(handle, row, SHOWN),
      log_p50_s: fieldOf(handle, log, 'p50_s'),
      log_p95_s: fieldOf(handle, log, 'p95_s'),
    } as Record<string, FieldInput>,
    estimate: {
      name: 'wait_of_one_run_in_twenty',
      field: 'p95_s',
      interval: { low: 'p95_low_s', high: 'p95_high_s', level: LEVEL },
    },
  };
}

/** Jobs that take far longer at times than they typically do, those with the largest ratio first. */
export function reportServiceTails(study: WaitStudy, service: Percentiles): void {
  const { ctx } = study;
  const smallest = smallestEffect(
    { setting: 'smallest_service_spread', unit: 'times the median', byDefault: 5, compared: 'above' },
    ctx.settings,
  );
  const spread = (row: number) => at(service, row, 'p95_low_s') / at(service, row, 'p50_high_s');
  const told = service.jobs
    .filter(
      (row) =>
        hasBounds(service, row) &&
        at(service, row, 'p95_s') > thresholdOf(study) &&
        smallest.reaches(spread(row)),
    )
    .toSorted((a, b) => spread(b) - spread(a));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job takes clearly longer in one run of twenty than it typically does, by the smallest spread of interest.',
    );
    return;
  }
  const log = service.row('all', 'all') ?? lead;
  ctx.finding({
    kind: 'job_service_tails',
    ...serviceClaim(service, lead),
    target: {},
    about: [ctx.role('activity') ?? '', study.clock.service.replaceAll('"', '')],
    how: 'interval',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, spread(lead) / 50),
      reach: at(service, lead, 'runs') / at(service, log, 'runs'),
      actionability: actionabilityOf(study, service, told),
    },
    ...(told.length > 1 && {
      items: told
        .slice(0, Number(ctx.settings['top_jobs']))
        .map((row): ItemInput => serviceClaim(service, row)),
    }),
    limitations: ['A job with small and large tasks has such a tail without a fault.'],
  });
}

function serviceClaim({ handle }: Percentiles, row: number) {
  return {
    title: '{name}: half of the runs take {p50_s} or less, one in twenty longer than {p95_s}',
    statement:
      'Of {runs} runs of {name} with a known service time, half take {p50_s} or less ({p50_low_s} to {p50_high_s}), one in twenty longer than {p95_s} ({p95_low_s} to {p95_high_s}); the longest took {max_s}.',
    fields: fieldsOf(handle, row, SHOWN),
    estimate: {
      name: 'service_time_of_one_run_in_twenty',
      field: 'p95_s',
      interval: { low: 'p95_low_s', high: 'p95_high_s', level: LEVEL },
    },
  };
}

/** A percentile over the threshold whose interval lies above that of the log, by the smallest ratio at least. */
function isAbove(study: WaitStudy, waits: Percentiles, row: number, log: number, p: 'p50' | 'p95'): boolean {
  const smallest = smallestEffect(
    { setting: 'smallest_wait_ratio', unit: 'times that of the log', byDefault: 1.5, compared: 'above' },
    study.ctx.settings,
  );
  const [own, all] = [at(waits, row, `${p}_s`), at(waits, log, `${p}_s`)];
  return (
    hasBounds(waits, row) &&
    own > thresholdOf(study) &&
    at(waits, row, `${p}_low_s`) > at(waits, log, `${p}_high_s`) &&
    smallest.reaches(own / all)
  );
}

function hasBounds({ handle }: Percentiles, row: number): boolean {
  return ['p50_low_s', 'p50_high_s', 'p95_low_s', 'p95_high_s'].every(
    (name) => handle.text(row, name) !== null,
  );
}

/** Where every job told is one that can't be changed, there is nothing to act on. */
function actionabilityOf({ ctx }: WaitStudy, { handle }: Percentiles, told: readonly number[]): number {
  const fixed = ctx.settings['not_adjustable_activities'];
  const isFixed = (row: number) => Array.isArray(fixed) && fixed.includes(handle.text(row, 'name'));
  return told.every(isFixed) ? ACTIONABILITY.fixedJob : ACTIONABILITY.window;
}

function thresholdOf({ ctx }: WaitStudy): number {
  return Number(ctx.settings['threshold_s']);
}

function at({ handle }: Percentiles, row: number, column: string): number {
  return handle.number(row, column) ?? 0;
}
