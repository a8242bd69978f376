import {
  ACTIONABILITY,
  fieldsOf,
  type ItemInput,
  NOT_ADJUSTABLE,
  type QueryHandle,
  shareOf,
  smallestEffect,
  threshold,
  type WaitStudy,
} from '../../src/sdk/index.ts';

const MOST_TOLD = 5;

/** The jobs whose share of the server time is clearly larger inside, the largest difference first. */
export function reportJobs(study: WaitStudy, jobs: QueryHandle): void {
  const { ctx } = study;
  const above = (row: number) => shareOf(jobs, row, 'inside_percent') - shareOf(jobs, row, 'outside_percent');
  const told = [...jobs.rows.keys()]
    .filter((row) => isClear(study, jobs, row))
    .toSorted((a, b) => above(b) - above(a));
  const [lead] = told;
  if (lead === undefined) {
    ctx.note(
      'No job takes a clearly larger share of the server time in busy periods than outside; jobs_in_busy_periods.csv has them all.',
    );
    return;
  }
  const adjustable = told.find((row) => jobs.text(row, 'adjustable') === 'true');
  ctx.finding({
    kind: 'busy_period_jobs',
    ...claimOf(jobs, lead),
    target: {},
    about: [ctx.role('activity') ?? ''],
    how: 'exact_count',
    severity: 'notice',
    ranking: {
      effect: Math.min(1, above(adjustable ?? lead)),
      reach: shareOf(jobs, lead, 'inside_percent'),
      actionability: adjustable === undefined ? ACTIONABILITY.fixedJob : ACTIONABILITY.window,
    },
    ...(told.length > 1 && { items: told.slice(0, MOST_TOLD).map((row): ItemInput => claimOf(jobs, row)) }),
    limitations: [
      'What runs while others wait need not be what they wait for: servers are not told apart.',
      'Counted, not tested: jobs that wait run in busy periods too.',
    ],
  });
}

function claimOf(jobs: QueryHandle, row: number) {
  const fixed = jobs.text(row, 'adjustable') === 'true' ? '' : ` ${NOT_ADJUSTABLE}`;
  return {
    title:
      '{job} takes {inside_percent} of the server time while others wait, and {outside_percent} otherwise',
    statement:
      'While at least one run waits longer than {threshold_s}, {job} takes {inside_s} of server time, {inside_percent} of all then; ' +
      `outside of these busy periods it takes {outside_s}, {outside_percent}. Of its own time {of_job_percent} lies in them.${fixed}`,
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
    },
    estimate: { name: 'server_time_in_busy_periods', field: 'inside_s' },
  };
}

function isClear({ ctx }: WaitStudy, jobs: QueryHandle, row: number): boolean {
  const [inside, outside] = ['inside_percent', 'outside_percent'].map((name) =>
    Math.round((jobs.number(row, name) ?? 0) * 10),
  );
  const points = smallestEffect(
    { setting: 'smallest_busy_points', unit: 'percentage points', byDefault: 5, compared: 'above' },
    ctx.settings,
  );
  const ratio = smallestEffect(
    { setting: 'smallest_busy_ratio', unit: 'times the share outside', byDefault: 1.25, compared: 'above' },
    ctx.settings,
  );
  return (
    points.reaches(((inside ?? 0) - (outside ?? 0)) / 10) && ratio.reaches((inside ?? 0) / (outside ?? 0))
  );
}
