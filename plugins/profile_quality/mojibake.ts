import { cells, countOf, defect, LETTERS, rowsWhere } from './claims.ts';
import { repaired } from './repair-text.ts';
import type { Surveyed, Table } from './survey.ts';
import type { TextColumn } from './text-column.ts';
import { inColumn, MOJIBAKE, REPLACEMENT } from './text-patterns.ts';

/** Different values that are tried to be repaired. */
const MOST_VALUES = 1_000;
const MOST_ITEMS = 10;

/** Text whose bytes were read in the wrong encoding, with what it was meant to be; and text that was lost so. */
export async function reportMojibake(table: Table, text: TextColumn): Promise<void> {
  if (countOf(text.counts, 'mojibake_rows') > 0) await reportRepairable(table, text.column);
  if (countOf(text.counts, 'replacement_rows') > 0) await reportLost(table, text);
}

async function reportRepairable({ ctx, rows }: Table, { column, sql }: Surveyed): Promise<void> {
  const suspects = await ctx.query(`WITH counted AS (
  SELECT ${sql} AS value, count(*) AS value_rows FROM data WHERE ${sql} IS NOT NULL GROUP BY ALL
)
SELECT value, value_rows FROM counted WHERE ${MOJIBAKE} ORDER BY value_rows DESC, value LIMIT ${MOST_VALUES}`);
  const found = suspects.rows.flatMap(([value], row) => {
    const meant = repaired(value ?? '');
    return meant === undefined
      ? []
      : [{ row, value: value ?? '', meant, count: countOf(suspects, 'value_rows', row) }];
  });
  if (found.length === 0) return;
  const shown = found.slice(0, MOST_ITEMS);
  const repairs = ctx.derivation({
    method:
      'bytes of the text in Windows-1252 read as UTF-8, as often as that gives valid text of usual letters',
    parameters: { values: found.length },
    values: {
      damaged_values: found.length,
      damaged_rows: found.reduce((sum, { count }) => sum + count, 0),
      ...Object.fromEntries(shown.map(({ meant }, i) => [`repaired_${LETTERS[i]}`, meant])),
    },
    inputs: [suspects],
  });
  const damaged = found.reduce((sum, { count }) => sum + count, 0);
  ctx.finding({
    kind: 'mojibake',
    title: '{column}: letters read in the wrong encoding in {damaged_rows}',
    statement:
      'In {damaged_rows}, {column} holds text whose bytes were read in the wrong encoding, such as {damaged_text} for {repaired_text}; damaged values: {damaged_values}. Reading the bytes again as Unicode gives the text that was meant.',
    fields: {
      column: { column_name: column.sql_name },
      damaged_rows: { from: repairs.value('damaged_rows'), unit: damaged === 1 ? 'row' : 'rows' },
      damaged_values: repairs.value('damaged_values'),
      damaged_text: suspects.cell(shown[0]?.row ?? 0, 'value'),
      repaired_text: repairs.value(`repaired_${LETTERS[0]}`),
    },
    estimate: { name: 'rows_with_damaged_text', field: 'damaged_rows' },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'warning',
    ranking: { ...defect(0.5, damaged / Math.max(1, rows)), actionability: 0.8 },
    items: shown.map(({ row }, i) => ({
      title: '{damaged_text} → {repaired_text}',
      statement: '{damaged_text} stands in {value_rows}; {repaired_text} was meant.',
      fields: {
        damaged_text: suspects.cell(row, 'value'),
        repaired_text: repairs.value(`repaired_${LETTERS[i]}`),
        ...cells(suspects, row, ['value_rows']),
      },
    })),
    rows: await rowsWhere(ctx, inColumn(MOJIBAKE, sql), [sql]),
  });
}

async function reportLost(
  { ctx, rows }: Table,
  { column: { column, sql }, counts }: TextColumn,
): Promise<void> {
  ctx.finding({
    kind: 'replacement_characters',
    title: '{column}: letters were lost in {replacement_rows}',
    statement:
      'In {replacement_rows} out of {present_rows} with a value, {column} holds the sign that stands for bytes that could not be read. The letters are lost in this file; its source may still have them.',
    fields: {
      column: { column_name: column.sql_name },
      ...cells(counts, 0, ['replacement_rows', 'present_rows']),
    },
    estimate: { name: 'rows_with_lost_letters', field: 'replacement_rows' },
    target: { columns: { columns: [column.sql_name] } },
    how: 'exact_count',
    severity: 'warning',
    ranking: defect(0.5, countOf(counts, 'replacement_rows') / Math.max(1, rows)),
    rows: await rowsWhere(ctx, inColumn(REPLACEMENT, sql), [sql]),
  });
}
