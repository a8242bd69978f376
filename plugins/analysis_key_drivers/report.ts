import { type Context, twoAtOnce } from '../../src/sdk/index.ts';
import { chartDriver } from './charts.ts';
import { reportExplained } from './explained.ts';
import type { MeasureClasses } from './factors.ts';
import { reportDriver } from './findings.ts';
import { groupOf, isHopefulPair, reportPair, type TestedPair } from './interactions.ts';
import type { Settings } from './settings.ts';
import { showGroups } from './shown.ts';
import type { Told } from './tell.ts';

const MOST_CHARTS = 6;

/** Findings on all drivers and pairs, measure by measure; one query shows all groups of a measure. */
export async function report(
  ctx: Context,
  told: readonly Told[],
  pairs: readonly TestedPair[],
  settings: Settings,
): Promise<void> {
  const hopefulPairs = pairs.filter((pair) => isHopefulPair(pair, settings));
  const measures = [...new Set(told.map(({ driver }) => driver.tally.measure))];
  const tellable = measures
    .map((measure) => tellableOf(measure, told, hopefulPairs))
    .filter(({ groups }) => groups.length > 0);
  const shownOf = await twoAtOnce(tellable, ({ measure, groups }) =>
    showGroups(ctx, measure.measure, groups),
  );
  let charts = 0;
  for (const [m, { own, ownPairs, pairGroups }] of tellable.entries()) {
    const shown = shownOf[m];
    if (shown === undefined) continue;
    for (const one of own) {
      const holds = one.segments.some(({ within }) => (within?.verdict ?? 'holds') === 'holds');
      if (holds) charts += 1;
      const chart = holds && charts <= MOST_CHARTS ? [chartDriver(ctx, one.driver, shown, charts)] : [];
      reportDriver(ctx, one, shown, settings, chart);
    }
    reportExplained(ctx, own, shown, settings);
    for (const [i, pair] of ownPairs.entries()) reportPair(ctx, pair, pairGroups[i] ?? [], shown);
  }
}

/** What there is to tell of one measure, and the groups of rows that it is about. */
function tellableOf(measure: MeasureClasses, told: readonly Told[], hopefulPairs: readonly TestedPair[]) {
  const own = told.filter(({ driver, segments }) => driver.tally.measure === measure && segments.length > 0);
  const ownPairs = hopefulPairs.filter(({ interaction }) => interaction.crossing.measure === measure);
  const levels = own.flatMap(({ driver, segments }) =>
    segments.map(({ segment }) => [{ factor: driver.tally.factor, level: segment.level }]),
  );
  const pairGroups = ownPairs.map(({ interaction }) => groupOf(interaction));
  return { measure, own, ownPairs, pairGroups, groups: [...levels, ...pairGroups] };
}
