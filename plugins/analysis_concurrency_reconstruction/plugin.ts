import {
  type Context,
  definePlugin,
  deriveIntervals,
  deriveJobLabels,
  deriveOccupancy,
  leaveOutside,
  noteUnknownJobs,
  readProcessLog,
  readSpan,
  readWholeLog,
} from '../../src/sdk/index.ts';
import { reportCapacity } from './capacity.ts';
import { chartLog } from './charts.ts';
import { reportJobCaps } from './job-caps.ts';
import { reportServers } from './servers.ts';
import { readWhole } from './whole-log.ts';
import { reportWhole } from './whole-report.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const log = readProcessLog(ctx);
    if (log === undefined) return;
    if (log.ended === undefined && log.duration === undefined) {
      return ctx.notLookedFor(
        'There are no ends and no durations: what ran at once is not known, and is not guessed.',
      );
    }
    const intervals = await deriveIntervals(ctx, log);
    const labels = await leaveOutside(ctx, log, await deriveJobLabels(ctx, log));
    const occupancy = await deriveOccupancy(ctx, log, intervals, labels);
    await noteUnknownJobs(ctx, log);

    const span = await readSpan(ctx, occupancy);
    const [first, last] = [span.bigint(0, 'first_us'), span.bigint(0, 'last_us')];
    if (first === null || last === null) return ctx.notLookedFor('No run has both a start and a later end.');
    const handle = await readWholeLog(ctx, occupancy, [first, last]);
    const whole = readWhole(handle, last - first);
    const study = { ctx, log, occupancy, adjustable: labels.adjustable, span, whole };
    await reportWhole(study, chartLog(study));
    const servers = await reportServers(study);
    if (whole.slots === undefined) {
      return ctx.notLookedFor(
        'No run waited longer than the threshold: how many could run at once was never put to the test.',
        { kinds: ['capacity', 'job_cap'] },
      );
    }
    await reportCapacity(study, whole.slots, servers);
    await reportJobCaps(study);
  },
});
