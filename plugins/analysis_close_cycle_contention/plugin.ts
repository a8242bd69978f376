import {
  type Context,
  definePlugin,
  deriveJobLabels,
  deriveLogService,
  deriveService,
  leaveOutside,
  noteUnknownJobs,
  readProcessLog,
} from '../../src/sdk/index.ts';
import { fitJobs } from './fit-jobs.ts';
import { readHours } from './hours.ts';
import { reportJobs } from './report.ts';
import { testJobs } from './test-jobs.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.ended === undefined && log.duration === undefined) {
      return ctx.notLookedFor('There are no ends and no durations: what ran beside what is not known.');
    }
    const service = await deriveService(ctx, log);
    const { leftOut, adjustable } = await leaveOutside(ctx, log, await deriveJobLabels(ctx, log));
    await noteUnknownJobs(ctx, log);
    const logService = await deriveLogService(ctx, { service });
    const study = { ctx, log, service, logService, leftOut, adjustable };
    const hours = await readHours(study);
    const fits = fitJobs(hours);
    if (fits.length === 0) {
      return ctx.notLookedFor(
        'No job runs on enough days of the close, for part of the hours, to see what it does to the others.',
      );
    }
    await reportJobs(study, hours, testJobs(study, fits));
  },
});
