import {
  FEWEST_LEVEL_BLOCKS,
  type FieldInput,
  fieldOf,
  fieldsOf,
  type ItemInput,
  nearMissTable,
  replicationOf,
  SCREENING_DRAWS,
  type ScreenedHypothesis,
  smallestEffect,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { actionabilityOf, at, hasBounds, SHOWN, thresholdOf } from './job-rows.ts';
import { LEVEL, type Percentiles } from './percentiles.ts';
import { type Percentile, type ScreenedJob, type Screening, screenJobs, TESTED } from './screen-jobs.ts';

/** Up to which p-value a job is told. */
const TOLD_P = 0.05;

/** A job above the log that was tested, with its entry in the ledger. */
interface JobAbove extends ScreenedJob {
  readonly test: string;
}

interface Entered {
  readonly above: readonly JobAbove[];
  /** The entry for the largest excess of all else that was tested. */
  readonly others: string | undefined;
}

/**
 * Jobs whose typical or tail waits lie clearly above those of the log, and not by the chance of the days on which they ran;
 * furthest first.
 */
export async function reportWaitingJobs(
  study: WaitStudy,
  waits: Percentiles,
  charts: readonly string[],
): Promise<void> {
  const { ctx } = study;
  const log = waits.row('all', 'all');
  if (log === undefined) return;
  if (!waits.jobs.some((row) => TESTED.some((p) => at(waits, row, `${p}_s`) > thresholdOf(study)))) {
    ctx.note('No job has a median or a 95th percentile of its waits that is over the threshold.');
    return;
  }
  const screening = await screenJobs(study, waits, log);
  const entered = enterTests(study, waits, screening, log);
  const told = entered.above
    .filter(({ p_value }) => p_value <= TOLD_P)
    .toSorted((a, b) => at(waits, b.row, 'p95_s') - at(waits, a.row, 'p95_s'));
  await ctx.artifact(nearMissTable(screenedJobs(study, waits, screening, entered, log), ctx.coverage));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job has a median or a 95th percentile of its waits that is over the threshold, clearly above that of the log, and told apart from the chance of the days on which the job ran.',
    );
    return;
  }
  ctx.finding({
    kind: 'job_waits_above_the_log',
    ...waitClaim(study, waits, screening, lead, log),
    target: {},
    about: [ctx.role('activity') ?? '', study.clock.wait.replaceAll('"', '')],
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.max(0, 0.5 * (1 - at(waits, log, 'p95_s') / at(waits, lead.row, 'p95_s'))),
      reach: at(waits, lead.row, 'runs') / at(waits, log, 'runs'),
      actionability: actionabilityOf(
        study,
        waits,
        told.map(({ row }) => row),
      ),
    },
    ...(told.length > 1 && {
      items: told
        .slice(0, Number(ctx.settings['top_jobs']))
        .map((job): ItemInput => waitClaim(study, waits, screening, job, log)),
    }),
    charts: [...charts],
    limitations: [
      'Intervals of percentiles take runs for independent of each other; runs of one rush are not, and then they are too narrow. The test does not: its units are whole blocks of time.',
    ],
  });
}

/** An entry in the ledger for each job above the log, at the percentile that shows it most, and one for the largest of all else. */
function enterTests(study: WaitStudy, waits: Percentiles, screening: Screening, log: number): Entered {
  const enter = (jobs: readonly ScreenedJob[], who: string) =>
    study.ctx.test({
      family: 'waits of jobs above the log',
      hypothesis: `within ${screening.blocks}, runs of ${who} wait longer than the median and the 95th percentile of the log as often as those of other jobs`,
      statistic: {
        name: 'largest standardised excess',
        value: Math.max(0, ...jobs.map(({ statistic }) => statistic)),
      },
      p_value: Math.min(1, ...jobs.map(({ p_value }) => p_value)),
      n: at(waits, log, 'runs'),
    });
  const isClear = ({ row, percentile }: ScreenedJob) => isAbove(study, waits, row, log, percentile);
  const clear = screening.jobs.filter(isClear);
  const most = [...Map.groupBy(clear, ({ row }) => row).values()].map(
    (own) => own.toSorted((a, b) => a.p_value - b.p_value)[0] as ScreenedJob,
  );
  const rest = screening.jobs.filter((job) => !most.includes(job));
  const who = 'jobs that are not clearly above it, or are more so by the other of the two,';
  const others = rest.length > 0 ? enter(rest, who) : undefined;
  const above = most.map((job) => ({
    ...job,
    test: enter([job], waits.handle.text(job.row, 'name') ?? ''),
  }));
  return { above, others };
}

