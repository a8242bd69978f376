import { type Context, definePlugin, resultCsv } from '../../src/sdk/index.ts';
import { readPairs, reportPairs } from './pairs.ts';
import { reportResolution } from './resolution.ts';
import { beginStudy } from './study.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginStudy(ctx);
    if (study === undefined) return;
    const resolved = await reportResolution(study);
    if (resolved === 0) {
      ctx.notLookedFor('No dependant has its prerequisite in the log with an end: no lag is computed.');
      return;
    }
    const pairs = await readPairs(study);
    await reportPairs(study, pairs);
    await ctx.artifact({
      path: 'dependency_lags.csv',
      content: resultCsv(pairs, ctx.coverage),
      media_type: 'text/csv',
      title: 'Lag of dependants by pair of jobs, the longest over-threshold lag first',
    });
  },
});
