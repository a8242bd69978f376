import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { reportBackwards } from './backwards.ts';
import { findClock, reportClockChange } from './clock-change.ts';
import { reportEarlyDependants } from './dependants.ts';
import { reportDurations } from './durations.ts';
import { reportOutside } from './outside.ts';
import { beginStudy } from './study.ts';
import { reportZeroLength } from './zero-length.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginStudy(ctx);
    if (study === undefined) return;
    const clock = await findClock(study);
    await reportBackwards(study, clock);
    await reportEarlyDependants(study);
    await reportOutside(study);
    await reportDurations(study);
    await reportZeroLength(study);
    await reportClockChange(study, clock);
  },
});
