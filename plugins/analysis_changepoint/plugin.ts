import { type Context, definePlugin, MOST_HOPEFUL_P } from '../../src/sdk/index.ts';
import { writeNearMisses } from './near-misses.ts';
import { type Plan, readPlan } from './plan.ts';
import { reportSeries, testPlaces } from './report-series.ts';
import { isWithModel, type Screened, screenSeries, type WithModel } from './screen.ts';
import { isClearlyThere, isHopeful } from './series-study.ts';
import { changesTogether, isOfJobs, type Placed, reportTogether } from './together.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const plan = await readPlan(ctx);
    if (plan === undefined) return;
    const screening = await screenSeries(plan);
    if (screening === undefined)
      return ctx.notLookedFor('No stretch of time is whole, or there is nothing to follow.');
    const changed = screening.all.filter(mayHaveChanged);
    const labels = new Map(changed.flatMap((one) => [...testPlaces(plan, one)]));
    const hopeful = changed.flatMap(hopefulOf);
    const together = plan.axis.width === 'day' ? changesTogether(hopeful) : [];
    for (const group of together) await reportTogether(plan, screening.frame, group, labels);
    const told = new Set(together.flatMap((group) => group.map(({ change }) => change)));
    for (const one of changed) {
      const left = hopefulOf(one).flatMap(({ change }) => (told.has(change) ? [] : [change]));
      if (left.length === 0) continue;
      const ofJobs = left.some((change) => isOfJobs({ one, change }, hopeful));
      await reportSeries(plan, screening.frame, { one, hopeful: left, ofJobs }, labels);
    }
    noteWhatIsNotTold(plan, changed);
    noteTooFewDays(plan, screening.all);
    await writeNearMisses(plan, screening.all, labels);
  },
});

function mayHaveChanged(one: Screened): one is WithModel {
  return isWithModel(one) && one.tested.test.p_value <= MOST_HOPEFUL_P;
}

function hopefulOf(one: WithModel): Placed[] {
  return one.tested.changes.filter(isHopeful).map((change) => ({ one, change }));
}

function noteWhatIsNotTold({ ctx }: Plan, changed: readonly WithModel[]): void {
  const steps = changed.flatMap(({ tested }) => tested.changes).filter(isClearlyThere);
  const left = steps.filter((change) => !isHopeful(change)).length;
  if (left === 0) return;
  ctx.note(
    `Steps of series that are not told, since days of the same part of the month, or of a short log hours of the week, before and after don’t show them (what begins or ends with the close or a weekend is no change): ${left}; near_misses.csv has them.`,
  );
}

function noteTooFewDays({ ctx }: Plan, all: readonly Screened[]): void {
  const few = all.filter(({ series, reason }) => reason !== undefined && series.condition !== undefined);
  if (few.length === 0) return;
  ctx.note(
    `Series with too few days that can be compared, outside of the close window and on days of the week with many runs: ${few.length} of ${all.length}.`,
  );
}
