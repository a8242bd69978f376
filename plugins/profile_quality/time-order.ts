import { cells, countOf, defect, percentSql, rowsWhere } from './claims.ts';
import type { Surveyed, Table } from './survey.ts';

const FEWEST_ROWS = 100;
/** Share of the rows in which the order may be broken to be called a rule with exceptions. */
const RARE = 0.01;
const SCREENED = 0.02;
const MOST_PAIRS = 45;
/** Roles whose order is checked with the waits of a process log. */
const CHECKED_ELSEWHERE: readonly string[] = ['queued_at', 'eligible_at', 'started_at', 'ended_at'];

/** Pairs of times of which one never comes before the other but in few rows: an end before its start. */
export async function reportTimeOrder(table: Table): Promise<void> {
  const pairs = suspectedPairs(table);
  if (pairs.length === 0) return;
  const counts = await table.ctx.query(
    `SELECT ${pairs
      .map(
        ({ a, b }, i) =>
          `count(*) FILTER (WHERE ${a.sql} > ${b.sql}) AS after_${i}, count(*) FILTER (WHERE ${a.sql} < ${b.sql}) AS before_${i}, count(*) FILTER (WHERE ${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL) AS both_${i}`,
      )
      .join(', ')}\nFROM data`,
  );
  for (const [i, { a, b }] of pairs.entries()) {
    const [before, after, both] = ['before', 'after', 'both'].map((name) => countOf(counts, `${name}_${i}`));
    if (before === undefined || after === undefined || both === undefined || both < FEWEST_ROWS) continue;
    if (isRare(after, before, both)) await report(table, a, b);
    else if (isRare(before, after, both)) await report(table, b, a);
  }
}

/** Some break the order, few of those that could, and the order means something: the times are seldom equal. */
function isRare(breaking: number, keeping: number, both: number): boolean {
  return breaking > 0 && breaking <= RARE * both && breaking <= RARE * keeping;
}

function suspectedPairs(table: Table): { a: Surveyed; b: Surveyed }[] {
  const told = table.ctx.role('activity') !== undefined && table.ctx.role('started_at') !== undefined;
  const waits =
    told && (table.ctx.role('queued_at') !== undefined || table.ctx.role('eligible_at') !== undefined);
  const isTold = ({ roles }: Surveyed) => waits && CHECKED_ELSEWHERE.some((role) => roles.has(role));
  const times = table.columns.filter(({ use, present }) => use === 'time' && present > 0);
  return times
    .flatMap((a, i) => times.slice(i + 1).map((b) => ({ a, b })))
    .filter(({ a, b }) => a.column.type.kind === b.column.type.kind && !(isTold(a) && isTold(b)))
    .filter(({ a, b }) => isOrderedInSample(table, a, b))
    .slice(0, MOST_PAIRS);
}

function isOrderedInSample({ sample, columns }: Table, a: Surveyed, b: Surveyed): boolean {
  const [first, second] = [columns.indexOf(a), columns.indexOf(b)];
  let [before, after] = [0, 0];
  for (const cells of sample.rows) {
    const [x, y] = [cells[first] ?? null, cells[second] ?? null];
    if (x === null || y === null) continue;
    if (x < y) before += 1;
    else if (x > y) after += 1;
  }
  return Math.min(before, after) <= SCREENED * Math.max(before, after);
}

/** `earlier` comes before `later` in nearly all rows. */
async function report({ ctx, rows }: Table, earlier: Surveyed, later: Surveyed): Promise<void> {
  const both = `${earlier.sql} IS NOT NULL AND ${later.sql} IS NOT NULL`;
  const broken = `${later.sql} < ${earlier.sql}`;
  const counts =
    await ctx.query(`SELECT count(*) FILTER (WHERE ${broken}) AS broken_rows, count(*) AS both_rows,
  count(*) FILTER (WHERE ${later.sql} > ${earlier.sql}) AS kept_rows, ${percentSql(`count(*) FILTER (WHERE ${broken})`, 'count(*)')} AS broken_percent
FROM data WHERE ${both}`);
  ctx.finding({
    kind: 'impossible_values',
    title: '{later_column} lies before {earlier_column} in {broken_rows}',
    statement:
      '{later_column} lies after {earlier_column} in {kept_rows} out of {both_rows} that have both, but before it in {broken_rows} ({broken_percent}). Spans between the two are negative there.',
    fields: {
      earlier_column: { column_name: earlier.column.sql_name },
      later_column: { column_name: later.column.sql_name },
      ...cells(counts, 0, ['broken_rows', 'both_rows', 'kept_rows', 'broken_percent']),
    },
    estimate: { name: 'rows_in_the_wrong_order', field: 'broken_rows' },
    target: { columns: { columns: [earlier.column.sql_name, later.column.sql_name] } },
    scope: { rule: 'not before' },
    how: 'exact_count',
    severity: 'notice',
    ranking: defect(0.5, countOf(counts, 'broken_rows') / Math.max(1, rows)),
    limitations: [
      'That the one should never lie before the other is what nearly all rows say; the table does not state it.',
    ],
    rows: await rowsWhere(ctx, broken, [earlier.sql, later.sql]),
  });
}
