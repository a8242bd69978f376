import { definePlugin } from '../../src/sdk/index.ts';
import { readSchedules } from './read-schedules.ts';
import { noteUnseen, reportJobs, reportOverall, writeTable } from './report.ts';
import { beginStudy } from './study.ts';

export default definePlugin({
  async analyze(ctx) {
    const study = await beginStudy(ctx);
    if (study === undefined) return;
    const schedules = await readSchedules(study);
    await noteUnseen(study, schedules);
    if (schedules.byTheClock.length === 0) {
      ctx.note(
        'No job runs by the clock: of none are enough gaps between ticks nearly alike (settings smallest_regular_percent, fewest_ticks).',
      );
      return;
    }
    await reportOverall(study, schedules);
    await reportJobs(study, schedules);
    await writeTable(study, schedules);
  },
});
