import {
  type BlockExcess,
  blockExcesses,
  deriveAs,
  groupName,
  isInBlocksEnough,
  type LevelTest,
  literal,
  middleBlock,
  NO_NAME,
  type QueryHandle,
  readBlockCounts,
  readyTime,
  rowBlocks,
  screenLevels,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { Percentiles } from './percentiles.ts';

/** A job whose waits were tested against those of the log, with those of all jobs at both percentiles. */
export interface ScreenedJob extends LevelTest {
  /** Its row among the percentiles. */
  readonly row: number;
  readonly percentile: Percentile;
  /** How many of its runs wait longer than that percentile of the log, against its share of the runs of each block. */
  readonly excess: BlockExcess;
}

/** What was tested, and on what. */
export interface Screening {
  readonly handle: QueryHandle;
  readonly jobs: readonly ScreenedJob[];
  /** What a block is called. */
  readonly blocks: string;
  readonly byTime: boolean;
}

export const TESTED = ['p50', 'p95'] as const;
export type Percentile = (typeof TESTED)[number];

/**
 * Every job with percentiles, tested together: whether more of its runs wait longer than a percentile of the log than of
 * the others in the same blocks of time. Whole blocks are the units, so that a rush is one observation however many runs
 * wait in it, and a job that runs on bad days is not taken for a slow one.
 */
export async function screenJobs(study: WaitStudy, waits: Percentiles, log: number): Promise<Screening> {
  const { ctx } = study;
  const ready = await deriveAs(ctx, 'ready_at', readyTime(study.log) ?? 'NULL');
  const blocks = await rowBlocks(ctx, ready.replaceAll('"', ''));
  const handle = await countAbove(study, waits, log, blocks.sql);
  const tested = TESTED.flatMap((percentile) => {
    const counts = readBlockCounts(handle, blocks.count, { rows: 'runs', marked: `${percentile}_runs` });
    const names = [...counts.keys()];
    const levels = [...counts.values()];
    const excesses = blockExcesses(levels, middleBlock(levels));
    return waits.jobs.flatMap((row) => {
      const at = names.indexOf(waits.handle.text(row, 'name'));
      const [level, excess] = [levels[at], excesses[at]];
      if (level === undefined || excess === undefined || !isInBlocksEnough(level)) return [];
      return [{ row, percentile, excess }];
    });
  });
  return {
    handle,
    blocks: blocks.words,
    byTime: blocks.by === 'time',
    jobs: screenLevels(tested, ctx.random('signs of the waits of jobs')),
  };
}

/** Runs of each job with percentiles by block, and those that wait longer than each percentile of the log; all others together have no name. */
function countAbove(
  { ctx, clock }: WaitStudy,
  { handle, jobs }: Percentiles,
  log: number,
  block: string,
): Promise<QueryHandle> {
  const job = groupName(ctx, 'activity');
  const names = jobs.map((row) => literal(handle.text(row, 'name') ?? NO_NAME));
  const above = TESTED.map(
    (p) => `count(*) FILTER (WHERE wait_us > ${microseconds(handle.text(log, `${p}_s`))}) AS ${p}_runs`,
  );
  return ctx.query(`WITH placed AS (
  SELECT ${block} AS block, CASE WHEN ${job} IN (${names.join(', ')}) THEN ${job} END AS name, ${clock.wait} AS wait_us
  FROM data WHERE ${clock.leftOut} IS NULL AND ${clock.wait} >= 0
)
SELECT name, block, count(*) AS runs, ${above.join(', ')}
FROM placed WHERE block IS NOT NULL
GROUP BY ALL
ORDER BY name, block`);
}

/** Exact seconds with six decimals as whole microseconds. */
function microseconds(seconds: string | null): bigint {
  return BigInt((seconds ?? '0').replace('.', ''));
}
