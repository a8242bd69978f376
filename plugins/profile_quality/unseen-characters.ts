import { cells, countOf, defect, rowsWhere } from './claims.ts';
import type { Table } from './survey.ts';
import type { TextColumn } from './text-column.ts';
import { CONTROL, EDGE_SPACE, inColumn, NOT_NORMAL, UNSEEN } from './text-patterns.ts';

const SORTS = [
  { count: 'edge_rows', pattern: EDGE_SPACE, sentence: 'Blanks at the start or the end: {edge_rows}.' },
  {
    count: 'unseen_rows',
    pattern: UNSEEN,
    sentence: 'Non-breaking spaces, zero-width signs and the like: {unseen_rows}.',
  },
  { count: 'control_rows', pattern: CONTROL, sentence: 'Control characters: {control_rows}.' },
  {
    count: 'not_normal_rows',
    pattern: NOT_NORMAL,
    sentence: 'Accents written as separate signs, so that equal words differ: {not_normal_rows}.',
  },
] as const;

/** Characters that a reader does not see, but a comparison does. */
export async function reportUnseen({ ctx, rows }: Table, { column, counts }: TextColumn): Promise<void> {
  const found = SORTS.filter(({ count }) => countOf(counts, count) > 0);
  if (found.length === 0 || column.use === 'text') return;
  const { sql } = column;
  const any = found.map(({ pattern }) => inColumn(pattern, sql)).join(' OR ');
  const total = await ctx.query(`SELECT count(*) FILTER (WHERE ${any}) AS unseen_any_rows FROM data`);
  ctx.finding({
    kind: 'unseen_characters',
    title: '{column}: characters that nobody sees in {unseen_any_rows}',
    statement: [
      'In {unseen_any_rows} out of {present_rows} with a value, {column} holds characters that a reader does not see, but a comparison does.',
      ...found.map(({ sentence }) => sentence),
    ].join(' '),
    fields: {
      column: { column_name: column.column.sql_name },
      ...cells(total, 0, ['unseen_any_rows']),
      ...cells(counts, 0, ['present_rows', ...found.map(({ count }) => count)]),
    },
    estimate: { name: 'rows_with_unseen_characters', field: 'unseen_any_rows' },
    target: { columns: { columns: [column.column.sql_name] } },
    how: 'exact_count',
    severity: 'notice',
    ranking: defect(0.3, countOf(total, 'unseen_any_rows') / Math.max(1, rows)),
    rows: await rowsWhere(ctx, `(${any})`, [sql]),
  });
}
