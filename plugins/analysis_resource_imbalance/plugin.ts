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
import { compareServers } from './compare-servers.ts';
import { reportLoad } from './load.ts';
import { reportSlowServers } from './report.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.ended === undefined && log.duration === undefined) {
      return ctx.notLookedFor(
        'There are no ends and no durations: how long the work takes on each server is not known.',
      );
    }
    const service = await deriveService(ctx, log);
    const { leftOut } = await leaveOutside(ctx, log, await deriveJobLabels(ctx, log));
    await noteUnknownJobs(ctx, log);
    const study = { ctx, log, service, logService: await deriveLogService(ctx, { service }), leftOut };
    if (!(await reportLoad(study)))
      return ctx.notLookedFor('All runs share one server: nothing can be compared.');
    await reportSlowServers(study, await compareServers(study));
  },
});
