import {
  ACTIONABILITY,
  FEWEST_LEVEL_BLOCKS,
  type FieldInput,
  fieldsOf,
  type ItemInput,
  NO_NAME,
  NOT_ADJUSTABLE,
  nearMissTable,
  type QueryHandle,
  replicationOf,
  SCREENING_DRAWS,
  type ScreenedHypothesis,
  shareOf,
  smallestEffect,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import { type ScreenedJob, type Screening, screenJobs } from './screen-jobs.ts';

const MOST_TOLD = 5;
const LEVEL = 0.95;
/** Up to which p-value a job is told. */
const TOLD_P = 0.05;

/** A job whose share is clearly larger inside, tested, with its entry in the ledger. */
interface JobInside extends ScreenedJob {
  readonly row: number;
  readonly test: string;
}

interface Entered {
  readonly inside: readonly JobInside[];
  /** The entry for the largest excess of all other jobs that were tested. */
  readonly others: string | undefined;
}

/** The jobs whose share of the server time is clearly larger inside, and not by chance; the largest difference first. */
export async function reportJobs(study: WaitStudy, jobs: QueryHandle): Promise<void> {
  const { ctx } = study;
  const above = (row: number) => shareOf(jobs, row, 'inside_percent') - shareOf(jobs, row, 'outside_percent');
  const clear = [...jobs.rows.keys()].filter((row) => isClear(study, jobs, row));
  if (clear.length === 0) {
    ctx.note(
      'No job takes a clearly larger share of the server time in busy periods than outside; jobs_in_busy_periods.csv has them all.',
    );
    return;
  }
  const screening = await screenJobs(study, jobs, smallestPoints(ctx.settings).value);
  const entered = enterTests(study, jobs, screening, clear);
  await ctx.artifact(nearMissTable(screened(study, jobs, screening, clear, entered), ctx.coverage));
  const told = entered.inside
    .filter(({ p_value }) => p_value <= TOLD_P)
    .toSorted((a, b) => above(b.row) - above(a.row));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      `No job that was tested takes a clearly larger share of the server time in busy periods than outside that chance, or which ${screening.blocks} it runs on, would not give; near_misses.csv has what was tested, and why others were not.`,
    );
    return;
  }
  const adjustable = told.find(({ row }) => jobs.text(row, 'adjustable') === 'true');
  ctx.finding({
    kind: 'busy_period_jobs',
    ...claimOf(study, jobs, screening, lead),
    target: {},
    about: [ctx.role('activity') ?? ''],
    how: 'tested',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, above((adjustable ?? lead).row)),
      reach: shareOf(jobs, lead.row, 'inside_percent'),
      actionability: adjustable === undefined ? ACTIONABILITY.fixedJob : ACTIONABILITY.window,
    },
    ...(told.length > 1 && {
      items: told.slice(0, MOST_TOLD).map((job): ItemInput => claimOf(study, jobs, screening, job)),
    }),
    limitations: [
      'What runs while others wait need not be what they wait for: servers are not told apart.',
      'Jobs that wait run in busy periods too.',
    ],
  });
}

/** An entry in the ledger for each job that is clearly more inside, and one for the largest excess of all others. */
function enterTests(
  { ctx }: WaitStudy,
  jobs: QueryHandle,
  { jobs: tested, blocks }: Screening,
  clear: readonly number[],
): Entered {
  const rows = new Map(clear.map((row) => [jobs.text(row, 'job'), row]));
  const enter = (some: readonly ScreenedJob[], who: string) =>
    ctx.test({
      family: 'jobs in busy periods',
      hypothesis: `within ${blocks}, as much of the server time of ${who} lies in busy periods as of that of all jobs`,
      statistic: {
        name: 'largest standardised excess',
        value: Math.max(0, ...some.map(({ statistic }) => statistic)),
      },
      p_value: Math.min(1, ...some.map(({ p_value }) => p_value)),
      n: jobs.rows.reduce((sum, _, row) => sum + (jobs.number(row, 'runs') ?? 0), 0),
    });
  const rest = tested.filter(({ name }) => !rows.has(name));
  const others = rest.length > 0 ? enter(rest, 'jobs whose share is not clearly larger') : undefined;
  const inside = tested.flatMap((job) => {
    const row = rows.get(job.name);
    return row === undefined ? [] : [{ ...job, row, test: enter([job], job.name) }];
  });
  return { inside, others };
}

