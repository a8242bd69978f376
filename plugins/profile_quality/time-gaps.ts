import { cells, countOf, STRUCTURE } from './claims.ts';
import type { Table } from './survey.ts';
import { timeAxis } from './time-axis.ts';

/** Pieces that the span is cut into; a gap longer than a piece is found whatever the order of the rows. */
const PIECES = 4_000;
/** A gap is long if it is so many times as long as the tenth longest. */
const LONG = 5;
const COMPARED = 10;
const FEWEST_ROWS = 200;

/** The longest time without a row, where it is much longer than the next ones. */
export async function reportTimeGap(table: Table): Promise<void> {
  const axis = timeAxis(table);
  if (axis === undefined || table.rows < FEWEST_ROWS || axis.column.column.type.kind === 'date') return;
  const { ctx } = table;
  const span = await ctx.query(
    `SELECT epoch_us(min(${axis.instant})) AS first_us, epoch_us(max(${axis.instant})) AS last_us FROM data`,
  );
  const first = span.bigint(0, 'first_us');
  const last = span.bigint(0, 'last_us');
  if (first === null || last === null || last <= first) return;
  const width = (last - first) / BigInt(PIECES) + 1n;
  const gaps = await ctx.query(`WITH pieces AS (
  SELECT (epoch_us(${axis.instant}) - ${first}) // ${width} AS piece, min(${axis.instant}) AS first_time, max(${axis.instant}) AS last_time
  FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL
), gaps AS (
  SELECT last_time AS before_gap, lead(first_time) OVER (ORDER BY piece) AS after_gap FROM pieces
), measured AS (
  SELECT before_gap, after_gap, epoch_us(after_gap) - epoch_us(before_gap) AS us FROM gaps WHERE after_gap IS NOT NULL
)
SELECT before_gap, after_gap, CAST(us AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS gap_s, us
FROM measured ORDER BY us DESC, before_gap LIMIT ${COMPARED}`);
  const longest = countOf(gaps, 'us');
  const tenth = Math.max(Number(width), gaps.rows.length < COMPARED ? 0 : countOf(gaps, 'us', COMPARED - 1));
  if (longest < LONG * tenth) return;
  ctx.finding({
    kind: 'time_gap',
    title: '{column}: no row for {gap_s}',
    statement:
      'By {column}, there is no row for {gap_s}, between {before_gap} and {after_gap}; the next longest time without a row is {next_gap_s}.',
    fields: {
      column: { column_name: axis.name },
      ...cells(gaps, 0, ['gap_s', 'before_gap', 'after_gap']),
      next_gap_s: { from: gaps.cell(Math.min(1, gaps.rows.length - 1), 'gap_s'), unit: 's' },
    },
    estimate: { name: 'longest_time_without_a_row', field: 'gap_s' },
    target: { columns: { columns: [axis.name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: { ...STRUCTURE, effect: 0.3 },
    limitations: ['Nights, weekends and holidays are times without a row, too.'],
  });
}
