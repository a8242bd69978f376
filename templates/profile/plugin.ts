import { definePlugin, identifier } from 'statistic-harness/sdk';

export default definePlugin({
  async analyze(ctx) {
    const present = ctx.schema.map(({ sql_name }, i) => `count(${identifier(sql_name)}) AS present_${i}`);
    const missing = ctx.schema.map(
      ({ sql_name }, i) => `count_if(${identifier(sql_name)} IS NULL) AS missing_${i}`,
    );
    const q = await ctx.query(`SELECT count(*) AS rows, ${[...present, ...missing].join(', ')} FROM data`);
    const least = Number(ctx.settings['least_missing']);
    const lacking = ctx.schema
      .map(({ sql_name }, i) => ({ column: sql_name, i, missing: q.number(0, `missing_${i}`) ?? 0 }))
      .filter(({ missing }) => missing >= least);
    if (lacking.length === 0) ctx.note('Every column is filled in.');

    for (const { column, i } of lacking) {
      ctx.finding({
        kind: 'missing_values',
        title: '{column} is missing in {missing} of {rows}',
        statement: 'Of {rows}, {present} have a value in {column}; in {missing} it is missing.',
        fields: {
          column: { column_name: column },
          rows: { from: q.cell(0, 'rows'), unit: 'rows' },
          present: q.cell(0, `present_${i}`),
          missing: q.cell(0, `missing_${i}`),
        },
        target: { columns: { columns: [column] } },
        how: 'exact_count',
        severity: 'info',
      });
    }
  },
});
