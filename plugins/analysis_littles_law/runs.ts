import {
  ACTIONABILITY,
  type Context,
  deriveIntervals,
  deriveJobLabels,
  deriveOccupancy,
  type FieldInput,
  groupName,
  type Intervals,
  type ItemInput,
  type JobLabels,
  leaveOutside,
  type Occupancy,
  readProcessLog,
  readSpan,
} from '../../src/sdk/index.ts';
import { checkIdentity, type Flow, lawFields } from './law.ts';
import { readMonths, reportMonths } from './months.ts';
import { hoursCtes } from './sweep-hours.ts';

const MOST_ITEMS = 10;

/** Runs under way, on each server and in all, and runs that wait. */
export async function reportRuns(ctx: Context): Promise<void> {
  const log = readProcessLog(ctx);
  if (log === undefined) return;
  const intervals = await deriveIntervals(ctx, log);
  const labels = await leaveOutside(ctx, log, await deriveJobLabels(ctx, log));
  const occupancy = await deriveOccupancy(ctx, log, intervals, labels);
  if (log.ended === undefined && log.duration === undefined) {
    ctx.note('There are no ends and no durations: nothing is said of runs under way.');
  } else await reportRunning(ctx, occupancy);
  if (log.queued === undefined && log.eligible === undefined) {
    return ctx.note('Neither queue times nor eligible times are known: nothing is said of runs that wait.');
  }
  await reportWaiting(ctx, occupancy, intervals, labels);
}

async function reportRunning(ctx: Context, occupancy: Occupancy): Promise<void> {
  const span = await readSpan(ctx, occupancy);
  const [first, last] = [span.bigint(0, 'first_us'), span.bigint(0, 'last_us')];
  if (first === null || last === null) return ctx.note('No run has both a start and a later end.');
  const months = await readMonths(ctx, occupancy.running, [first, last]);
  const whole: Flow = { ...months.whole, spanUs: last - first };
  checkIdentity(whole);
  const fields = lawFields(ctx, whole, [months.swept, months.counted], 'runs under way');
  await reportMonths(ctx, months);
  const items = await serverItems(ctx, occupancy, [first, last]);
  ctx.finding({
    kind: 'littles_law_runs',
    title: '{l_time_avg} runs were under way on average: {lambda_per_h} for {w_s} each',
    statement:
      'From the first start to the last end ({span_s}) {arrivals} runs started, {lambda_per_h}, and took {w_s} on average; so {l_time_avg} were under way ' +
      'on average over all hours. The average that is counted moment by moment is the product of rate and mean time, to the microsecond: ' +
      'no run is cut by the ends of the log.',
    fields,
    estimate: { name: 'average_runs_under_way', field: 'l_time_avg' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.03, reach: 1, actionability: ACTIONABILITY.other },
    ...(items.length > 1 && { items }),
    limitations: ['Runs without a start, without an end, or that end before they start are not counted.'],
  });
}

/** The same for the servers with most of it, which the sweep and the count order alike, over the span of the whole log. */
async function serverItems(
  ctx: Context,
  { start, end, running }: Occupancy,
  [first, last]: readonly [bigint, bigint],
): Promise<ItemInput[]> {
  if (ctx.role('resource') === undefined) return [];
  const name = groupName(ctx, 'resource');
  const swept = await ctx.query(`WITH ${hoursCtes(name, running, first)}
SELECT sweep_group AS name, sum(present_us) AS present_us FROM swept GROUP BY ALL ORDER BY present_us DESC, name LIMIT ${MOST_ITEMS}`);
  const sweptOf = new Map(
    swept.rows.map((_, row) => [swept.text(row, 'name'), swept.bigint(row, 'present_us')]),
  );
  const counted = await ctx.query(`SELECT ${name} AS name, count(*) AS runs,
  sum(${end} - ${start}) AS stayed_us FROM data WHERE ${start} <= ${end} AND ${running.where}
GROUP BY ALL ORDER BY stayed_us DESC, name LIMIT ${MOST_ITEMS}`);
  return counted.rows.map((_, row) => {
    const flow: Flow = {
      arrivals: counted.bigint(row, 'runs') ?? 0n,
      stayedUs: counted.bigint(row, 'stayed_us') ?? 0n,
      sweptUs: sweptOf.get(counted.text(row, 'name')) ?? 0n,
      spanUs: last - first,
    };
    checkIdentity(flow);
    const fields: Record<string, FieldInput> = {
      name: counted.cell(row, 'name'),
      ...lawFields(ctx, flow, [swept, counted], counted.text(row, 'name') ?? ''),
    };
    return {
      title: '{name}: {l_time_avg} runs under way on average: {lambda_per_h} for {w_s} each',
      statement:
        '{arrivals} runs started on {name}, {lambda_per_h}, and took {w_s} on average: {l_time_avg} at once on average.',
      fields,
      estimate: { name: 'average_runs_under_way', field: 'l_time_avg' },
    };
  });
}

/** Runs that are eligible and not started. */
async function reportWaiting(
  ctx: Context,
  { waiting }: Occupancy,
  { wait }: Pick<Intervals, 'wait'>,
  { leftOut }: JobLabels,
): Promise<void> {
  const counts = `${wait} >= 0 AND ${leftOut} IS NULL`;
  const span = await ctx.query(
    `SELECT min(${waiting.from}) AS first_us, max(${waiting.to}) AS last_us FROM data WHERE ${counts}`,
  );
  const [first, last] = [span.bigint(0, 'first_us'), span.bigint(0, 'last_us')];
  if (first === null || last === null || first === last)
    return ctx.note('No run has a wait that can be computed.');
  const months = await readMonths(ctx, { ...waiting, where: counts }, [first, last]);
  const whole: Flow = { ...months.whole, spanUs: last - first };
  checkIdentity(whole);
  ctx.finding({
    kind: 'littles_law_queue',
    title: '{l_time_avg} runs were waiting on average: {lambda_per_h} for {w_s} each',
    statement:
      'From the first run that was ready to the last start ({span_s}) {arrivals} runs with a known wait came, {lambda_per_h}, and waited {w_s} on ' +
      'average; so {l_time_avg} were waiting at once on average over all hours. The average that is counted moment by moment is the product of rate and ' +
      'mean wait, to the microsecond.',
    fields: lawFields(ctx, whole, [months.swept, months.counted, span], 'runs that wait'),
    estimate: { name: 'average_runs_waiting', field: 'l_time_avg' },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: { effect: 0.03, reach: 1, actionability: ACTIONABILITY.other },
    limitations: ['The log holds runs that started: what was still waiting at its end is not counted.'],
  });
}
