import { type Context, definePlugin } from '../../src/sdk/index.ts';
import { chartWaits } from './charts.ts';
import { readDependants } from './dependants.ts';
import { noteBackwards, reportIncomplete } from './faults.ts';
import { reportGroups, writeTable } from './groups.ts';
import { reportOverall } from './overall.ts';
import { readQuantiles } from './quantiles.ts';
import { reportChaining, reportClose } from './scopes.ts';
import { beginStudy } from './study.ts';
import { ALL, readTotals } from './totals.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await beginStudy(ctx);
    if (study === undefined) return;
    await noteBackwards(study);
    await reportIncomplete(study);

    const totals = await readTotals(study);
    const all = totals.row({ dimension: ALL });
    if (all === undefined || totals.handle.number(all, 'waited_runs') === 0) {
      ctx.notLookedFor('No run has a wait that can be computed.');
      return;
    }
    const quantiles = await readQuantiles(study);
    const dependants = await readDependants(study);
    await reportOverall(study, totals, quantiles, dependants, await chartWaits(study));
    await writeTable(study, totals);
    if (totals.handle.number(all, 'over_runs') === 0) {
      ctx.note(
        'No run waited longer than the threshold, so that there is no over-threshold wait to share out.',
      );
      return;
    }
    await reportGroups(study, totals, quantiles, dependants);
    reportClose(study, totals);
    reportChaining(study, totals);
  },
});
