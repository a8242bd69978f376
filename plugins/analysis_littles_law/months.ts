import { type Context, type Lasting, type QueryHandle, resultCsv, seconds } from '../../src/sdk/index.ts';
import type { Flow } from './law.ts';
import { hoursCtes } from './sweep-hours.ts';

/** A flow by calendar month, by the sweep and by adding up. */
export interface Months {
  readonly swept: QueryHandle;
  readonly counted: QueryHandle;
  readonly whole: Omit<Flow, 'spanUs'>;
}

/**
 * By calendar month: what was present, integrated by the sweep; who came, and how long those stayed in all; and the
 * boundary terms, which are what of their stays falls into later months, and what of earlier ones' falls into this.
 */
export async function readMonths(
  ctx: Context,
  { from, to, where }: Omit<Lasting, 'label'>,
  [first, last]: readonly [bigint, bigint],
): Promise<Months> {
  const month = (us: string) => `date_trunc('month', make_timestamp(${us}))`;
  const starts = `months AS (
  SELECT 0 AS sweep_group, epoch_us(${month(`${first}`)} + to_months(CAST(place AS INTEGER))) AS at_us
  FROM range(date_diff('month', make_timestamp(${first}), make_timestamp(${last})) + 1) AS places(place)
)`;
  const marks = `marks AS (SELECT sweep_group, at_us FROM months WHERE at_us > ${first})`;
  const lasting = { from, to, ...(where !== undefined && { where }) };
  const swept = await ctx.query(`WITH ${starts}, ${marks}, ${hoursCtes('0', lasting, first, 'marks')}
SELECT CAST(${month('until_us - 1')} AS DATE) AS month, sum(present_us) AS present_us FROM swept GROUP BY month ORDER BY month`);
  const stays = `SELECT ${from} AS from_us, ${to} AS to_us, ${month(from)} AS begun, ${month(`greatest(${from}, ${to} - 1)`)} AS done
  FROM data WHERE ${from} <= ${to}${where === undefined ? '' : ` AND ${where}`}`;
  const counted = await ctx.query(`WITH stays AS (${stays}), ${starts}, begun AS (
  SELECT begun, count(*) AS arrivals, sum(to_us - from_us) AS stayed_us FROM stays GROUP BY begun
), crossing AS (SELECT from_us, to_us, begun, done FROM stays WHERE begun <> done
), ends AS (
  SELECT epoch_us(begun + to_months(1)) AS month_us, 1 AS through, 0 AS part_us FROM crossing
  UNION ALL SELECT epoch_us(done), -1, to_us - epoch_us(done) FROM crossing
  UNION ALL SELECT at_us, 0, 0 FROM months
), by_month AS (
  SELECT month_us, sum(through) AS through, sum(part_us) AS part_us FROM ends GROUP BY month_us
), carried AS (
  SELECT make_timestamp(month_us) AS month,
    sum(through) OVER (ORDER BY month_us, part_us ROWS UNBOUNDED PRECEDING) * (epoch_us(make_timestamp(month_us) + to_months(1)) - month_us) + part_us AS carried_in_us
  FROM by_month
), left_over AS (
  SELECT begun AS month, sum(to_us - epoch_us(begun + to_months(1))) AS carried_out_us FROM crossing GROUP BY begun
), terms AS (
  SELECT begun AS month, arrivals, stayed_us, 0 AS carried_in_us, 0 AS carried_out_us FROM begun
  UNION ALL SELECT month, 0, 0, carried_in_us, 0 FROM carried
  UNION ALL SELECT month, 0, 0, 0, carried_out_us FROM left_over
)
SELECT CAST(month AS DATE) AS month, CAST(sum(arrivals) AS BIGINT) AS arrivals, sum(stayed_us) AS stayed_us,
  sum(carried_in_us) AS carried_in_us, sum(carried_out_us) AS carried_out_us, ${seconds('sum(carried_in_us)')} AS carried_in_s,
  ${seconds('sum(carried_out_us)')} AS carried_out_s
FROM terms GROUP BY month ORDER BY month`);
  checkMonths(swept, counted);
  return {
    swept,
    counted,
    whole: {
      arrivals: sumOf(counted, 'arrivals'),
      stayedUs: sumOf(counted, 'stayed_us'),
      sweptUs: sumOf(swept, 'present_us'),
    },
  };
}

/** Each month's numbers, with its boundary terms, as a file. */
export function reportMonths(ctx: Context, { counted }: Months): Promise<void> {
  return ctx.artifact({
    path: 'runs_by_month.csv',
    content: resultCsv(counted, ctx.coverage),
    media_type: 'text/csv',
    title: "Little's law by month: who came, how long they stayed, and what of that falls into other months",
  });
}

/** In each month present = stayed + carried in - carried out, to the microsecond. */
function checkMonths(swept: QueryHandle, counted: QueryHandle): void {
  const rows = new Map(counted.rows.map((_, row) => [counted.text(row, 'month'), row]));
  for (const row of swept.rows.keys()) {
    const of = rows.get(swept.text(row, 'month'));
    const part = (name: string) => (of === undefined ? 0n : (counted.bigint(of, name) ?? 0n));
    const expected = part('stayed_us') + part('carried_in_us') - part('carried_out_us');
    if (swept.bigint(row, 'present_us') !== expected) {
      throw new Error(
        `${swept.text(row, 'month')}: the sweep counts ${swept.text(row, 'present_us')} µs, and the stays give ${expected} µs`,
      );
    }
  }
}

function sumOf(handle: QueryHandle, column: string): bigint {
  return handle.rows.reduce((sum, _, row) => sum + (handle.bigint(row, column) ?? 0n), 0n);
}
