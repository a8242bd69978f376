import { ACTIONABILITY, fieldsOf, groupName, percent, resultCsv, secondsOf } from '../../src/sdk/index.ts';
import type { Study } from './compare-servers.ts';

/** Which server has most of the work, where it has clearly more than another. False where there is one server. */
export async function reportLoad({ ctx, service, leftOut }: Study): Promise<boolean> {
  const handle = await ctx.query(`WITH servers AS (
  SELECT ${groupName(ctx, 'resource')} AS name, count(*) AS runs, coalesce(sum(${service}) FILTER (WHERE ${service} >= 0), 0) AS service_us
  FROM data WHERE ${leftOut} IS NULL AND ${service} IS NOT NULL GROUP BY ALL
), together AS (SELECT sum(runs) AS all_runs, sum(service_us) AS all_us, count(*) AS servers, min(service_us) AS least_us FROM servers)
SELECT name, runs, ${secondsOf('service')}, ${percent('runs', 'all_runs')} AS runs_percent, ${percent('service_us', 'all_us')} AS service_percent,
  servers, CAST((200 * service_us + least_us) // nullif(2 * least_us, 0) AS DECIMAL(18,0)) * CAST(0.01 AS DECIMAL(2,2)) AS times_least
FROM servers CROSS JOIN together ORDER BY service_us DESC, name LIMIT 1000`);
  if (handle.rows.length < 2) return false;
  await ctx.artifact({
    path: 'load_by_server.csv',
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title: 'Runs and service time of each server',
  });
  const timesLeast = handle.number(0, 'times_least');
  const even =
    timesLeast === null
      ? handle.number(0, 'service_s') === 0
      : timesLeast < Number(ctx.settings['smallest_load_ratio']);
  if (even) {
    ctx.note('The work is spread evenly over the servers (load_by_server.csv).');
    return true;
  }
  const beside =
    timesLeast === null ? 'and a server does none' : '{times_least} times that of the server with least';
  ctx.finding({
    kind: 'load_imbalance',
    title: `{name} does {service_percent} of the work, ${beside}`,
    statement:
      'Of {servers} servers {name} has {runs} runs ({runs_percent} of all) and {service_s} of service time ({service_percent}), ' +
      `${beside}.`,
    fields: fieldsOf(handle, 0, [
      'name',
      'runs',
      'runs_percent',
      'service_s',
      'service_percent',
      ...(timesLeast === null ? [] : ['times_least']),
      'servers',
    ]),
    estimate: { name: 'share_of_the_work', field: 'service_percent' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.1, reach: 0.5, actionability: ACTIONABILITY.other },
    limitations: [
      'A server may have less work on purpose, or may have been there for part of the time only.',
    ],
  });
  return true;
}
