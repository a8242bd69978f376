import {
  type BlockCounts,
  deriveAs,
  middleBlock,
  NO_NAME,
  type QueryHandle,
  readyTime,
  rowBlocks,
  type WaitStudy,
} from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import type { Tail } from './tails.ts';

/** Runs and runs in the tails by block of time, for each level of each factor. */
export interface TailCounts {
  readonly handle: QueryHandle;
  /** What a block is called. */
  readonly blocks: string;
  readonly byTime: boolean;
  /** The first block of the later half of the runs. */
  readonly middle: number;
  /** The levels of a factor, the rest among them: together they are all runs. */
  levels(factor: Factor, tail: Tail): readonly LevelCounts[];
  readonly factors: readonly Factor[];
}

/** One level; a rest of levels with fewer runs, or of runs without a level, is none that could own anything. */
export interface LevelCounts {
  readonly name: string;
  readonly isRest: boolean;
  /** A row of the handle that names it. */
  readonly row: number;
  readonly counts: BlockCounts;
}

/** Levels of a factor that are looked at, those with most runs; the others are a rest. */
const MOST_LEVELS = 40;

export async function countTails(
  study: WaitStudy,
  factors: readonly Factor[],
  tails: readonly Tail[],
): Promise<TailCounts> {
  const { ctx, log } = study;
  const ready = await deriveAs(ctx, 'ready_at', readyTime(log) ?? 'NULL');
  const blocks = await rowBlocks(ctx, ready.replaceAll('"', ''));
  const handle = await ctx.query(countSql(factors, tails, blocks.sql));
  const levelsByKey = readLevels(handle, factors, tails, blocks.count);
  return {
    handle,
    blocks: blocks.words,
    byTime: blocks.by === 'time',
    middle: middleBlock([...levelsByKey.values()][0]?.map(({ counts }) => counts) ?? []),
    factors,
    levels: (factor, tail) => levelsByKey.get(`${factor.name} ${tail.of}`) ?? [],
  };
}

function countSql(factors: readonly Factor[], tails: readonly Tail[], block: string): string {
  const sums = tails.flatMap(({ of, counted, inTail }) => [
    `count(*) FILTER (WHERE ${counted}) AS ${of}_runs`,
    `count(*) FILTER (WHERE ${inTail}) AS ${of}_tail`,
  ]);
  const names = factors.map(({ name, sql }) => `${sql} AS ${name}_name`);
  const columns = factors.map(({ name }) => `${name}_name`);
  const cases = factors.map(({ name }) => `WHEN grouping(${name}_name) = 0 THEN '${name}'`);
  const both = tails.flatMap(({ of }) => [`sum(${of}_runs) AS ${of}_runs`, `sum(${of}_tail) AS ${of}_tail`]);
  return `WITH placed AS (
  SELECT ${block} AS block, ${[...names, ...tails.flatMap(({ counted, inTail }) => [counted, inTail])].join(', ')} FROM data
), counted AS (
  SELECT block, CASE ${cases.join(' ')} END AS factor, coalesce(${columns.join(', ')}) AS name, ${sums.join(', ')}
  FROM placed WHERE block IS NOT NULL AND (${tails.map(({ counted }) => counted).join(' OR ')})
  GROUP BY GROUPING SETS (${columns.map((column) => `(block, ${column})`).join(', ')})
), sized AS (SELECT factor AS of_factor, name AS of_name, sum(${tails[0]?.of}_runs) AS size FROM counted GROUP BY ALL
), ranked AS (SELECT of_factor, of_name, rank() OVER (PARTITION BY of_factor ORDER BY size DESC, of_name) AS place FROM sized)
SELECT factor, CASE WHEN place <= ${MOST_LEVELS} AND name <> '${NO_NAME}' THEN name END AS name, block, ${both.join(', ')}
FROM counted JOIN ranked ON factor = of_factor AND name = of_name
GROUP BY ALL
ORDER BY factor, name, block`;
}

function readLevels(
  handle: QueryHandle,
  factors: readonly Factor[],
  tails: readonly Tail[],
  blocks: number,
): ReadonlyMap<string, LevelCounts[]> {
  const found = new Map<string, Map<string | null, LevelCounts>>();
  for (const row of handle.rows.keys()) {
    const [factor, name] = [handle.text(row, 'factor'), handle.text(row, 'name')];
    for (const { of } of tails) {
      const key = `${factor} ${of}`;
      const levels = found.get(key) ?? new Map<string | null, LevelCounts>();
      found.set(key, levels);
      const level = levels.get(name) ?? emptyLevel(name, row, blocks);
      levels.set(name, level);
      const block = handle.number(row, 'block') ?? 0;
      level.counts.rows[block] = handle.number(row, `${of}_runs`) ?? 0;
      level.counts.marked[block] = handle.number(row, `${of}_tail`) ?? 0;
    }
  }
  return new Map(
    factors.flatMap(({ name }) =>
      tails.map(({ of }) => [`${name} ${of}`, [...(found.get(`${name} ${of}`)?.values() ?? [])]]),
    ),
  );
}

function emptyLevel(name: string | null, row: number, blocks: number): LevelCounts {
  return {
    name: name ?? '',
    isRest: name === null,
    row,
    counts: { rows: new Float64Array(blocks), marked: new Float64Array(blocks) },
  };
}
