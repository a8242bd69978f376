import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { checkClaims, type PluginResult } from './check-claims.ts';
import { reportLacks, tellCounts } from './report.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const results = Object.values(ctx.upstream).filter((result): result is PluginResult => result !== null);
    if (results.length === 0)
      return ctx.notLookedFor('None of the analyses that it looks at was in the run, or ended ok.');
    const claims = results.flatMap((result) => checkClaims(result, ctx.coverage));
    const study = { ctx, rows: await ctx.query('SELECT count(*) AS rows FROM data') };
    tellCounts(study, results, claims);
    reportLacks(study, claims);
  },
});
