import {
  type BlockCounts,
  type BlockExcess,
  blockExcesses,
  flipScores,
  middleBlock,
  type QueryHandle,
  rowBlocks,
  smallestEffect,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { ClockCells } from './clock-cells.ts';

/** What was tested: hours within blocks of time, or weekdays within an hour of a week. */
export interface TestedPiles {
  readonly by: 'hour' | 'weekday_and_hour';
  /** What a block is called. */
  readonly blocks: string;
  readonly piles: readonly Pile[];
  readonly handle: QueryHandle;
  readonly draws: number;
  /** Runs over the threshold, in all. */
  readonly overRuns: number;
}

/** One hour, or one weekday at it, with its excess. */
export interface Pile {
  readonly hour: number;
  readonly weekday: number | undefined;
  readonly excess: BlockExcess;
  /** As if it were the largest excess of all that were tested together. */
  readonly p_value: number;
  /** Reaches the smallest effects of interest. */
  readonly isLarge: boolean;
  /** Its entry in the ledger: its own, where it is large; otherwise that of all others. */
  readonly test: string;
}

const DRAWS = 4999;
const HOURS = 24;
const WEEKDAYS = 7;
const MOST_WEEKS = 128;

/** Whether some hours have more runs over the threshold than their share of the runs of each block of time. */
export async function testHours(study: WaitStudy, cells: ClockCells): Promise<TestedPiles> {
  const { ctx } = study;
  const blocks = await rowBlocks(ctx, cells.ready.replaceAll('"', ''));
  const handle = await countBlocks(study, cells, blocks.sql, '0');
  const levels = levelsOf(handle, blocks.count, 1);
  const excesses = blockExcesses(levels, middleBlock(levels));
  return judge(study, {
    by: 'hour',
    blocks: blocks.words,
    handle,
    excesses: excesses.map((excess, hour) => ({ hour, weekday: undefined, excess })),
    hypothesis: `within ${blocks.words}, runs over the threshold fall on the hours of the day like all runs`,
  });
}

/** Whether some weekdays have more of them than their share of the runs of that hour in each week. */
export async function testWeekdays(study: WaitStudy, cells: ClockCells): Promise<TestedPiles> {
  const span = await study.ctx.query(
    `SELECT min(epoch_us(${cells.ready})) AS first_us, max(epoch_us(${cells.ready})) AS last_us FROM data WHERE ${cells.counted}`,
  );
  const first = span.bigint(0, 'first_us') ?? 0n;
  const monday = first - mod(first - MONDAY_US, WEEK_US);
  const weeks = Number(((span.bigint(0, 'last_us') ?? 0n) - monday) / WEEK_US) + 1;
  const together = Math.ceil(weeks / MOST_WEEKS);
  const week = `(epoch_us(${cells.ready}) - ${monday}) // ${WEEK_US * BigInt(together)}`;
  const handle = await countBlocks(study, cells, week, `isodow(${cells.ready}) - 1`);
  const count = Math.ceil(weeks / together);
  const levels = levelsOf(handle, count, WEEKDAYS);
  const excesses = Array.from({ length: HOURS }, (_, hour) => hour).flatMap((hour) =>
    blockExcesses(levels.slice(hour * WEEKDAYS, (hour + 1) * WEEKDAYS), middleBlock(levels)).map(
      (excess, day) => ({
        hour,
        weekday: day + 1,
        excess,
      }),
    ),
  );
  const blocks = together === 1 ? 'weeks' : 'groups of weeks';
  return judge(study, {
    by: 'weekday_and_hour',
    blocks,
    handle,
    excesses,
    hypothesis: `within the hours of ${blocks}, runs over the threshold fall on the weekdays like all runs`,
  });
}

interface Judgement {
  readonly by: TestedPiles['by'];
  readonly blocks: string;
  readonly handle: QueryHandle;
  readonly excesses: readonly Pick<Pile, 'hour' | 'weekday' | 'excess'>[];
  readonly hypothesis: string;
}

/**
 * An entry in the ledger for each large excess, with the p-value that it would have as the largest, and one for the largest
 * of all others.
 */
function judge(study: WaitStudy, { by, blocks, handle, excesses, hypothesis }: Judgement): TestedPiles {
  const { ctx } = study;
  const scores = excesses.map(({ excess }) => excess.scores);
  const { statistics, p_values } = flipScores(scores, DRAWS, ctx.random(`signs of ${by}`));
  const overRuns = excesses.reduce((sum, { excess }) => sum + excess.marked, 0);
  const judged = excesses
    .map((one, i) => ({ ...one, p_value: p_values[i] ?? 1, statistic: statistics[i] ?? 0 }))
    .map((one) => ({ ...one, isLarge: isLarge(study, overRuns, one.excess) }))
    .filter(({ excess }) => excess.rows > 0);
  const enter = (some: typeof judged, what: string) =>
    ctx.test({
      family: 'runs over the threshold by time of day',
      hypothesis: what,
      statistic: {
        name: 'largest standardised excess',
        value: Math.max(0, ...some.map(({ statistic }) => statistic)),
      },
      p_value: Math.min(1, ...some.map(({ p_value }) => p_value)),
      n: judged.reduce((sum, { excess }) => sum + excess.rows, 0),
    });
  const others = judged.filter((one) => !one.isLarge);
  const rest = others.length === 0 ? '' : enter(others, hypothesis);
  const piles = judged.map((one) => ({
    ...one,
    test: one.isLarge ? enter([one], `${hypothesis}: ${nameOf(one)}`) : rest,
  }));
  return { by, blocks, handle, piles, draws: DRAWS, overRuns };
}

function isLarge(study: WaitStudy, overRuns: number, excess: BlockExcess): boolean {
  const points = smallestEffect(
    { setting: 'smallest_hour_points', unit: 'percentage points', byDefault: 3, compared: 'above' },
    study.ctx.settings,
  );
  return (
    smallestRatio(study).reaches(excess.ratio) &&
    points.reaches((100 * (excess.marked - excess.expected)) / overRuns)
  );
}

/** What the excess has to reach, as a ratio. */
export function smallestRatio({ ctx }: WaitStudy) {
  return smallestEffect(
    { setting: 'smallest_hour_ratio', unit: 'times the expected runs', byDefault: 1.5, compared: 'above' },
    ctx.settings,
  );
}

/** The time of day in the words of a hypothesis. */
export function nameOf({ hour, weekday }: Pick<Pile, 'hour' | 'weekday'>): string {
  return weekday === undefined ? `hour ${hour}` : `weekday ${weekday} at hour ${hour}`;
}

function countBlocks(
  { ctx, clock }: WaitStudy,
  { ready, counted }: ClockCells,
  block: string,
  weekday: string,
): Promise<QueryHandle> {
  return ctx.query(`WITH placed AS (
  SELECT ${block} AS block, hour(${ready}) AS hour_of_day, ${weekday} AS weekday, ${clock.over} > 0 AS is_over
  FROM data WHERE ${counted}
)
SELECT block, hour_of_day, weekday, count(*) AS runs, count(*) FILTER (WHERE is_over) AS over_runs
FROM placed
WHERE block IS NOT NULL
GROUP BY ALL
ORDER BY block, hour_of_day, weekday`);
}

/** Counts by block of each hour (of each weekday in it), in order. */
function levelsOf(handle: QueryHandle, blocks: number, weekdays: number): BlockCounts[] {
  const levels = Array.from({ length: HOURS * weekdays }, () => ({
    rows: new Float64Array(blocks),
    marked: new Float64Array(blocks),
  }));
  for (const row of handle.rows.keys()) {
    const at = (name: string) => handle.number(row, name) ?? 0;
    const level = levels[at('hour_of_day') * weekdays + at('weekday')];
    if (level === undefined) continue;
    level.rows[at('block')] = at('runs');
    level.marked[at('block')] = at('over_runs');
  }
  return levels;
}

const WEEK_US = 604_800_000_000n;
/** A Monday, the fifth of January 1970, in microseconds. */
const MONDAY_US = 345_600_000_000n;

function mod(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}
