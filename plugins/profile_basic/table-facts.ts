import { type Context, identifier } from '../../src/sdk/index.ts';

/** Rows, columns and missing cells of the whole table, as metrics. */
export async function reportTable(ctx: Context): Promise<void> {
  const present = ctx.schema.map((column) => `count(${identifier(column.sql_name)})`);
  const query = await ctx.query(
    `SELECT count(*) AS table_rows, count(*) * ${ctx.schema.length} - (${sumOf(present)}) AS missing_cells FROM data`,
  );
  const columns = ctx.derivation({
    method: 'number of columns in the schema of the dataset version',
    values: { columns: ctx.schema.length },
    inputs: [query],
  });
  ctx.metric('rows', { from: query.cell(0, 'table_rows'), unit: 'rows' });
  ctx.metric('columns', { from: columns.value('columns'), unit: 'columns' });
  ctx.metric('missing_cells', { from: query.cell(0, 'missing_cells'), unit: 'cells' });
}

/** Terms in a row nest as deep as there are; its parser takes five hundred. */
const IN_A_ROW = 100;

function sumOf(terms: readonly string[]): string {
  if (terms.length <= IN_A_ROW) return terms.join(' + ') || '0';
  const groups = Math.ceil(terms.length / IN_A_ROW);
  return Array.from({ length: groups }, (_, i) => {
    const group = terms.slice(i * IN_A_ROW, (i + 1) * IN_A_ROW);
    return `(${group.join(' + ')})`;
  }).join(' + ');
}
