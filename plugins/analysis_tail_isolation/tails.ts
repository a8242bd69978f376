import {
  deriveAs,
  groupName,
  literal,
  type QueryHandle,
  secondsOf,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** Some runs, and which of them are the slowest. */
export interface Tail {
  readonly of: 'wait' | 'service';
  /** Names of derived columns, as SQL: whether a run counts at all, and whether it is in the tail. */
  readonly counted: string;
  readonly inTail: string;
  /** Runs counted, runs in the tail; of waits also the wait above which it begins, in seconds. */
  readonly handle: QueryHandle;
}

/** The tails that have runs; why one has none is noted. */
export async function readTails(study: WaitStudy): Promise<Tail[]> {
  return [...(await readWaitTail(study)), ...(await readServiceTail(study))];
}

async function readWaitTail({ ctx, clock }: WaitStudy): Promise<Tail[]> {
  const counted = `${clock.leftOut} IS NULL AND ${clock.wait} >= 0`;
  const cut = await ctx.query(
    `SELECT quantile_disc(${clock.wait}, ${quantile(ctx.settings)}) AS cut_us FROM data WHERE ${counted}`,
  );
  const from = cut.bigint(0, 'cut_us');
  const inTail = from === null ? 'false' : `${clock.over} > ${from}`;
  const handle = await ctx.query(
    `WITH tail AS (SELECT count(*) AS all_runs, count(*) FILTER (WHERE ${inTail}) AS tail_runs,
  coalesce(sum(${clock.over}) FILTER (WHERE ${inTail}), 0) AS tail_us, min(${clock.wait}) FILTER (WHERE ${inTail}) AS shortest_us
FROM data WHERE ${counted})
SELECT all_runs, tail_runs, ${secondsOf('tail')}, ${secondsOf('shortest')} FROM tail`,
  );
  if (handle.number(0, 'tail_runs') === 0) {
    ctx.note('No run that waited longer than the threshold is in the tail of the waits: nobody owns it.');
    return [];
  }
  return [
    {
      of: 'wait',
      counted: await deriveAs(ctx, 'in_wait', counted),
      inTail: await deriveAs(ctx, 'in_wait_tail', `coalesce(${inTail}, false)`),
      handle,
    },
  ];
}

/** Most jobs whose cuts are written into a query; jobs with fewer runs are left out. */
const MOST_JOBS = 200;

/** The slowest runs of each job with runs enough that at least one of them can be in the tail. */
async function readServiceTail({ ctx, clock }: WaitStudy): Promise<Tail[]> {
  const fewest = Math.max(30, Math.ceil(100 / Number(ctx.settings['tail_percent'])));
  const job = groupName(ctx, 'activity');
  const cuts = await ctx.query(`WITH jobs AS (
  SELECT ${job} AS job, count(*) AS runs, quantile_disc(${clock.service}, ${quantile(ctx.settings)}) AS cut_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.service} >= 0 GROUP BY ALL HAVING count(*) >= ${fewest}
)
SELECT job, cut_us, runs FROM jobs ORDER BY runs DESC, job LIMIT ${MOST_JOBS}`);
  if (cuts.rows.length === 0) {
    ctx.note('No job has service times of runs enough: there is no tail of service times.');
    return [];
  }
  const name = await deriveAs(ctx, 'job_name', job);
  const cases = cuts.rows.map(
    (_, row) => `WHEN ${literal(cuts.text(row, 'job') ?? '')} THEN ${cuts.text(row, 'cut_us')}`,
  );
  const cut = await deriveAs(ctx, 'service_cut_us', `CASE ${name} ${cases.join(' ')} END`);
  const counted = `${clock.leftOut} IS NULL AND ${clock.service} >= 0 AND ${cut} IS NOT NULL`;
  const inTail = `${counted} AND ${clock.service} > ${cut}`;
  const handle = await ctx.query(
    `SELECT count(*) FILTER (WHERE ${counted}) AS all_runs, count(*) FILTER (WHERE ${inTail}) AS tail_runs,
  count(DISTINCT ${name}) FILTER (WHERE ${counted}) AS jobs FROM data`,
  );
  if (handle.number(0, 'tail_runs') === 0) {
    ctx.note('Ties leave no run in the tail of the service times.');
    return [];
  }
  return [
    {
      of: 'service',
      counted: await deriveAs(ctx, 'in_service', counted),
      inTail: await deriveAs(ctx, 'in_service_tail', `coalesce(${inTail}, false)`),
      handle,
    },
  ];
}

function quantile(settings: WaitStudy['ctx']['settings']): number {
  return Math.round((1 - Number(settings['tail_percent']) / 100) * 1e6) / 1e6;
}
