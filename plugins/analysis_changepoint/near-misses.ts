import { MOST_HOPEFUL_P, nearMissTable, type ScreenedHypothesis } from '../../src/sdk/index.ts';
import type { Plan } from './plan.ts';
import type { PlaceLabels } from './report-series.ts';
import { hypothesisOf, type Screened } from './screen.ts';
import { type ClaimTest, type FoundChange, inSpreads, type TestedModel } from './series-study.ts';

/** Every series, and every change of those that have some, with what it lacks. */
export async function writeNearMisses(
  plan: Plan,
  screened: readonly Screened[],
  places: PlaceLabels,
): Promise<void> {
  const rows = screened.flatMap((one) => [seriesRow(plan, one), ...changeRows(plan, one, places)]);
  if (rows.length > 0) await plan.ctx.artifact(nearMissTable(rows, plan.ctx.coverage));
}

function seriesRow(plan: Plan, { series, tested, reason, label }: Screened): ScreenedHypothesis {
  const largest = tested?.changes.reduce((most, one) => Math.max(most, inSpreads(one)), 0) ?? null;
  return {
    hypothesis: `${hypothesisOf(plan, series.summary)}: no change`,
    n: series.values.length,
    estimate: largest,
    unit: plan.settings.study.smallestShift.unit,
    smallest_effect: plan.settings.study.smallestShift.value,
    p_value: tested?.test.p_value ?? null,
    reason: reason ?? (tested === undefined ? 'not tested' : reasonOfSeries(tested)),
    test: label,
  };
}

const OF_MEMORY = 'clearer than chance makes one, but no clearer than a memory that wanders does';

export function reasonOfSeries({ test, changes }: Pick<TestedModel, 'test' | 'changes'>): string {
  if (test.byPermutations > MOST_HOPEFUL_P) return 'no change is clearer than chance makes one';
  if (test.p_value > MOST_HOPEFUL_P) return OF_MEMORY;
  return changes.some(({ reachesSmallest }) => reachesSmallest)
    ? 'handed to the ledger'
    : 'smaller than what is of interest';
}

function changeRows(plan: Plan, { series, tested }: Screened, places: PlaceLabels): ScreenedHypothesis[] {
  return (tested?.changes ?? []).flatMap((change) => {
    if (change.test === undefined) return [];
    return {
      hypothesis: `${hypothesisOf(plan, series.summary)}: no change at its ${plan.axis.word} number ${change.at + 1}`,
      n: change.later.to - change.earlier.from,
      estimate: inSpreads(change),
      unit: plan.settings.study.smallestShift.unit,
      smallest_effect: plan.settings.study.smallestShift.value,
      p_value: change.test.p_value,
      reason: reasonOfChange(change.test, change),
      test: places.get(change),
    };
  });
}

function reasonOfChange(test: ClaimTest, { reachesSmallest, alike }: FoundChange): string {
  if (!reachesSmallest) return 'smaller than what is of interest';
  if (alike === 'none') return 'the same part of the month or week, outside of the close, does not show it';
  if (test.byPermutations > MOST_HOPEFUL_P) return 'no clearer between its neighbours than chance makes one';
  return test.p_value > MOST_HOPEFUL_P ? OF_MEMORY : 'handed to the ledger';
}
