import type { Context } from '../context.ts';
import type { QueryHandle } from '../handles.ts';
import { identifier } from '../sql-text.ts';

/**
 * Neighbouring rows in blocks. Values of rows that are close together are often alike; a test that takes whole blocks
 * for its units allows for that, where one that takes single rows would be too sure.
 */
export interface RowBlocks {
  /** `rows`: equal numbers of rows in the order of the source, where the times don't make blocks enough. */
  readonly by: 'time' | 'rows';
  /** What a block is, in words without digits: `days`, `half months`, `stretches of rows`. */
  readonly words: string;
  /** Ordinals go from 0 to below this; some may have no rows. */
  readonly count: number;
  /** A block's ordinal as SQL; missing for a row without a time. */
  readonly sql: string;
  /** Blocks of a calendar month: `ordinal // perMonth` is the month's ordinal; undefined where they don't fit months. */
  readonly perMonth: number | undefined;
  /** January of the year 0 is 0: the first month. */
  readonly firstMonth: number;
  readonly handle: QueryHandle;
}

const MOST_BLOCKS = 128;
/** With fewer occupied ones, tests over blocks have too little to go by. */
export const FEWEST_BLOCKS = 20;

/** Days in a block that starts anew with each month, and what it is called. */
const WIDTHS: readonly (readonly [number, string])[] = [
  [1, 'days'],
  [2, 'pairs of days'],
  [3, 'groups of three days'],
  [4, 'groups of four days'],
  [5, 'groups of five days'],
  [6, 'groups of six days'],
  [8, 'quarters of months'],
  [11, 'thirds of months'],
  [16, 'half months'],
  [31, 'months'],
];

/** Blocks by time where there is one that makes at least 20 occupied ones, else by the order of the source. */
export async function rowBlocks(ctx: Context, time: string | undefined): Promise<RowBlocks> {
  if (time !== undefined) {
    const byTime = await blocksOfTime(ctx, `CAST(${identifier(time)} AS TIMESTAMP)`);
    if (byTime !== undefined) return byTime;
  }
  return blocksOfRows(ctx);
}

async function blocksOfTime(ctx: Context, instant: string): Promise<RowBlocks | undefined> {
  const month = `year(${instant}) * 12 + month(${instant}) - 1`;
  const span = await ctx.query(
    `SELECT min(epoch_us(${instant})) AS first_us, max(epoch_us(${instant})) AS last_us,
  min(${month}) AS first_month, max(${month}) AS last_month,
  count(DISTINCT CAST(${instant} AS DATE)) AS days FROM data`,
  );
  const [firstUs, lastUs] = [span.number(0, 'first_us'), span.number(0, 'last_us')];
  if (firstUs === null || lastUs === null || firstUs === lastUs) return undefined;
  const plan =
    (span.number(0, 'days') ?? 0) >= FEWEST_BLOCKS
      ? blocksOfMonths(span, instant, month)
      : stretches(span, instant, lastUs - firstUs);
  const handle = await ctx.query(
    `SELECT count(DISTINCT ${plan.sql}) AS occupied, count(${plan.sql}) AS rows_with_time FROM data`,
  );
  if ((handle.number(0, 'occupied') ?? 0) < FEWEST_BLOCKS) return undefined;
  return { by: 'time', ...plan, handle };
}

type Plan = Omit<RowBlocks, 'by' | 'handle'>;

function blocksOfMonths(span: QueryHandle, instant: string, month: string): Plan {
  const [first, last] = [span.number(0, 'first_month') ?? 0, span.number(0, 'last_month') ?? 0];
  const months = last - first + 1;
  const [days, words] = WIDTHS.find(([width]) => months * Math.ceil(31 / width) <= MOST_BLOCKS) ?? [0, ''];
  if (days === 0) {
    const together = Math.ceil(months / MOST_BLOCKS);
    const sql = `(${month} - ${first}) // ${together}`;
    return {
      words: 'groups of months',
      count: Math.ceil(months / together),
      sql,
      perMonth: undefined,
      firstMonth: first,
    };
  }
  const perMonth = Math.ceil(31 / days);
  const sql = `(${month} - ${first}) * ${perMonth} + (day(${instant}) - 1) // ${days}`;
  return { words, count: months * perMonth, sql, perMonth, firstMonth: first };
}

/** Equal stretches of a time that spans few days. */
function stretches(span: QueryHandle, instant: string, length: number): Plan {
  const width = Math.floor(length / MOST_BLOCKS) + 1;
  const sql = `(epoch_us(${instant}) - ${span.text(0, 'first_us')}) // ${width}`;
  return {
    words: 'stretches of time',
    count: Math.floor(length / width) + 1,
    sql,
    perMonth: undefined,
    firstMonth: 0,
  };
}

async function blocksOfRows(ctx: Context): Promise<RowBlocks> {
  const handle = await ctx.query(
    'SELECT _sh_part, max(_sh_row_number) AS last_row, count(*) AS rows FROM data GROUP BY _sh_part ORDER BY _sh_part',
  );
  let total = 0;
  const offsets = handle.rows.map((_, row) => {
    const offset = total;
    total += handle.number(row, 'last_row') ?? 0;
    return `WHEN ${handle.text(row, '_sh_part')} THEN ${offset}`;
  });
  const count = Math.max(1, Math.min(MOST_BLOCKS, total));
  const offset = offsets.length > 1 ? `CASE _sh_part ${offsets.join(' ')} END + ` : '';
  return {
    by: 'rows',
    words: 'stretches of rows',
    count,
    sql: `(${offset}_sh_row_number - 1) * ${count} // ${Math.max(1, total)}`,
    perMonth: undefined,
    firstMonth: 0,
    handle,
  };
}
