import {
  ACTIONABILITY,
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  exp,
  MOST_HOPEFUL_P,
  NOT_ADJUSTABLE,
  nearMissTable,
  type OwnEffect,
  screenedRatio,
  smallestEffect,
} from '../../src/sdk/index.ts';
import type { TestedJob } from './compare-jobs.ts';
import type { Days, Study } from './days.ts';

const LEVEL = 0.95;
const MOST_FINDINGS = 4;
const SMALLEST: OwnEffect = {
  setting: 'smallest_uplift_ratio',
  unit: 'times the runs per day outside of the close',
  byDefault: 1.5,
  compared: 'above',
};

/** A finding for each job that runs clearly more often in the close, the one with most additional work first. */
export async function reportJobs(study: Study, days: Days, jobs: readonly TestedJob[]): Promise<void> {
  const { ctx } = study;
  const smallest = smallestEffect(SMALLEST, ctx.settings);
  // without an error there is no interval, and nothing to claim
  const isMore = ({ ratio, more }: TestedJob) =>
    Number.isFinite(ratio.error) &&
    smallest.reaches(exp(ratio.estimate)) &&
    more.whole.p_value <= MOST_HOPEFUL_P;
  const found = jobs.filter(isMore).sort((a, b) => additionalOf(b).seconds - additionalOf(a).seconds);
  const told = found.slice(0, MOST_FINDINGS);
  await ctx.artifact(
    nearMissTable(
      jobs.map((job) =>
        screenedRatio({
          hypothesis: `${job.name} runs as often in the close as on the same weekdays of the month outside of it`,
          n: job.closeRuns + job.openRuns,
          logarithm: job.ratio.estimate,
          smallest,
          p_value: job.more.whole.p_value,
          test: job.test,
          reason: told.includes(job)
            ? 'reported if the ledger keeps it'
            : isMore(job)
              ? 'more often in the close; others bring more work'
              : 'not clearly more often in the close',
        }),
      ),
      ctx.coverage,
    ),
  );
  if (found.length === 0) return ctx.note('No job that runs all month runs clearly more often in the close.');
  for (const job of told) reportJob(study, days, job);
}

/** Runs in the close beyond the rate outside of it, and their work. */
function additionalOf({ closeRuns, ratio, meanService }: TestedJob) {
  const runs = closeRuns * (1 - 1 / exp(ratio.estimate));
  return { runs, seconds: runs * meanService };
}

function reportJob({ ctx }: Study, { handle }: Days, job: TestedJob): void {
  const { low, high } = job.ratio.interval(LEVEL);
  const additional = additionalOf(job);
  const half = (ratio: number) => (Number.isFinite(ratio) ? exp(ratio) : null);
  const numbers = ctx.derivation({
    method:
      'Ratio of rates per day, stratified by month and weekday (Mantel and Haenszel for person-time); error by leaving out weeks of days (jackknife)',
    parameters: { activity: job.name, level: LEVEL },
    values: {
      ratio: exp(job.ratio.estimate),
      low: exp(low),
      high: exp(high),
      first: half(job.halfRatios[0]),
      second: half(job.halfRatios[1]),
      close_runs: job.closeRuns,
      open_runs: job.openRuns,
      close_days: job.closeDays,
      open_days: job.openDays,
      additional_runs: Math.round(additional.runs),
      additional_s: additional.seconds,
    },
    inputs: [handle],
  });
  const value = (name: string) => numbers.value(name);
  ctx.finding({
    kind: 'close_uplift',
    title: '{activity} runs {ratio} times as often in the close as outside of it',
    statement:
      `In the close (${CLOSE_WINDOW}) {activity} runs {ratio} times as often per day as on the same weekdays of the same month outside of it ` +
      '({low} to {high}): {close_runs} runs on {close_days} whole days of the close, {open_runs} on {open_days} others. That is about ' +
      '{additional_runs} additional runs, with {additional_s} of work.' +
      (job.adjustable ? '' : ` ${NOT_ADJUSTABLE}`),
    fields: {
      ...CLOSE_FIELDS,
      activity: handle.cell(job.row, 'name'),
      ...Object.fromEntries(
        [
          'ratio',
          'low',
          'high',
          'first',
          'second',
          'close_runs',
          'open_runs',
          'close_days',
          'open_days',
          'additional_runs',
        ].map((name) => [name, value(name)]),
      ),
      additional_s: { from: value('additional_s'), unit: 's' },
    },
    estimate: {
      name: 'ratio_of_rates',
      field: 'ratio',
      interval: { low: 'low', high: 'high', level: LEVEL },
    },
    target: { activity: { field: 'activity' } },
    scope: { window: 'close' },
    how: 'tested',
    test: job.test,
    replication: { by: 'time', holds: job.more.replication, first: 'first', second: 'second' },
    severity: 'notice',
    ranking: {
      effect: Math.min(1, job.ratio.estimate / 2),
      reach: 0.3,
      actionability: job.adjustable ? ACTIONABILITY.window : ACTIONABILITY.fixedJob,
    },
    limitations: [
      'More runs in the close may be what the close needs; it says how many, not whether they are needed.',
    ],
  });
}
