import { beginWaitStudy, type Context, definePlugin, labelChaining, resultCsv } from '../../src/sdk/index.ts';
import { chartWaits } from './charts.ts';
import { countGroups } from './groups.ts';
import { reportWaitingJobs } from './jobs.ts';
import { reportLog } from './log.ts';
import { readPercentiles } from './percentiles.ts';
import { reportServiceTails } from './service-tails.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const runs = await labelChaining(ctx);
    const groups = await countGroups(study, runs);
    const wait = await readPercentiles(study, runs, groups, 'wait');
    if (wait === undefined) {
      ctx.notLookedFor('Too few runs have a wait that can be computed: there are no percentiles.');
      return;
    }
    await ctx.artifact(fileOf(ctx, 'wait', wait.handle));
    await reportLog(study, wait);
    await reportWaitingJobs(study, wait, [chartWaits(ctx, wait)]);
    const service = await readPercentiles(study, runs, groups, 'service');
    if (service === undefined) {
      ctx.note('Too few runs have a known service time: only waits have percentiles.');
      return;
    }
    await ctx.artifact(fileOf(ctx, 'service', service.handle));
    reportServiceTails(study, service);
  },
});

function fileOf(ctx: Context, measure: 'wait' | 'service', handle: Parameters<typeof resultCsv>[0]) {
  const what = measure === 'wait' ? 'eligible waits' : 'service times';
  return {
    path: `${measure}_percentiles.csv`,
    content: resultCsv(handle, ctx.coverage),
    media_type: 'text/csv',
    title: `Percentiles of ${what} with intervals: of the log, and of jobs, modules, users and servers with runs enough`,
  };
}
