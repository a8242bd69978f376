import { MOST_HOPEFUL_P, nearMissTable, type ScreenedHypothesis } from '../../src/sdk/index.ts';
import type { Plan } from './plan.ts';
import { hypothesisOf, type Screened } from './screen.ts';

/** Every series, and every change of those that have some, with what it lacks. */
export async function writeNearMisses(plan: Plan, screened: readonly Screened[]): Promise<void> {
  const rows = screened.flatMap((one) => [seriesRow(plan, one), ...changeRows(plan, one)]);
  if (rows.length > 0) await plan.ctx.artifact(nearMissTable(rows));
}

function seriesRow(plan: Plan, { series, tested, reason }: Screened): ScreenedHypothesis {
  const largest = tested?.changes.reduce((most, one) => Math.max(most, departureIn(one)), 0) ?? null;
  return {
    hypothesis: `${hypothesisOf(plan, series.summary)}: no change`,
    n: series.values.length,
    estimate: largest,
    unit: 'standard deviations within segments',
    smallest_effect: plan.settings.study.smallestShift,
    p_value: tested?.test.p_value ?? null,
    reason: reason ?? (tested === undefined ? 'not tested' : reasonOfSeries(tested)),
  };
}

function reasonOfSeries({ test, changes }: NonNullable<Screened['tested']>): string {
  if (test.p_value > MOST_HOPEFUL_P) return 'no change is clearer than chance makes one';
  return changes.some(({ reachesSmallest }) => reachesSmallest)
    ? 'handed to the ledger'
    : 'smaller than what is of interest';
}

function changeRows(plan: Plan, { series, tested }: Screened): ScreenedHypothesis[] {
  return (tested?.changes ?? []).flatMap((change) => {
    if (change.test === undefined) return [];
    return {
      hypothesis: `${hypothesisOf(plan, series.summary)}: no change at its ${plan.axis.word} number ${change.at + 1}`,
      n: change.later.to - change.earlier.from,
      estimate: departureIn(change),
      unit: 'standard deviations within segments',
      smallest_effect: plan.settings.study.smallestShift,
      p_value: change.test.p_value,
      reason: reasonOfChange(change.test.p_value, change.reachesSmallest),
    };
  });
}

function reasonOfChange(p: number, reachesSmallest: boolean): string {
  if (!reachesSmallest) return 'smaller than what is of interest';
  return p > MOST_HOPEFUL_P
    ? 'no clearer between its neighbours than chance makes one'
    : 'handed to the ledger';
}

/** In standard deviations within the segments; as many as a double holds where they have none. */
function departureIn({ departure, spread }: { departure: number; spread: number }): number {
  return spread > 0 ? departure / spread : departure > 0 ? Number.MAX_VALUE : 0;
}
