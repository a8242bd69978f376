import {
  type BlockExcess,
  blockExcesses,
  flipScores,
  middleBlock,
  occupiedBlocks,
  type QueryHandle,
  readBlockCounts,
  readBusyBlocks,
  rowBlocks,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** A job that was tested for more server time in busy periods than its share of the server time of each block. */
export interface ScreenedJob {
  readonly name: string;
  /** Of seconds of server time; the marked ones lie in busy periods. */
  readonly excess: BlockExcess;
  /** As if it were the largest excess of all jobs. */
  readonly p_value: number;
  readonly statistic: number;
}

/** What was tested, and on what. */
export interface Screening {
  readonly handle: QueryHandle;
  readonly jobs: readonly ScreenedJob[];
  /** What a block is called. */
  readonly blocks: string;
  readonly byTime: boolean;
}

export const DRAWS = 4999;
/** A job in fewer blocks is not tested: what happened then can't be told from it. */
export const FEWEST_BLOCKS = 10;
const MOST_JOBS = 50;

/**
 * The jobs with most server time, tested together: whether more of it lies in busy periods than that of others in the same
 * block of time. Whole blocks are the units: a rush is one observation, and a job of bad days no cause of them.
 */
export async function screenJobs(study: WaitStudy): Promise<Screening> {
  const { ctx } = study;
  const blocks = await rowBlocks(ctx, ctx.role('started_at'));
  const handle = await readBusyBlocks(study, blocks.sql, MOST_JOBS);
  const counts = readBlockCounts(handle, blocks.count, { rows: 'all_s', marked: 'inside_s' });
  const levels = [...counts.values()];
  const excesses = blockExcesses(levels, middleBlock(levels));
  const tested = [...counts].flatMap(([name, level], i) => {
    const excess = excesses[i];
    return name === null || excess === undefined || occupiedBlocks(level) < FEWEST_BLOCKS
      ? []
      : [{ name, excess }];
  });
  const { statistics, p_values } = flipScores(
    tested.map(({ excess }) => excess.scores),
    DRAWS,
    ctx.random('signs of jobs in busy periods'),
  );
  return {
    handle,
    blocks: blocks.words,
    byTime: blocks.by === 'time',
    jobs: tested.map((one, i) => ({ ...one, p_value: p_values[i] ?? 1, statistic: statistics[i] ?? 0 })),
  };
}
