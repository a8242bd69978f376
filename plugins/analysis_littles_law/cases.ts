import { ACTIONABILITY, type Context, identifier, sweepCtes } from '../../src/sdk/index.ts';
import { checkIdentity, type Flow, lawFields } from './law.ts';

/** Cases under way, of an event log: a case is there from its first event to its last. */
export async function reportCases(ctx: Context): Promise<void> {
  const [caseId, time] = [ctx.role('case'), ctx.role('event_timestamp')];
  if (caseId === undefined || time === undefined) return;
  const { kind } = ctx.column(time).type;
  if (kind !== 'timestamp' && kind !== 'timestamptz' && kind !== 'date') {
    return ctx.notLookedFor(
      'The times of events are no dates or times, so that nothing can be computed from them.',
    );
  }
  const at = `epoch_us(CAST(${identifier(time)} AS TIMESTAMP))`;
  const cases = `cases AS (
  SELECT ${identifier(caseId)} AS case_id, min(${at}) AS first_us, max(${at}) AS last_us, count(*) AS events
  FROM data WHERE ${identifier(caseId)} IS NOT NULL AND ${at} IS NOT NULL GROUP BY ALL
)`;
  const counted = await ctx.query(`WITH ${cases}
SELECT count(*) AS cases, count(*) FILTER (WHERE first_us = last_us) AS moment_cases, sum(last_us - first_us) AS stayed_us,
  max(last_us) - min(first_us) AS span_us, make_timestamp(min(first_us)) AS first_event, make_timestamp(max(last_us)) AS last_event,
  CAST(sum(events) AS BIGINT) AS events
FROM cases`);
  const swept =
    await ctx.query(`WITH ${cases}, ${sweepCtes({ relation: 'cases' }, [{ label: 'present', from: 'first_us', to: 'last_us' }])}
SELECT coalesce(sum(CAST(present AS HUGEINT) * lasting_us), 0) AS present_us, coalesce(max(present), 0) AS most FROM steps`);
  const flow: Flow = {
    arrivals: counted.bigint(0, 'cases') ?? 0n,
    stayedUs: counted.bigint(0, 'stayed_us') ?? 0n,
    sweptUs: swept.bigint(0, 'present_us') ?? 0n,
    spanUs: counted.bigint(0, 'span_us') ?? 0n,
  };
  if (flow.spanUs === 0n)
    return ctx.notLookedFor('All events happen at one moment: there is no time over which to average.');
  checkIdentity(flow);
  const fields = lawFields(ctx, flow, [counted, swept], 'cases');
  for (const name of ['l_time_avg', 'w_s', 'lambda_per_s', 'span_s']) {
    const field = fields[name];
    if (field !== undefined) ctx.metric(name, field);
  }
  ctx.finding({
    kind: 'littles_law_cases',
    title: '{l_time_avg} cases were under way on average: {lambda_per_h} for {w_s} each',
    statement:
      'From {first_event} to {last_event} ({span_s}) {arrivals} cases began, {lambda_per_h} ({lambda_per_s}), and lasted {w_s} from first to last ' +
      'event on average; {l_time_avg} were under way on average over all hours, and at most {most}. The average that is counted moment by moment is ' +
      'the product of rate and mean duration, to the microsecond. Cases of one moment: {moment_cases}.',
    fields: {
      ...fields,
      most: swept.cell(0, 'most'),
      first_event: counted.cell(0, 'first_event'),
      last_event: counted.cell(0, 'last_event'),
      moment_cases: counted.cell(0, 'moment_cases'),
    },
    estimate: { name: 'average_cases_under_way', field: 'l_time_avg' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.05, reach: 1, actionability: ACTIONABILITY.other },
    limitations: [
      'Cases that began before the log, or go on after it, are cut off by it: the true durations are longer.',
    ],
  });
}
