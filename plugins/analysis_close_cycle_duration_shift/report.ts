import {
  CLOSE_FIELDS,
  CLOSE_WINDOW,
  exp,
  groupName,
  type HalfResult,
  jobActionability,
  MOST_HOPEFUL_P,
  NOT_ADJUSTABLE,
  nearMissTable,
  type OwnEffect,
  type QueryHandle,
  screenedRatio,
  smallestEffect,
  stratifiedDifference,
} from '../../src/sdk/index.ts';
import type { ComparedJob, Study } from './compare-jobs.ts';

const LEVEL = 0.95;
const MOST_FINDINGS = 4;
const SMALLEST: OwnEffect = {
  setting: 'smallest_duration_ratio',
  unit: 'times the service time outside of the close',
  byDefault: 1.1,
  compared: 'above',
};

/** A finding for each job that takes clearly longer in the close, the one that costs most hours first. */
export async function reportJobs(
  study: Study,
  { handle, jobs }: { readonly handle: QueryHandle; readonly jobs: readonly ComparedJob[] },
): Promise<void> {
  const { ctx } = study;
  if (jobs.length === 0)
    return ctx.notLookedFor('No job has enough runs both in the close window and outside of it.');
  const smallest = smallestEffect(SMALLEST, ctx.settings);
  const isSlower = ({ whole }: ComparedJob) =>
    smallest.reaches(exp(whole.estimate)) && whole.p_value <= MOST_HOPEFUL_P;
  const found = jobs.filter(isSlower).sort((a, b) => excessOf(b) - excessOf(a));
  const told = found.slice(0, MOST_FINDINGS);
  await ctx.artifact(
    nearMissTable(
      jobs.map((job) =>
        screenedRatio({
          hypothesis: `${job.name} takes as long in the close as outside of it in the same month`,
          n: job.closeRuns + job.openRuns,
          logarithm: job.whole.estimate,
          smallest,
          p_value: job.whole.p_value,
          test: job.test,
          reason: told.includes(job)
            ? 'reported if the ledger keeps it'
            : isSlower(job)
              ? 'slower in the close; others cost more'
              : 'not clearly slower in the close',
        }),
      ),
      ctx.coverage,
    ),
  );
  if (found.length === 0) ctx.note('No job takes clearly longer in the close than outside of it.');
  for (const job of told) await reportJob(study, handle, job);
}

/** Seconds that the job's runs in the close took beyond what they would have taken outside of it. */
function excessOf({ closeServiceUs, whole }: ComparedJob): number {
  return (Number(closeServiceUs) / 1e6) * (1 - 1 / exp(whole.estimate));
}

async function reportJob(study: Study, handle: QueryHandle, job: ComparedJob): Promise<void> {
  const { ctx } = study;
  const { low, high } = job.whole.interval(LEVEL);
  const within = await withinServers(study, job.name);
  const ratioOf = ({ estimate }: HalfResult) => (estimate === null ? null : exp(estimate));
  const numbers = ctx.derivation({
    method:
      'Difference of mean logarithms of service times, close less open, within calendar months, as a ratio of geometric means; error by leaving out weeks or months (jackknife)',
    parameters: { activity: job.name, level: LEVEL },
    values: {
      ratio: exp(job.whole.estimate),
      low: exp(low),
      high: exp(high),
      first: ratioOf(job.first),
      second: ratioOf(job.second),
      close_runs: job.closeRuns,
      open_runs: job.openRuns,
      excess_s: excessOf(job),
      ...(within && { within_servers: exp(within.difference.difference) }),
    },
    inputs: [handle, ...(within ? [within.handle] : [])],
  });
  const value = (name: string) => numbers.value(name);
  ctx.finding({
    kind: 'close_duration_shift',
    title: '{activity} takes {ratio} times as long in the close as outside of it',
    statement:
      `In the close (${CLOSE_WINDOW}) {activity} takes {ratio} times as long as on the other days of the same month ({low} to {high}; geometric means, ` +
      '{close_runs} runs in the close, {open_runs} outside). At the pace of the other days its runs in the close would have taken {excess_s} less. ' +
      sentenceOn(within) +
      (job.adjustable ? '' : ` ${NOT_ADJUSTABLE}`),
    fields: {
      ...CLOSE_FIELDS,
      activity: handle.cell(job.row, 'name'),
      ratio: value('ratio'),
      low: value('low'),
      high: value('high'),
      first: value('first'),
      second: value('second'),
      close_runs: value('close_runs'),
      open_runs: value('open_runs'),
      excess_s: { from: value('excess_s'), unit: 's' },
      ...(within && { within_servers: value('within_servers') }),
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
    severity: 'notice',
    ranking: {
      effect: Math.min(1, job.whole.estimate),
      reach: 0.3,
      actionability: jobActionability(job.adjustable),
    },
    limitations: ['Runs in the close may have more to do; the log does not name the size of the work.'],
  });
}

function sentenceOn(within: Awaited<ReturnType<typeof withinServers>>): string {
  if (within === undefined) return '';
  return within.difference.reversed
    ? 'Within the runs of each server it looks the other way round ({within_servers} times): it runs elsewhere in the close.'
    : 'Within the runs of each server it is {within_servers} times.';
}

/** Close against open within the runs of each server; undefined where servers have no names. */
async function withinServers({ ctx, logService, window, leftOut }: Study, name: string) {
  if (ctx.role('resource') === undefined) return undefined;
  const handle = await ctx.query(
    `SELECT ${groupName(ctx, 'resource')} AS server, ${window} AS close_window, count(*) AS n, sum(${logService}) AS logs
FROM data WHERE ${leftOut} IS NULL AND ${logService} IS NOT NULL AND ${groupName(ctx, 'activity')} = CAST($1 AS VARCHAR) AND ${window} <> 'unknown'
GROUP BY ALL ORDER BY server, close_window LIMIT 1000`,
    [name],
  );
  const summary = (row: number | undefined) => {
    const n = row === undefined ? 0 : (handle.number(row, 'n') ?? 0);
    return {
      n,
      mean: n === 0 || row === undefined ? 0 : (handle.number(row, 'logs') ?? 0) / 1e6 / n,
      variance: 0,
    };
  };
  const servers = Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'server') ?? '');
  const difference = stratifiedDifference(
    [...servers].map(([stratum, rows]) => ({
      stratum,
      inGroup: summary(rows.find((row) => handle.text(row, 'close_window') === 'close')),
      rest: summary(rows.find((row) => handle.text(row, 'close_window') === 'open')),
    })),
  );
  return Number.isFinite(difference.difference) ? { handle, difference } : undefined;
}
