import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { writeNearMisses } from './near-misses.ts';
import { readPlan } from './plan.ts';
import { reportSeries } from './report-series.ts';
import { screenSeries } from './screen.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const plan = await readPlan(ctx);
    if (plan === undefined) return;
    const screening = await screenSeries(plan);
    if (screening === undefined)
      return ctx.notLookedFor('No stretch of time is whole, or there is nothing to follow.');
    const screened = [];
    for (const one of screening.all)
      screened.push({ ...one, places: await reportSeries(plan, screening.frame, one) });
    await writeNearMisses(plan, screened);
  },
});
