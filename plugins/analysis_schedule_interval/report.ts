import {
  ACTIONABILITY,
  fieldsOf,
  identifier,
  jobActionability,
  NOT_ADJUSTABLE,
  type QueryHandle,
  readBusyShares,
  readLeftOut,
  resultCsv,
  shareOf,
  threshold,
} from '../../src/sdk/index.ts';
import type { Schedules } from './read-schedules.ts';
import type { Study } from './study.ts';

const COLUMNS = [
  'name',
  'runs',
  'job_runs',
  'ticks',
  'gaps',
  'regular_gaps',
  'regular_percent',
  'interval_s',
  'first_hour',
  'last_hour',
  'service_s',
  'median_service_s',
  'service_percent',
  'runs_percent',
];
/** Jobs that are told apart where what is not known of a job is noted. */
const MOST_JOBS = 5000;
/** Jobs that the first finding lists; a report shows the first of them. */
const MOST_LISTED = 200;

/** Says of how many jobs it is not known, or not told, whether they run by the clock. */
export async function noteUnseen({ ctx, log }: Study, { handle, byTheClock }: Schedules): Promise<void> {
  const jobs = await ctx.query(
    `SELECT DISTINCT CAST(${log.activity} AS VARCHAR) AS name FROM data WHERE ${log.activity} IS NOT NULL ORDER BY name LIMIT ${MOST_JOBS + 1}`,
  );
  const beyond = new Set(byTheClock.slice(MOST_LISTED));
  const seen = new Set(
    [...handle.rows.keys()].filter((row) => !beyond.has(row)).map((row) => handle.text(row, 'name')),
  );
  const names = jobs.rows.flatMap((_, row) => jobs.text(row, 'name') ?? []).filter((name) => !seen.has(name));
  if (names.length === 0) return;
  const all =
    jobs.rows.length > MOST_JOBS
      ? 'Some jobs have'
      : names.length === 1
        ? 'One job has'
        : `${names.length} jobs have`;
  ctx.notLookedFor(
    `${all} too few ticks to tell whether they run by the clock (setting fewest_ticks), or are not counted or not listed.`,
    jobs.rows.length > MOST_JOBS ? {} : { names },
  );
}

/** How much of the log runs by the clock, with the jobs that take most server time. */
export async function reportOverall(study: Study, { handle, byTheClock }: Schedules): Promise<void> {
  const { ctx } = study;
  const leftOut = await readLeftOut(ctx, study.log, study);
  const [first = 0] = byTheClock;
  ctx.finding({
    kind: 'scheduled_jobs',
    title: '{clock_jobs} of {all_jobs} jobs run by the clock',
    statement:
      '{clock_jobs} of {all_jobs} jobs, with {clock_runs} of {all_runs} runs ({clock_percent}), are queued at regular intervals: at least {regular} of the gaps ' +
      'between their ticks are within a twentieth of the median gap. The one that takes most server time is {name}: ' +
      `{service_s}, {service_percent} of all. schedules.csv has them all.${leftOut.sentence === undefined ? '' : ` ${leftOut.sentence}`}`,
    fields: {
      ...fieldsOf(handle, first, [
        'name',
        'service_s',
        'service_percent',
        'all_jobs',
        'all_runs',
        'clock_jobs',
        'clock_runs',
        'clock_percent',
      ]),
      regular: { from: { setting: 'smallest_regular_percent' }, unit: '%' },
      ...leftOut.fields,
    },
    estimate: { name: 'jobs_by_the_clock', field: 'clock_jobs' },
    target: {},
    about: [ctx.role('activity') ?? '', ctx.role('queued_at') ?? ctx.role('eligible_at') ?? ''],
    how: 'exact_count',
    severity: 'info',
    ranking: {
      effect: 0.2,
      reach: shareOf(handle, first, 'clock_percent'),
      actionability: ACTIONABILITY.other,
    },
    items: byTheClock.slice(0, MOST_LISTED).map((row) => ({
      title: '{name}: every {interval_s}',
      statement:
        '{ticks} ticks, {runs} runs, {regular_percent} of the gaps regular; {service_s} of server time ({service_percent} of all).',
      fields: fieldsOf(handle, row, COLUMNS),
      estimate: { name: 'interval', field: 'interval_s' },
    })),
    limitations: ['It says how often a job runs, not how often it is needed.'],
  });
}

/** A finding for each job that runs by the clock often and takes a share of the server time that counts. */
export async function reportJobs(study: Study, schedules: Schedules): Promise<void> {
  const { handle } = schedules;
  const rows = frequentRows(study, schedules);
  const busy = rows.length === 0 ? undefined : await readBusyShares(study);
  for (const row of rows) {
    const costs = costsOf(study, schedules, row, busy);
    study.ctx.finding({
      kind: 'schedule_interval',
      title: '{name} runs every {interval_s}: {service_s} of server time, {service_percent} of all',
      statement: [statementOf(study, schedules, row), ...costs.sentences].join(' '),
      fields: { ...fieldsOf(handle, row, [...COLUMNS, 'over_s', 'close_percent']), ...costs.fields },
      estimate: { name: 'interval', field: 'interval_s' },
      target: { activity: { field: 'name' } },
      how: 'exact_count',
      severity: isAdjustable(schedules, row) ? 'notice' : 'info',
      ranking: {
        effect: Math.max(shareOf(handle, row, 'service_percent'), shareOf(handle, row, 'close_percent')),
        reach: shareOf(handle, row, 'runs_percent'),
        actionability: jobActionability(isAdjustable(schedules, row)),
      },
      rows: await firstRuns(study, handle.text(row, 'name') ?? '', handle.text(row, 'schedule') ?? ''),
      limitations: [
        'It says how often a job runs and what that costs, not how often it is needed, nor what a longer interval would save.',
      ],
    });
  }
}

