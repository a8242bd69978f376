import { type Context, definePlugin, pointedAt, readCaseSteps, resultCsv } from '../../src/sdk/index.ts';
import { chartTimelines } from './chart.ts';
import { readPaths, reportBottlenecks } from './critical-path.ts';
import { readLongest, readTotals, reportMakespans } from './makespans.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const steps = await readCaseSteps(ctx);
    if (steps === undefined || steps.kind !== 'run') return;
    const study = { ctx, steps };
    const totals = await readTotals(study);
    if (totals.number(0, 'chains') === 0) {
      ctx.notLookedFor('No chain has two runs with a start and an end.');
      return;
    }
    const longest = await readLongest(study);
    await reportMakespans(study, totals, await chartTimelines(study));
    await ctx.artifact({
      path: 'chains.csv',
      content: resultCsv(longest, ctx.coverage),
      media_type: 'text/csv',
      title: 'Chains, the longest makespan first',
    });
    const link = (['depends_on', 'parent'] as const).find((role) => ctx.role(role) !== undefined);
    if (link === undefined || pointedAt(ctx, link) === undefined) {
      ctx.note('Runs name neither what they depend on nor a parent: no critical path is traced.');
      return;
    }
    const paths = await readPaths(study);
    await ctx.artifact({
      path: 'critical_path.csv',
      content: resultCsv(paths, ctx.coverage),
      media_type: 'text/csv',
      title: 'Time on the critical paths, by kind of chain and step',
    });
    await reportBottlenecks(study, paths);
  },
});
