import { type Context, identifier } from '../../src/sdk/index.ts';

/** Rows, columns and missing cells of the whole table, as metrics. */
export async function reportTable(ctx: Context): Promise<void> {
  const present = ctx.schema.map((column) => `count(${identifier(column.sql_name)})`);
  const query = await ctx.query(
    `SELECT count(*) AS table_rows, count(*) * ${ctx.schema.length} - (${present.join(' + ') || '0'}) AS missing_cells FROM data`,
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