/** What half as many runs would leave free, by arithmetic alone; and the job's share of the server time while others wait. */
function costsOf({ ctx }: Study, { handle }: Schedules, row: number, busy: QueryHandle | undefined) {
  const halved = ctx.derivation({
    method: 'half of the server time; twice the interval',
    values: {
      half_service_s: (handle.number(row, 'service_s') ?? 0) / 2,
      double_interval_s: 2 * (handle.number(row, 'interval_s') ?? 0),
    },
    inputs: [handle],
  });
  const of = busy?.rows.findIndex((_, at) => busy.text(at, 'job') === handle.text(row, 'name')) ?? -1;
  const whileBusy = busy !== undefined && of >= 0 && busy.number(of, 'inside_percent') !== null;
  return {
    sentences: [
      ...(whileBusy
        ? [
            'While at least one run waits longer than {threshold_s}, the job takes {inside_percent} of the server time.',
          ]
        : []),
      'Every {double_interval_s} instead it would take {half_service_s} less, if its runs stay as long as they are.',
    ],
    fields: {
      double_interval_s: { from: halved.value('double_interval_s'), unit: 's' },
      half_service_s: { from: halved.value('half_service_s'), unit: 's' },
      ...(whileBusy && { ...fieldsOf(busy, of, ['inside_percent']), ...threshold }),
    },
  };
}

/** Every job and schedule with enough ticks, regular or not. */
export async function writeTable({ ctx }: Study, { handle }: Schedules): Promise<void> {
  await ctx.artifact({
    path: 'schedules.csv',
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title: 'Jobs by how regular the gaps between their ticks are, with what their runs cost',
  });
}

/** The schedule with most server time of each job that is frequent and takes enough of it. */
function frequentRows({ ctx }: Study, { handle, byTheClock }: Schedules): number[] {
  const longest = Number(ctx.settings['longest_interval_s']);
  const smallest = Number(ctx.settings['smallest_server_time_percent']);
  const seen = new Set<string | null>();
  return byTheClock.filter((row) => {
    const name = handle.text(row, 'name');
    const counts =
      (handle.number(row, 'interval_s') ?? 0) <= longest &&
      (handle.number(row, 'service_percent') ?? 0) >= smallest &&
      !seen.has(name);
    if (counts) seen.add(name);
    return counts;
  });
}

function statementOf({ log }: Study, schedules: Schedules, row: number): string {
  const { handle } = schedules;
  const all = handle.text(row, 'runs') === handle.text(row, 'job_runs');
  const sentences = [
    '{regular_gaps} of {gaps} gaps between the {ticks} ticks of {name} ({regular_percent}) are {interval_s} long, within a twentieth.',
    all
      ? 'That makes {runs} runs, {runs_percent} of all, of {median_service_s} in the median.'
      : 'That makes {runs} of its {job_runs} runs, {runs_percent} of all runs, of {median_service_s} in the median.',
    'They take {service_s} of server time, {service_percent} of that of all runs' +
      (log.queued === undefined ? '.' : ' ({close_percent} of that of runs queued in the close window).'),
    'They themselves waited {over_s} in runs over the threshold.',
  ];
  if (handle.text(row, 'first_hour') !== '0' || handle.text(row, 'last_hour') !== '23')
    sentences.push("Ticks fall between {first_hour} and {last_hour} o'clock (hours of the log's own times).");
  if (!isAdjustable(schedules, row)) sentences.push(NOT_ADJUSTABLE);
  return sentences.join(' ');
}

function isAdjustable({ handle }: Schedules, row: number): boolean {
  return handle.text(row, 'adjustable') === 'true';
}

/** The first runs of a job by a schedule, to look at. */
async function firstRuns({ ctx, log, asked, leftOut }: Study, name: string, schedule: string) {
  const column = ctx.role('schedule');
  const own =
    column === undefined
      ? ''
      : ` AND coalesce(CAST(${identifier(column)} AS VARCHAR), '') = CAST($2 AS VARCHAR)`;
  return ctx.query(
    `SELECT _sh_part, _sh_row_number, ${asked} AS asked
FROM data WHERE CAST(${log.activity} AS VARCHAR) = CAST($1 AS VARCHAR)${own} AND ${leftOut} IS NULL AND ${asked} IS NOT NULL
ORDER BY asked, _sh_part, _sh_row_number LIMIT 10`,
    column === undefined ? [name] : [name, schedule],
  );
}
