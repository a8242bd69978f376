import {
  exp,
  type GroupSummary,
  groupName,
  ln,
  MOST_HOPEFUL_P,
  nearMissTable,
  type OwnEffect,
  type StratifiedDifference,
  screenedRatio,
  smallestEffect,
  stratifiedDifference,
} from '../../src/sdk/index.ts';
import type { Compared, ComparedServer, Study } from './compare-servers.ts';

const LEVEL = 0.95;
const MOST_FINDINGS = 4;
const SMALLEST: OwnEffect = {
  setting: 'smallest_slowdown_ratio',
  unit: 'times the service time elsewhere',
  byDefault: 1.1,
  compared: 'above',
};

/** A finding for each server that takes clearly longer for the same work, the slowest first. */
export async function reportSlowServers(study: Study, compared: Compared): Promise<void> {
  const { ctx } = study;
  const smallest = smallestEffect(SMALLEST, ctx.settings);
  const slow = (server: ComparedServer) =>
    smallest.reaches(exp(server.shift.estimate)) && server.shift.p_value <= MOST_HOPEFUL_P;
  await ctx.artifact(
    nearMissTable(
      compared.servers.map((server) =>
        screenedRatio({
          hypothesis: `${server.name} takes as long as the other servers for the same job on the same day`,
          n: server.n,
          logarithm: server.shift.estimate,
          smallest,
          p_value: server.shift.p_value,
          test: server.test,
          reason: slow(server) ? 'reported if the ledger keeps it' : 'not clearly slower',
        }),
      ),
      ctx.coverage,
    ),
  );
  const found = compared.servers.filter(slow).sort((a, b) => b.shift.estimate - a.shift.estimate);
  if (found.length === 0) ctx.note('No server takes clearly longer than the others for the same work.');
  for (const server of found.slice(0, MOST_FINDINGS)) await reportSlow(study, compared, server);
}

async function reportSlow(study: Study, { handle }: Compared, server: ComparedServer): Promise<void> {
  const { ctx } = study;
  const { low, high } = server.shift.interval(LEVEL);
  const ratio = exp(server.shift.estimate);
  const { handle: jobs, difference } = await withinJobs(study, server.name);
  const numbers = ctx.derivation({
    method:
      'Difference of mean logarithms within job and day, weighted by n1 n0 / (n1 + n0) (Cochran, 1954), as a ratio of geometric means; error by leaving out weeks (jackknife)',
    parameters: { server: server.name, level: LEVEL },
    values: {
      ratio,
      low: exp(low),
      high: exp(high),
      first: server.first.estimate === null ? null : exp(server.first.estimate),
      second: server.second.estimate === null ? null : exp(server.second.estimate),
      matched_runs: server.n,
      excess_s: (Number(server.serviceUs) / 1e6) * (1 - 1 / ratio),
      jobs: difference.strata_used,
      jobs_against: difference.strata_reversed,
      weight_against_percent: Math.round(1000 * difference.weight_reversed) / 10,
    },
    inputs: [handle, jobs],
  });
  const value = (name: string) => numbers.value(name);
  ctx.finding({
    kind: 'slow_resource',
    title: '{resource} takes {ratio} times as long as the other servers for the same work',
    statement:
      'Runs on {resource} take {ratio} times as long as runs of the same job on the same day on other servers ({low} to {high}; geometric means, ' +
      '{matched_runs} matched runs). At the pace of the others these runs would have taken {excess_s} less. Of {jobs} jobs that ran there and ' +
      'elsewhere, {jobs_against} show the opposite ({weight_against_percent} of the weight).' +
      (difference.reversed
        ? ' Over all runs, whatever the job, it looks the other way round: it has other work.'
        : ''),
    fields: {
      resource: { from: jobs.cell(0, 'resource') },
      ratio: value('ratio'),
      low: value('low'),
      high: value('high'),
      first: value('first'),
      second: value('second'),
      matched_runs: value('matched_runs'),
      excess_s: { from: value('excess_s'), unit: 's' },
      jobs: value('jobs'),
      jobs_against: value('jobs_against'),
      weight_against_percent: { from: value('weight_against_percent'), unit: '%' },
    },
    estimate: {
      name: 'ratio_of_service_times',
      field: 'ratio',
      interval: { low: 'low', high: 'high', level: LEVEL },
    },
    target: { resource: { field: 'resource' } },
    how: 'tested',
    test: server.test,
    replication: { by: 'time', holds: server.replication, first: 'first', second: 'second' },
    severity: 'warning',
    ranking: { effect: Math.min(1, Math.abs(ln(ratio))), reach: 0.5, actionability: 0.7 },
    limitations: [
      'Runs of one job are taken as the same work; where their size differs and larger ones go to this server on purpose, it only looks slow.',
    ],
  });
}

/** The server against the others within each job, over all days; crude is whatever the job. */
async function withinJobs({ ctx, logService, leftOut, log }: Study, name: string) {
  const server = groupName(ctx, 'resource');
  const handle = await ctx.query(
    `SELECT max(server) FILTER (WHERE inside) AS resource, job, inside, count(*) AS n, sum(log_service) AS total,
  sum(CAST(log_service AS HUGEINT) * log_service) AS squares
FROM (SELECT ${groupName(ctx, 'activity')} AS job, ${server} AS server, ${server} = CAST($1 AS VARCHAR) AS inside, ${logService} AS log_service
  FROM data WHERE ${leftOut} IS NULL AND ${log.started} IS NOT NULL AND ${logService} IS NOT NULL)
GROUP BY job, inside ORDER BY inside DESC, job`,
    [name],
  );
  const summary = (row: number | undefined): GroupSummary => {
    if (row === undefined) return { n: 0, mean: 0, variance: 0 };
    const [n, total, squares] = ['n', 'total', 'squares'].map((column) => handle.number(row, column) ?? 0);
    if (n === undefined || total === undefined || squares === undefined)
      return { n: 0, mean: 0, variance: 0 };
    const mean = total / n;
    return { n, mean: mean / 1e6, variance: n > 1 ? (squares / n - mean * mean) / 1e12 : 0 };
  };
  const jobs = Map.groupBy(handle.rows.keys(), (row) => handle.text(row, 'job') ?? '');
  const difference: StratifiedDifference = stratifiedDifference(
    [...jobs].map(([stratum, rows]) => ({
      stratum,
      inGroup: summary(rows.find((row) => handle.text(row, 'inside') === 'true')),
      rest: summary(rows.find((row) => handle.text(row, 'inside') === 'false')),
    })),
  );
  return { handle, difference };
}
