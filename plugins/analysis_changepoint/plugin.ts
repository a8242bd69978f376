import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { writeNearMisses } from './near-misses.ts';
import { readPlan } from './plan.ts';
import { reportSeries } from './report-series.ts';
import { screenSeries } from './screen.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const plan = await readPlan(ctx);
    if (plan === undefined) return;
    const screened = await screenSeries(plan);
    for (const one of screened) await reportSeries(plan, one);
    await writeNearMisses(plan, screened);
  },
});
