import {
  type Context,
  definePlugin,
  deriveJobLabels,
  deriveService,
  leaveOutside,
  noteUnknownJobs,
  readProcessLog,
} from '../../src/sdk/index.ts';
import { reportPressure } from './pressure.ts';
import { reportRolls } from './rolls.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.queued === undefined) {
      return ctx.notLookedFor('There are no queue times: when the close is worked is not known.');
    }
    const service = await deriveService(ctx, log);
    const { leftOut } = await leaveOutside(ctx, log, await deriveJobLabels(ctx, log));
    await noteUnknownJobs(ctx, log);
    const study = { ctx, queued: log.queued, service, leftOut };
    await reportRolls(study);
    await reportPressure(study);
  },
});
