import {
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  exp,
  jobActionability,
  MOST_HOPEFUL_P,
  NOT_ADJUSTABLE,
  nearMissTable,
  type OwnEffect,
  screenedRatio,
  smallestEffect,
} from '../../src/sdk/index.ts';
import type { Hours, Study } from './hours.ts';
import { DRAWS, type TestedJob } from './test-jobs.ts';

const LEVEL = 0.95;
const MOST_FINDINGS = 3;
const SMALLEST: OwnEffect = {
  setting: 'smallest_stretch_ratio',
  unit: 'times the service time of the others',
  byDefault: 1.1,
  compared: 'above',
};

/** A finding for each job beside which the others clearly take longer, the one that costs most hours first. */
export async function reportJobs(study: Study, hours: Hours, jobs: readonly TestedJob[]): Promise<void> {
  const { ctx } = study;
  const smallest = smallestEffect(SMALLEST, ctx.settings);
  const slows = ({ stretch, p_value }: TestedJob) =>
    Number.isFinite(stretch.error) && smallest.reaches(exp(stretch.estimate)) && p_value <= MOST_HOPEFUL_P;
  const found = jobs.filter(slows).sort((a, b) => excessOf(b) - excessOf(a));
  const told = found.slice(0, MOST_FINDINGS);
  await ctx.artifact(
    nearMissTable(
      jobs.map((job) =>
        screenedRatio({
          hypothesis: `other jobs take as long while ${job.fit.name} runs in the close as while it does not`,
          n: job.fit.n,
          logarithm: job.stretch.estimate,
          smallest,
          p_value: job.p_value,
          test: job.test,
          reason: told.includes(job)
            ? 'reported if the ledger keeps it'
            : found.includes(job)
              ? 'other jobs cost more'
              : 'the others are not clearly slower beside it',
        }),
      ),
      ctx.coverage,
    ),
  );
  if (found.length === 0)
    return ctx.note('There is no job beside which the others clearly take longer in the close.');
  for (const job of told) reportJob(study, hours, job);
}

/** Seconds that runs of others took longer because they started beside the job. */
function excessOf({ fit, stretch }: TestedJob): number {
  return fit.besideS * (1 - 1 / exp(stretch.estimate));
}

function reportJob({ ctx }: Study, hours: Hours, job: TestedJob): void {
  const { handle } = hours;
  const { name } = job.fit;
  const row = hours.rows.get(name) ?? 0;
  const { low, high } = job.stretch.interval(LEVEL);
  const half = (estimate: number | null) => (estimate === null ? null : exp(estimate));
  const numbers = ctx.derivation({
    method:
      "Regression of the logarithm of others' service times (less the mean of their job on their server) on the runs of the job under way when they start, with effects of day, hour and number of runs that became ready; error by leaving out days (jackknife); p-value by turning the signs of whole days, largest of all jobs",
    parameters: { activity: name, level: LEVEL, draws: DRAWS, seed: ctx.seed },
    values: {
      ratio: exp(job.stretch.estimate),
      low: exp(low),
      high: exp(high),
      first: half(job.first.estimate),
      second: half(job.second.estimate),
      other_runs: job.fit.n,
      excess_s: excessOf(job),
    },
    inputs: [handle],
  });
  const value = (field: string) => numbers.value(field);
  const adjustable = handle.text(row, 'adjustable') !== 'false';
  ctx.finding({
    kind: 'close_contention',
    title: 'While {activity} runs in the close, other jobs take {ratio} times as long',
    statement:
      `In hours of the close (${CLOSE_WINDOW}) runs of other jobs take {ratio} times as long for each run of {activity} that is under way when they ` +
      'start ({low} to {high}), compared with the same job on the same server, on the same day, at the same hour of the day and with as many ' +
      'runs asked for ({other_runs} runs of others). That comes to about {excess_s} of service time.' +
      (adjustable ? '' : ` ${NOT_ADJUSTABLE}`),
    fields: {
      ...CLOSE_FIELDS,
      activity: handle.cell(row, 'name'),
      ...Object.fromEntries(
        ['ratio', 'low', 'high', 'first', 'second', 'other_runs'].map((field) => [field, value(field)]),
      ),
      excess_s: { from: value('excess_s'), unit: 's' },
    },
    estimate: {
      name: 'ratio_of_service_times',
      field: 'ratio',
      interval: { low: 'low', high: 'high', level: LEVEL },
    },
    target: { activity: { field: 'activity' } },
    scope: { window: 'close' },
    how: 'tested',
    test: job.test,
    replication: { by: 'time', holds: job.replication, first: 'first', second: 'second' },
    severity: 'warning',
    ranking: {
      effect: Math.min(1, job.stretch.estimate),
      reach: 0.4,
      actionability: jobActionability(adjustable),
    },
    limitations: [
      'An association within days: something else that always happens while the job runs would look the same.',
      'It is about how long the work takes, not about waiting for a slot, which every job makes others do.',
    ],
  });
}
