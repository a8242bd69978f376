import { type Context, definePlugin, nearMissTable, tableView } from '../../src/sdk/index.ts';
import { measured } from './measured.ts';
import { reportJointly } from './multivariate.ts';
import { type Study, settingsOf } from './study.ts';
import { reportSingleMeasures } from './univariate.ts';
import { reportWithinGroups } from './within-groups.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const study = await open(ctx);
    if (study.measures.length === 0) return ctx.notLookedFor('No column is a measure.');
    const claimed = await reportSingleMeasures(study);
    await reportWithinGroups(study, claimed);
    await reportJointly(study, claimed);
    await ctx.artifact(nearMissTable(study.screened, ctx.coverage));
  },
});

async function open(ctx: Context): Promise<Study> {
  const view = await tableView(ctx);
  const settings = settingsOf(ctx);
  if (view.measures.length > settings.mostMeasures) {
    ctx.note(
      `Only the first ${settings.mostMeasures} of ${view.measures.length} measures are looked at (setting most_measures).`,
    );
  }
  const measures = view.measures.slice(0, settings.mostMeasures).map((measure) => measured(ctx, measure));
  return { ctx, view, measures, screened: [], middles: [], settings };
}
