import type { QueryHandle } from '../../src/sdk/index.ts';
import { cells, countOf, STRUCTURE } from './claims.ts';
import { type OtherWeeks, otherWeeks } from './quiet-times.ts';
import type { Table } from './survey.ts';
import { type TimeAxis, timeAxis } from './time-axis.ts';

/** Pieces that the span is cut into; a gap longer than a piece is found whatever the order of the rows. */
const PIECES = 4_000;
/** A gap is long if it is so many times as long as the tenth longest that is no regular rest. */
const LONG = 5;
const COMPARED = 10;
const FEWEST_ROWS = 200;
/** Rows that other weeks must have in these hours: with so many, none at all is hardly chance. */
const ENOUGH_ROWS = 8;

/** A gap behind a row of the query, and what other weeks have there. */
interface Gap {
  readonly row: number;
  readonly us: number;
  readonly others: OtherWeeks;
}

/** The longest time without a row in hours that have rows in other weeks, where it is much longer than the next ones. */
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
  const pieces = await ctx.query(`WITH pieces AS (
  SELECT (epoch_us(${axis.instant}) - ${first}) // ${width} AS piece, count(*) AS piece_rows,
    min(${axis.instant}) AS first_time, max(${axis.instant}) AS last_time
  FROM data WHERE ${axis.sql} IS NOT NULL GROUP BY ALL
), gaps AS (
  SELECT piece, piece_rows, last_time AS before_gap, lead(first_time) OVER (ORDER BY piece) AS after_gap FROM pieces
)
SELECT piece, piece_rows, before_gap, after_gap, epoch_us(after_gap) - epoch_us(before_gap) AS us,
  CAST(epoch_us(after_gap) - epoch_us(before_gap) AS DECIMAL(28,0)) * CAST(0.000001 AS DECIMAL(6,6)) AS gap_s
FROM gaps ORDER BY piece`);
  const gaps = unusualGaps(pieces, Number(width) / 1e6, Number(first) / 1e6);
  const [longest] = gaps;
  const tenth = Math.max(Number(width), gaps[COMPARED - 1]?.us ?? 0);
  if (longest !== undefined && longest.us >= LONG * tenth) reportGap(table, axis, pieces, longest, gaps[1]);
}

/** Gaps that are no regular rests, the longest first. */
function unusualGaps(query: QueryHandle, width: number, first: number): Gap[] {
  const pieces = query.rows.map((_, row) => ({
    piece: countOf(query, 'piece', row),
    rows: countOf(query, 'piece_rows', row),
  }));
  const byLength = pieces
    .map((_, row) => ({ row, us: countOf(query, 'us', row) }))
    .filter(({ us }) => us > width * 1e6)
    .sort((a, b) => b.us - a.us || a.row - b.row);
  const found: Gap[] = [];
  for (const { row, us } of byLength) {
    const gap = { from: pieces[row]?.piece ?? 0, to: pieces[row + 1]?.piece ?? 0 };
    const others = otherWeeks(pieces, gap, width, first);
    if (others !== undefined && others.usualRows >= ENOUGH_ROWS) found.push({ row, us, others });
    if (found.length === COMPARED) break;
  }
  return found;
}

function reportGap(
  { ctx }: Table,
  axis: TimeAxis,
  pieces: QueryHandle,
  { row, others }: Gap,
  next: Gap | undefined,
): void {
  const compared = ctx.derivation({
    method: `median of the rows in the same hours of other ${others.by} of the table`,
    parameters: { pieces: PIECES },
    values: { usual_rows: others.usualRows, compared: others.compared },
    inputs: [pieces],
  });
  ctx.finding({
    kind: 'time_gap',
    title: '{column}: no row for {gap_s}',
    statement: [
      'By {column}, there is no row for {gap_s}, between {before_gap} and {after_gap}.',
      `In these hours of other ${others.by} there are {usual_rows} at the median ({compared} ${others.by} compared).`,
      ...(next === undefined
        ? []
        : ['The next longest time without a row, regular rests apart, is {next_gap_s}.']),
    ].join(' '),
    fields: {
      column: { column_name: axis.name },
      ...cells(pieces, row, ['gap_s', 'before_gap', 'after_gap']),
      usual_rows: { from: compared.value('usual_rows'), unit: 'rows' },
      compared: compared.value('compared'),
      ...(next !== undefined && { next_gap_s: { from: pieces.cell(next.row, 'gap_s'), unit: 's' } }),
    },
    estimate: { name: 'longest_time_without_a_row', field: 'gap_s' },
    target: { columns: { columns: [axis.name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: { ...STRUCTURE, effect: 0.3 },
    limitations: ['Holidays are times without a row, too.'],
  });
}
