import {
  type Context,
  definePlugin,
  deriveCloseWindow,
  deriveJobLabels,
  deriveService,
  noteUnknownJobs,
  readProcessLog,
} from '../../src/sdk/index.ts';
import { compareJobs } from './compare-jobs.ts';
import { readDays } from './days.ts';
import { reportCloseOnly } from './report-close-only.ts';
import { reportJobs } from './report-jobs.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.queued === undefined) {
      return ctx.notLookedFor('There are no queue times: which runs belong to the close is not known.');
    }
    const service = await deriveService(ctx, log);
    const { leftOut, adjustable } = await deriveJobLabels(ctx, log);
    await noteUnknownJobs(ctx, log);
    const study = {
      ctx,
      queued: log.queued,
      service,
      window: await deriveCloseWindow(ctx, log),
      leftOut,
      adjustable,
    };
    const days = await readDays(study);
    if (days === undefined) {
      return ctx.notLookedFor('No month has whole days both in the close window and outside of it.');
    }
    const { tested, closeOnly } = compareJobs(study, days);
    reportCloseOnly(study, days, closeOnly);
    await reportJobs(study, days, tested);
  },
});
