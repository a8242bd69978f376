import {
  type Context,
  definePlugin,
  deriveCloseWindow,
  deriveJobLabels,
  deriveLogService,
  deriveService,
  noteUnknownJobs,
  readProcessLog,
} from '../../src/sdk/index.ts';
import { compareJobs } from './compare-jobs.ts';
import { reportJobs } from './report.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.queued === undefined) {
      return ctx.notLookedFor('There are no queue times: which runs belong to the close is not known.');
    }
    if (log.ended === undefined && log.duration === undefined) {
      return ctx.notLookedFor('There are no ends and no durations: how long jobs take is not known.');
    }
    const service = await deriveService(ctx, log);
    const { leftOut, adjustable } = await deriveJobLabels(ctx, log);
    await noteUnknownJobs(ctx, log);
    const study = {
      ctx,
      queued: log.queued,
      service,
      logService: await deriveLogService(ctx, { service }),
      window: await deriveCloseWindow(ctx, log),
      leftOut,
      adjustable,
    };
    await reportJobs(study, await compareJobs(study));
  },
});
