import { cells, countOf, defect, percentSql, rowsWhere } from './claims.ts';
import type { Table } from './survey.ts';
import type { TextColumn } from './text-column.ts';
import { DATE, inColumn, NUMBER, PLAIN_DATE, PLAIN_NUMBER } from './text-patterns.ts';

/** From this share of numbers (or dates) on the rest are called exceptions. */
const MOSTLY = 0.8;
/** From so few rows nothing is concluded. */
const FEWEST_ROWS = 20;
const MOST_ITEMS = 10;

/** What counts as each kind; how most of its cells are written where the type of the option `--type` reads them. */
const KINDS = {
  number: { pattern: NUMBER, plain: PLAIN_NUMBER, type: 'decimal' },
  date: { pattern: DATE, plain: PLAIN_DATE, type: 'date' },
} as const;

/** Text columns that hold numbers or dates but for some cells, which are told with what they hold. */
export async function reportMixedTypes({ ctx, rows }: Table, { column, counts }: TextColumn): Promise<void> {
  const present = countOf(counts, 'present_rows');
  if (present < FEWEST_ROWS) return;
  const kind = (['number', 'date'] as const).find((one) => {
    const share = countOf(counts, `${one}_rows`) / present;
    return share >= MOSTLY && share < 1;
  });
  if (kind === undefined) return;
  const { pattern, plain, type } = KINDS[kind];
  const { sql } = column;
  const others = await ctx.query(`WITH counted AS (
  SELECT ${sql} AS value, count(*) AS value_rows FROM data WHERE ${sql} IS NOT NULL GROUP BY ALL
), whole AS (
  SELECT sum(value_rows) AS present_rows, coalesce(sum(value_rows) FILTER (WHERE ${plain}), 0) AS plain_rows FROM counted
), others AS (
  SELECT value, value_rows FROM counted WHERE NOT ${pattern}
), other_whole AS (SELECT sum(value_rows) AS exception_rows, count(*) AS exception_values FROM others)
SELECT CASE WHEN length(value) > 60 THEN left(value, 60) || '…' ELSE value END AS exception, value_rows, exception_rows,
  exception_values, present_rows - exception_rows AS fitting_rows, present_rows, plain_rows, ${percentSql('exception_rows', 'present_rows')} AS exception_percent
FROM others, whole, other_whole
ORDER BY value_rows DESC, value LIMIT ${MOST_ITEMS}`);
  const isCode = column.use === 'id';
  const exceptions = countOf(others, 'exception_rows');
  const cited = await rowsWhere(ctx, `${sql} IS NOT NULL AND NOT ${inColumn(pattern, sql)}`, [sql]);
  const isOne = exceptions === 1;
  const which = isOne
    ? ': “{exception}” (row {row_number})'
    : ', most often “{exception}” (different texts: {exception_values})';
  const isAdvised = countOf(others, 'plain_rows') >= MOSTLY * present;
  const advice = isAdvised
    ? ` Read in with --type "{column}=${type}", {plain_rows} are ${kind}s, and what does not fit becomes missing.`
    : '';
  ctx.finding({
    kind: 'mixed_types',
    title: `{column}: ${kind}s, but for {exception_rows}`,
    statement: `{column} holds ${kind}s in {fitting_rows} out of {present_rows} with a value, and other text in {exception_rows} ({exception_percent})${which}. So it counts as text, and nothing is computed from its ${kind}s.${advice}`,
    fields: {
      column: { column_name: column.column.sql_name },
      ...cells(others, 0, [
        'fitting_rows',
        'present_rows',
        'exception_rows',
        'exception_percent',
        'exception_values',
        'exception',
        ...(isAdvised ? ['plain_rows'] : []),
      ]),
      ...(isOne && { row_number: cited.cell(0, '_sh_row_number') }),
    },
    estimate: { name: 'rows_of_another_type', field: 'exception_rows' },
    target: { columns: { columns: [column.column.sql_name] } },
    how: 'exact_count',
    severity: isCode ? 'info' : 'notice',
    ranking: defect(isCode ? 0.1 : 0.4, exceptions / Math.max(1, rows)),
    items: others.rows.map((_, row) => ({
      title: '“{exception}” in {value_rows}',
      statement: '“{exception}” stands in {value_rows}.',
      fields: cells(others, row, ['exception', 'value_rows']),
    })),
    rows: cited,
    ...(kind === 'number' && {
      limitations: ['A number written with a comma is taken as one, whichever sign the comma stands for.'],
    }),
  });
}
