import { definePlugin, identifier } from 'statistic-harness/sdk';

/** Asks five questions of every column, each of which goes through the whole table. */
export default definePlugin({
  async analyze(ctx) {
    for (const { sql_name } of ctx.schema) {
      const column = identifier(sql_name);
      const asked = ['count(?)', 'min(?)', 'max(?)', 'count(DISTINCT ?)', 'quantile_disc(?, 0.5)'];
      for (const answer of asked.map((call) => call.replace('?', column))) {
        const q = await ctx.query(`SELECT ${answer} AS answer FROM data`);
        ctx.note(`${answer}: ${q.text(0, 'answer')}`);
      }
    }
  },
});