/** What was tested, for the table of near misses. */
function screenedJobs(
  study: WaitStudy,
  waits: Percentiles,
  { jobs, blocks }: Screening,
  { above, others }: Entered,
  log: number,
): ScreenedHypothesis[] {
  const smallest = smallestRatio(study);
  const line = (row: number, percentile: Percentile) => {
    const ratio = at(waits, row, `${percentile}_s`) / at(waits, log, `${percentile}_s`);
    return {
      hypothesis: `waits of ${waits.handle.text(row, 'name')}: runs above ${percentile} of the log against its share of the runs within ${blocks}`,
      n: at(waits, row, 'runs'),
      estimate: Number.isFinite(ratio) ? ratio : null,
      unit: smallest.unit,
      smallest_effect: smallest.value,
    };
  };
  const untested = waits.jobs.filter((row) => jobs.every((job) => job.row !== row));
  return [
    ...untested.map((row) => ({
      ...line(row, 'p95'),
      p_value: null,
      test: undefined,
      reason: `it ran in fewer than ${FEWEST_LEVEL_BLOCKS} ${blocks}: not tested`,
    })),
    ...jobs.map((job) => {
      const entered = above.find(({ row, percentile }) => row === job.row && percentile === job.percentile);
      return {
        ...line(job.row, job.percentile),
        p_value: job.p_value,
        test: entered?.test ?? others,
        reason: reasonOf(isAbove(study, waits, job.row, log, job.percentile), job, entered),
      };
    }),
  ];
}

function reasonOf(isClear: boolean, { p_value }: ScreenedJob, entered: JobAbove | undefined): string {
  if (!isClear) return 'not clearly above the log';
  if (entered === undefined) return 'told by its other percentile, if at all';
  return p_value > TOLD_P ? 'not told apart from the chance of its days' : 'reported if the ledger keeps it';
}

function waitClaim({ ctx }: WaitStudy, waits: Percentiles, screening: Screening, job: JobAbove, log: number) {
  const { handle } = waits;
  const { row, excess, percentile } = job;
  const half = (of: number, words: string) => (at(waits, of, 'p50_s') === 0 ? 'half did not wait' : words);
  const numbers = ctx.derivation({
    method:
      'runs that wait longer than a percentile of the log, over what the share of the runs of each block would give',
    parameters: { percentile, draws: SCREENING_DRAWS, seed: ctx.seed },
    values: {
      ratio: excess.ratio,
      first_ratio: finite(excess.halves[0]),
      second_ratio: finite(excess.halves[1]),
    },
    inputs: [screening.handle, handle],
  });
  const times = (name: string): FieldInput => ({ from: numbers.value(name), unit: 'times' });
  const than = percentile === 'p50' ? 'half of all runs of the log' : 'nineteen in twenty runs of the log';
  return {
    title: '{name}: one run in twenty waits longer than {p95_s}, in the whole log {log_p95_s}',
    statement:
      `Of {runs} runs of {name} with a known wait, ${half(row, 'half waited {p50_s} or less ({p50_low_s} to {p50_high_s})')} and one in twenty longer than {p95_s} ({p95_low_s} to {p95_high_s}); the longest waited {max_s}. ` +
      `In the whole log ${half(log, 'half waited {log_p50_s} or less')} and one in twenty longer than {log_p95_s}. ` +
      `Within ${screening.blocks}, {ratio} as many of its runs wait longer than ${than} as would by its share of the runs.`,
    fields: {
      ...fieldsOf(handle, row, SHOWN),
      log_p50_s: fieldOf(handle, log, 'p50_s'),
      log_p95_s: fieldOf(handle, log, 'p95_s'),
      ...Object.fromEntries(['ratio', 'first_ratio', 'second_ratio'].map((name) => [name, times(name)])),
    } as Record<string, FieldInput>,
    estimate: {
      name: 'wait_of_one_run_in_twenty',
      field: 'p95_s',
      interval: { low: 'p95_low_s', high: 'p95_high_s', level: LEVEL },
    },
    test: job.test,
    replication: replicationOf(screening, excess),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A percentile over the threshold whose interval lies above that of the log, by the smallest ratio at least. */
function isAbove(study: WaitStudy, waits: Percentiles, row: number, log: number, p: Percentile): boolean {
  const smallest = smallestRatio(study);
  const [own, all] = [at(waits, row, `${p}_s`), at(waits, log, `${p}_s`)];
  return (
    hasBounds(waits, row) &&
    own > thresholdOf(study) &&
    at(waits, row, `${p}_low_s`) > at(waits, log, `${p}_high_s`) &&
    smallest.reaches(own / all)
  );
}

function smallestRatio({ ctx }: WaitStudy) {
  return smallestEffect(
    { setting: 'smallest_wait_ratio', unit: 'times that of the log', byDefault: 1.5, compared: 'above' },
    ctx.settings,
  );
}
