import {
  beginWaitStudy,
  type Context,
  definePlugin,
  readBusyShares,
  resultCsv,
} from '../../src/sdk/index.ts';
import { chartPeriods } from './charts.ts';
import { reportDays } from './days.ts';
import { reportJobs } from './jobs.ts';
import { readPeriods } from './periods.ts';
import { reportPeriods } from './tell.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const periods = await readPeriods(study);
    if (periods.summary.number(0, 'over_runs') === 0) {
      ctx.note('No run waited longer than the threshold: there is no busy period.');
      return;
    }
    await reportPeriods(study, periods, [await chartPeriods(study)]);
    await reportDays(study);
    await ctx.artifact({
      path: 'busy_periods.csv',
      content: resultCsv(periods.longest, ctx.coverage),
      media_type: 'text/csv',
      title:
        'Busy periods, the ten thousand longest: start, end, length, runs over the threshold and their wait',
    });
    const jobs = await readBusyShares(study);
    if (jobs === undefined) return;
    await ctx.artifact({
      path: 'jobs_in_busy_periods.csv',
      content: resultCsv(jobs, ctx.coverage),
      media_type: 'text/csv',
      title: 'Server time of each job inside of busy periods and outside',
    });
    await reportJobs(study, jobs);
  },
});
