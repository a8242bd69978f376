import { beginWaitStudy, definePlugin } from '../../src/sdk/index.ts';
import { FEWEST_WEEKS, measureGaps } from './measure-gaps.ts';
import { readLeads } from './read-cohorts.ts';
import { reportGaps } from './report.ts';

export default definePlugin({
  async analyze(ctx) {
    const study = await beginWaitStudy(ctx);
    if (study === undefined) return;
    const leads = await readLeads(study);
    const gaps = leads === undefined ? [] : measureGaps(leads);
    if (leads === undefined || gaps.length === 0) {
      ctx.notLookedFor(
        `No job that can be changed has two cohorts with enough runs in even and in odd weeks, ${FEWEST_WEEKS} of each at least.`,
      );
      return;
    }
    await reportGaps(study, leads, gaps);
  },
});
