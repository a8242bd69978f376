import { type Context, definePlugin, readCaseSteps, resultCsv } from '../../src/sdk/index.ts';
import { readPairs, readSides, reportPairs, reportSides } from './handoffs.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    if (ctx.role('event_timestamp') === undefined && ctx.role('depends_on') !== undefined) {
      ctx.notLookedFor(
        'Runs name what they depend on: how long they lag behind it is told by the analysis of dependencies, and nothing is said twice.',
      );
      return;
    }
    const steps = await readCaseSteps(ctx);
    if (steps === undefined) return;
    const study = { ctx, steps };
    const pairs = await readPairs(study);
    if (pairs.rows.length === 0) return ctx.notLookedFor('No case has two steps one after the other.');
    await reportPairs(study, pairs);
    await ctx.artifact({
      path: 'handoffs.csv',
      content: resultCsv(pairs, ctx.coverage),
      media_type: 'text/csv',
      title: 'Time between steps by pair, the longest total first',
    });
    if (ctx.role('resource') === undefined) return;
    reportSides(study, await readSides(study));
  },
});
