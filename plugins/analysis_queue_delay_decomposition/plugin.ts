import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { labelChaining } from './chaining.ts';
import { chartWaits } from './charts.ts';
import { deriveClock, readLog } from './clock.ts';
import { reportBackwards, reportIncomplete } from './faults.ts';
import { reportGroups } from './groups.ts';
import { reportOverall } from './overall.ts';
import { readScopes, reportChaining, reportClose } from './scopes.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readLog(ctx);
    if (log === undefined) return;
    const clock = await deriveClock(ctx, log);
    const runs = await labelChaining(ctx);
    const study = { ctx, log, clock, runs };

    const scopes = await readScopes(study);
    await reportBackwards(study);
    await reportIncomplete(study);
    if (scopes.overWaits === 0n && scopes.waited === 0n) {
      ctx.note('No run has a wait that can be computed.');
      return;
    }
    await reportOverall(study, scopes, await chartWaits(study));
    if (scopes.overWaits === 0n) {
      ctx.note(
        'No run waited longer than the threshold, so that there is no over-threshold wait to share out.',
      );
      await reportGroups(study, false);
      return;
    }
    await reportGroups(study, true);
    reportClose(study, scopes);
    reportChaining(study, scopes);
  },
});
