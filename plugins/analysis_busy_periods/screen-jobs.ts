import {
  type BlockExcess,
  blockExcesses,
  isInBlocksEnough,
  type LevelTest,
  middleBlock,
  type QueryHandle,
  readBlockCounts,
  readBusyBlocks,
  rowBlocks,
  screenLevels,
  type WaitStudy,
} from '../../src/sdk/index.ts';

/** A job that was tested for more server time in busy periods than its share of the server time of each block. */
export interface ScreenedJob extends LevelTest {
  readonly name: string;
  /** Of seconds of server time; the marked ones lie in busy periods. */
  readonly excess: BlockExcess;
}

/** What was tested, and on what. */
export interface Screening {
  readonly handle: QueryHandle;
  readonly jobs: readonly ScreenedJob[];
  /** Names of the jobs with server time enough to be looked at. */
  readonly looked: ReadonlySet<string>;
  /** What a block is called. */
  readonly blocks: string;
  readonly byTime: boolean;
}

/** Jobs that are looked at: at least so many, those with most server time; and at most so many. */
const [FEWEST_JOBS, MOST_JOBS] = [50, 500];

/**
 * The jobs with server time enough, tested together: whether more of it lies in busy periods than that of others in the same
 * block of time. Whole blocks are the units: a rush is one observation, and a job of bad days no cause of them.
 */
export async function screenJobs(
  study: WaitStudy,
  shares: QueryHandle,
  smallestPoints: number,
): Promise<Screening> {
  const { ctx } = study;
  const blocks = await rowBlocks(ctx, ctx.role('started_at'));
  const handle = await readBusyBlocks(study, blocks.sql, jobsInReach(shares, smallestPoints));
  const counts = readBlockCounts(handle, blocks.count, { rows: 'all_s', marked: 'inside_s' });
  const levels = [...counts.values()];
  const excesses = blockExcesses(levels, middleBlock(levels));
  const tested = [...counts].flatMap(([name, level], i) => {
    const excess = excesses[i];
    return name === null || excess === undefined || !isInBlocksEnough(level) ? [] : [{ name, excess }];
  });
  return {
    handle,
    looked: new Set([...counts.keys()].filter((name) => name !== null)),
    blocks: blocks.words,
    byTime: blocks.by === 'time',
    jobs: screenLevels(tested, ctx.random('signs of jobs in busy periods')),
  };
}

/**
 * How many jobs have server time enough for the smallest difference of interest, were all of it in busy periods: how
 * much of it is does not choose them.
 */
function jobsInReach(shares: QueryHandle, smallestPoints: number): number {
  const seconds = (row: number, name: string) => shares.number(row, name) ?? 0;
  const busy = shares.rows.reduce((sum, _, row) => sum + seconds(row, 'inside_s'), 0);
  // a share is rounded to a tenth of a point
  const enough = (busy * (smallestPoints - 0.1)) / 100;
  const within = shares.rows.filter(
    (_, row) => seconds(row, 'inside_s') + seconds(row, 'outside_s') >= enough,
  );
  return Math.min(MOST_JOBS, Math.max(FEWEST_JOBS, within.length));
}
