import type { QueryHandle } from '../../src/sdk/index.ts';
import { cells, countOf, LETTERS, percentSql, rowsWhere, STRUCTURE } from './claims.ts';
import type { Surveyed, Table } from './survey.ts';

/** Of fewer rows with a value it says nothing that they agree. */
const FEWEST_ROWS = 20;
/** Share of the most frequent value in the sample from which a column is counted over all rows. */
const SCREENED_SHARE = 0.98;
/** Columns with a finding of their own, of each kind. */
const MOST_OWN = 20;

/** Columns without a value, with one value only, and with one value in nearly every row. */
export async function reportConstants(table: Table): Promise<void> {
  const suspects = table.columns.filter(
    ({ present, mostFrequent }) => present === 0 || mostFrequent >= SCREENED_SHARE * present,
  );
  if (table.rows < FEWEST_ROWS || suspects.length === 0) return;
  const counts = await table.ctx.query(
    `SELECT count(*) AS all_rows, ${suspects
      .map(
        ({ sql }, i) =>
          `count(${sql}) AS present_${i}, min(${sql}) AS value_${i}, min(${sql}) IS NOT DISTINCT FROM max(${sql}) AS constant_${i}`,
      )
      .join(', ')}\nFROM data`,
  );
  const present = (i: number) => countOf(counts, `present_${i}`);
  const isConstant = (i: number) => counts.text(0, `constant_${i}`) === 'true';
  reportEmpty(
    table,
    suspects.filter((_, i) => present(i) === 0),
    counts,
  );
  const constant = suspects.flatMap((column, i) =>
    present(i) >= FEWEST_ROWS && isConstant(i) ? [{ column, i }] : [],
  );
  for (const { column, i } of constant.slice(0, MOST_OWN)) reportConstant(table, column, counts, i);
  const near = suspects.filter((_, i) => present(i) >= 100 && !isConstant(i));
  for (const column of near.slice(0, MOST_OWN)) await reportNearConstant(table, column);
  if (Math.max(constant.length, near.length) > MOST_OWN) {
    table.ctx.note(
      `Columns with a single value: ${constant.length}; columns that may be nearly so: ${near.length}; of each the first ${MOST_OWN} have a finding.`,
    );
  }
}

/** All columns without a value in one finding. */
function reportEmpty({ ctx }: Table, columns: readonly Surveyed[], counts: QueryHandle): void {
  if (columns.length === 0) return;
  const counted = ctx.derivation({
    method: 'number of columns without a value',
    values: { columns: columns.length },
    inputs: [counts],
  });
  const listed = columns.slice(0, LETTERS.length);
  ctx.finding({
    kind: 'empty_columns',
    title:
      columns.length === 1
        ? '{column_a} holds no value at all'
        : 'Columns that hold no value at all: {columns}',
    statement: `Without a value in all of {all_rows}: ${listed
      .map((_, i) => `{column_${LETTERS[i]}}`)
      .join(', ')}${columns.length > listed.length ? ' and others' : ''}.`,
    fields: {
      ...cells(counts, 0, ['all_rows']),
      columns: counted.value('columns'),
      ...Object.fromEntries(
        listed.map(({ column }, i) => [`column_${LETTERS[i]}`, { column_name: column.sql_name }]),
      ),
    },
    target: {},
    how: 'exact_count',
    severity: 'info',
    ranking: STRUCTURE,
  });
}

function reportConstant({ ctx }: Table, { column }: Surveyed, counts: QueryHandle, i: number): void {
  const present = countOf(counts, `present_${i}`);
  ctx.finding({
    kind: 'constant',
    title: '{column} is always {value}',
    statement:
      '{column} is {value} in all {present_rows} with a value, out of {all_rows}. Nothing can be compared by it.',
    fields: {
      column: { column_name: column.sql_name },
      value: counts.cell(0, `value_${i}`),
      present_rows: { from: counts.cell(0, `present_${i}`), unit: present === 1 ? 'row' : 'rows' },
      ...cells(counts, 0, ['all_rows']),
    },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: STRUCTURE,
  });
}

/** A column with one value in nearly every row; the other rows are cited. */
async function reportNearConstant({ ctx, rows }: Table, { column, sql }: Surveyed): Promise<void> {
  const counts = await ctx.query(`WITH counted AS (
  SELECT ${sql} AS value, count(*) AS value_rows FROM data WHERE ${sql} IS NOT NULL GROUP BY ALL
), whole AS (
  SELECT sum(value_rows) AS present_rows, count(*) AS distinct_values FROM counted
)
SELECT value AS usual_value, value_rows AS usual_rows, present_rows, present_rows - value_rows AS other_rows,
  distinct_values - 1 AS other_values, ${percentSql('present_rows - value_rows', 'present_rows')} AS other_percent
FROM counted, whole
ORDER BY value_rows DESC, value LIMIT 1`);
  const others = countOf(counts, 'other_rows');
  if (others > Number(ctx.settings['near_constant_percent']) * 0.01 * countOf(counts, 'present_rows')) return;
  ctx.finding({
    kind: 'near_constant',
    title: '{column} is {usual_value} in all but {other_rows}',
    statement:
      '{column} is {usual_value} in {usual_rows} out of {present_rows} with a value. Another value stands in {other_rows} ({other_percent}); other values: {other_values}.',
    fields: {
      column: { column_name: column.sql_name },
      ...cells(counts, 0, [
        'usual_value',
        'usual_rows',
        'present_rows',
        'other_rows',
        'other_values',
        'other_percent',
      ]),
    },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'info',
    ranking: { ...STRUCTURE, reach: others / Math.max(1, rows) },
    rows: await rowsWhere(
      ctx,
      `${sql} <> (SELECT ${sql} FROM data WHERE ${sql} IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, ${sql} LIMIT 1)`,
      [sql],
    ),
  });
}
