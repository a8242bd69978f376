import { definePlugin, identifier, literal } from 'statistic-harness/sdk';

const NUMBERS = ['integer', 'decimal', 'double'];

export default definePlugin({
  async analyze(ctx) {
    // Columns come from the role map, never from a guess at names.
    const measures = ctx.rolesOf('measure').filter((name) => NUMBERS.includes(ctx.column(name).type.kind));
    if (measures.length === 0) ctx.note('No measure holds numbers.');
    const largest = Number(ctx.settings['largest']);

    for (const column of measures) {
      const value = identifier(column);
      const edge = await ctx.query(
        `SELECT min(v) AS lowest, min(v) FILTER (place < ${largest}) AS edge
         FROM (SELECT ${value} AS v, percent_rank() OVER (ORDER BY ${value} DESC) AS place
               FROM data WHERE ${value} IS NOT NULL)`,
      );
      const from = edge.text(0, 'edge');
      if (from === null || Number(edge.number(0, 'lowest')) < 0) {
        ctx.note(`${column} is empty or has values below zero: a share of its total says nothing.`);
        continue;
      }

      // Rows with the same value as the last of the largest count among them, and are counted.
      const isLarge = `${value} >= CAST(${literal(from)} AS ${edge.columns[1]?.type})`;
      const count = await ctx.query(
        `SELECT count(${value}) AS rows, count_if(${isLarge}) AS large FROM data`,
      );
      const all = await ctx.exact({ kind: 'sum', columns: [column] });
      const large = await ctx.exact({ kind: 'sum', columns: [column], where: isLarge });
      const total = all.number(0, column, 'sum');
      const held = large.number(0, column, 'sum');
      if (total === null || held === null || total === 0) {
        ctx.note(`${column} has no total, or one of zero.`);
        continue;
      }

      // The plugin computes this number itself, so it says how and from what.
      const shares = ctx.derivation({
        method: 'share of the sum',
        values: { share: (100 * held) / total },
        inputs: [all, large],
      });
      ctx.finding({
        kind: 'concentration',
        title: 'The largest {large} of {column} hold {share} of its total',
        statement:
          'Of {rows} with a value in {column}, {large} have {edge} or more. They hold {held} of {total}: {share}.',
        fields: {
          column: { column_name: column },
          rows: { from: count.cell(0, 'rows'), unit: 'rows' },
          large: { from: count.cell(0, 'large'), unit: 'rows' },
          edge: edge.cell(0, 'edge'),
          held: large.value(0, column, 'sum'),
          total: all.value(0, column, 'sum'),
          share: { from: shares.value('share'), unit: '%' },
        },
        estimate: { name: 'share of the total', field: 'share' },
        target: { columns: { columns: [column] } },
        how: 'exact_count',
        severity: 'notice',
      });
    }
  },
});
