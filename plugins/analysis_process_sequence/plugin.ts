import { type Context, definePlugin, readCaseSteps } from '../../src/sdk/index.ts';
import { readActivities, readEdges, readVariants } from './counts.ts';
import { reportRepeats, reportVariants } from './findings.ts';
import { chartGraph } from './graph-chart.ts';
import { writeMetrics, writeTables } from './outcome.ts';
import { reportThroughput } from './throughput.ts';
import { readTotals } from './totals.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const steps = await readCaseSteps(ctx);
    if (steps === undefined) return;
    const study = { ctx, steps };
    const totals = await readTotals(study);
    if (totals.number(0, 'cases') === 0) {
      ctx.notLookedFor('No row has both a case and a time.');
      return;
    }
    const counts = {
      totals,
      variants: await readVariants(study),
      edges: await readEdges(study),
      activities: await readActivities(study),
    };
    writeMetrics(study, counts);
    await writeTables(study, counts);
    await reportVariants(study, counts, await chartGraph(study, counts));
    reportRepeats(study, counts);
    await reportThroughput(study, counts);
  },
});