/** What was tested, for the table of near misses. */
function screened(
  { ctx }: WaitStudy,
  jobs: QueryHandle,
  { jobs: tested, blocks, looked }: Screening,
  clear: readonly number[],
  { inside, others }: Entered,
): ScreenedHypothesis[] {
  const smallest = smallestPoints(ctx.settings);
  return [...jobs.rows.keys()].map((row) => {
    const name = jobs.text(row, 'job');
    const job = tested.find((one) => one.name === name);
    return {
      hypothesis: `server time of ${name}: its share in busy periods against outside, within ${blocks}`,
      n: jobs.number(row, 'runs') ?? 0,
      estimate: pointsOf(jobs, row),
      unit: smallest.unit,
      smallest_effect: smallest.value,
      p_value: job?.p_value ?? null,
      test: job === undefined ? undefined : (inside.find((one) => one.row === row)?.test ?? others),
      reason: !clear.includes(row)
        ? 'the difference is too small'
        : job === undefined
          ? untestedFor(name, looked, blocks)
          : reasonOf(job),
    };
  });
}

function untestedFor(name: string | null, looked: Screening['looked'], blocks: string): string {
  if (name === null || name === NO_NAME) return 'it has no name: not tested';
  return looked.has(name)
    ? `it ran in fewer than ${FEWEST_LEVEL_BLOCKS} ${blocks}: not tested`
    : `it is not among the ${looked.size} jobs with most server time: not tested`;
}

function reasonOf({ p_value }: ScreenedJob): string {
  return p_value > TOLD_P ? 'not told apart from chance among all jobs' : 'reported if the ledger keeps it';
}

function claimOf({ ctx }: WaitStudy, jobs: QueryHandle, screening: Screening, job: JobInside) {
  const { row, excess } = job;
  const { low, high } = excess.interval(LEVEL);
  const fixed = jobs.text(row, 'adjustable') === 'true' ? '' : ` ${NOT_ADJUSTABLE}`;
  const numbers = ctx.derivation({
    method:
      'server time in busy periods, over what the share of the server time of each block would give; interval with blocks as units',
    parameters: { job: job.name, draws: SCREENING_DRAWS, seed: ctx.seed },
    values: {
      ratio: excess.ratio,
      ratio_low: low,
      ratio_high: finite(high),
      first_ratio: finite(excess.halves[0]),
      second_ratio: finite(excess.halves[1]),
    },
    inputs: [screening.handle],
  });
  const times = (name: string): FieldInput => ({ from: numbers.value(name), unit: 'times' });
  return {
    title:
      '{job} takes {inside_percent} of the server time while others wait, and {outside_percent} otherwise',
    statement:
      'While at least one run waits longer than {threshold_s}, {job} takes {inside_s} of server time, {inside_percent} of all then; ' +
      `outside of these busy periods it takes {outside_s}, {outside_percent}. Of its own time {of_job_percent} lies in them: ` +
      `within ${screening.blocks}, {ratio} as much as its share would give ({ratio_low} to {ratio_high}).${fixed}`,
    fields: {
      ...fieldsOf(jobs, row, [
        'job',
        'inside_s',
        'inside_percent',
        'outside_s',
        'outside_percent',
        'of_job_percent',
      ]),
      ...threshold,
      ...Object.fromEntries(
        ['ratio', 'ratio_low', 'ratio_high', 'first_ratio', 'second_ratio'].map((name) => [
          name,
          times(name),
        ]),
      ),
    } as Record<string, FieldInput>,
    estimate: {
      name: 'server_time_in_busy_periods_against_expected',
      field: 'ratio',
      interval: { low: 'ratio_low', high: 'ratio_high', level: LEVEL },
    },
    test: job.test,
    replication: replicationOf(screening, excess),
  };
}

function isClear({ ctx }: WaitStudy, jobs: QueryHandle, row: number): boolean {
  const [inside = 0, outside = 0] = ['inside_percent', 'outside_percent'].map(
    (name) => jobs.number(row, name) ?? 0,
  );
  const ratio = smallestEffect(
    { setting: 'smallest_busy_ratio', unit: 'times the share outside', byDefault: 1.25, compared: 'above' },
    ctx.settings,
  );
  return smallestPoints(ctx.settings).reaches(pointsOf(jobs, row)) && ratio.reaches(inside / outside);
}

function smallestPoints(settings: WaitStudy['ctx']['settings']) {
  return smallestEffect(
    { setting: 'smallest_busy_points', unit: 'percentage points', byDefault: 5, compared: 'above' },
    settings,
  );
}

/** Share inside less share outside, in percentage points of one decimal. */
function pointsOf(jobs: QueryHandle, row: number): number {
  const tenths = (name: string) => Math.round((jobs.number(row, name) ?? 0) * 10);
  return (tenths('inside_percent') - tenths('outside_percent')) / 10;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
