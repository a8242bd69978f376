import { cells, countOf, defect } from './claims.ts';
import type { Table } from './survey.ts';
import { comparesLabels, type TextColumn } from './text-column.ts';
import { FOLDED } from './text-patterns.ts';

const MOST_ITEMS = 10;
const MOST_CITED = 10_000;

/** Labels that differ only in case, spaces or the way accents are written. */
export async function reportLookAlikes({ ctx, rows }: Table, { column, counts }: TextColumn): Promise<void> {
  if (!comparesLabels(column)) return;
  if (countOf(counts, 'folded_values') === countOf(counts, 'distinct_values')) return;
  const { sql } = column;
  const spellings = `WITH counted AS (
  SELECT ${sql} AS value, count(*) AS value_rows FROM data WHERE ${sql} IS NOT NULL GROUP BY ALL
), spelled AS (
  SELECT value, value_rows, ${FOLDED} AS folded FROM counted
), ranked AS (
  SELECT value, value_rows, folded, count(*) OVER (PARTITION BY folded) AS spellings,
    row_number() OVER (PARTITION BY folded ORDER BY value_rows DESC, value) AS rank,
    first_value(value) OVER (PARTITION BY folded ORDER BY value_rows DESC, value) AS usual
  FROM spelled
)`;
  const totals = await ctx.query(`${spellings}
SELECT count(DISTINCT folded) AS labels, count(*) AS spellings, coalesce(sum(value_rows) FILTER (WHERE rank > 1), 0) AS unusual_rows
FROM ranked WHERE spellings > 1`);
  const listed = await ctx.query(`${spellings}
SELECT usual AS usual_spelling, value AS other_spelling, value_rows AS other_rows
FROM ranked WHERE rank > 1 ORDER BY value_rows DESC, usual, value LIMIT ${MOST_ITEMS}`);
  ctx.finding({
    kind: 'look_alike_labels',
    title: '{column}: {spellings} spellings of {labels} labels',
    statement:
      'In {column}, labels that a reader takes for the same are spelled in several ways, which differ in upper and lower case, in blanks or in how accents are written: {spellings} spellings of {labels} labels, such as {other_spelling} beside {usual_spelling}. Every count by {column} splits them; {unusual_rows} have a spelling that is not the most frequent one.',
    fields: {
      column: { column_name: column.column.sql_name },
      ...cells(totals, 0, ['labels', 'spellings', 'unusual_rows']),
      usual_spelling: listed.cell(0, 'usual_spelling'),
      other_spelling: listed.cell(0, 'other_spelling'),
    },
    estimate: { name: 'rows_with_an_unusual_spelling', field: 'unusual_rows' },
    target: { columns: { columns: [column.column.sql_name] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: { ...defect(0.4, countOf(totals, 'unusual_rows') / Math.max(1, rows)), actionability: 0.7 },
    items: listed.rows.map((_, row) => ({
      title: '{other_spelling} → {usual_spelling}',
      statement: '“{other_spelling}” stands in {other_rows}; the usual spelling is “{usual_spelling}”.',
      fields: cells(listed, row, ['other_spelling', 'usual_spelling', 'other_rows']),
    })),
    rows: await ctx.query(`${spellings}
SELECT _sh_part, _sh_row_number, ranked.value AS spelling, ranked.usual AS usual_spelling
FROM data JOIN ranked ON data.${sql} = ranked.value
WHERE ranked.rank > 1
ORDER BY _sh_part, _sh_row_number LIMIT ${MOST_CITED}`),
  });
}
