import { type Context, definePlugin, nearMissTable, readCaseSteps } from '../../src/sdk/index.ts';
import { readFeatures } from './features.ts';
import { nearMisses, report } from './report.ts';
import { pick, testFeatures } from './screen.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const steps = await readCaseSteps(ctx);
    if (steps === undefined) return;
    const study = { ctx, steps };
    const { handle, features } = await readFeatures(study);
    if (features.length === 0) {
      ctx.notLookedFor('No kind of case has enough cases both with and without a step: nothing is compared.');
      return;
    }
    const tested = testFeatures(study, features);
    const told = pick(study, tested);
    if (told.length === 0)
      ctx.note(
        `Nothing that cases do or don't goes with a difference in how long they take that is large enough: ${tested.length} such things were tested.`,
      );
    for (const one of told) await report(study, handle, one, tested);
    await ctx.artifact(nearMissTable(nearMisses(study, tested, told), ctx.coverage));
  },
});
