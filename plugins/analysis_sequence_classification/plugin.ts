import {
  type Context,
  definePlugin,
  deriveIntervals,
  deriveJobLabels,
  labelChaining,
  noteUnknownJobs,
  readProcessLog,
  resultCsv,
} from '../../src/sdk/index.ts';
import { readJobs, reportJobs } from './jobs.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    const intervals = await deriveIntervals(ctx, log);
    const labels = await deriveJobLabels(ctx, log);
    await noteUnknownJobs(ctx, log);
    const jobs = await readJobs({ ctx, intervals, labels, runs: await labelChaining(ctx) });
    if (jobs.rows.length === 0) return ctx.note('No run counts.');
    reportJobs(ctx, log, jobs);
    await ctx.artifact({
      path: 'chaining_by_activity.csv',
      content: resultCsv(jobs, ctx.coverage),
      media_type: 'text/csv',
      title: 'Standalone and chained runs by job',
    });
  },
});
