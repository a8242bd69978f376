import { type Context, MOST_HOPEFUL_P, nearMissTable, type ScreenedHypothesis } from '../../src/sdk/index.ts';
import { nameOfCrossing, type TestedPair } from './interactions.ts';
import { type Driver, nameOfPair, type TestedSegment } from './screen.ts';
import type { Settings } from './settings.ts';
import type { Told } from './tell.ts';

/** Everything that was tested. */
export interface Screened {
  readonly drivers: readonly Driver[];
  readonly tested: ReadonlyMap<Driver, readonly TestedSegment[]>;
  readonly told: readonly Told[];
  readonly pairs: readonly TestedPair[];
  readonly settings: Settings;
}

/** Writes what was tested and how far it was from being reported. */
export async function writeNearMisses(ctx: Context, screened: Screened): Promise<void> {
  const { drivers, tested, settings } = screened;
  const rows = [
    ...drivers.filter(({ test }) => test !== undefined).map((driver) => driverRow(ctx, driver, settings)),
    ...[...tested].flatMap(([driver, segments]) =>
      segments.map((one) => segmentRow(ctx, driver, one, screened)),
    ),
    ...screened.pairs.map((pair) => pairRow(ctx, pair, settings)),
  ];
  await ctx.artifact(nearMissTable(rows, ctx.coverage));
}

function driverRow(ctx: Context, driver: Driver, settings: Settings): ScreenedHypothesis {
  const { unit, value: smallest_effect } = settings.smallestSuperiority;
  const { p_value, n } = driver.omnibus;
  const reason = reasonOf(settings.smallestSuperiority.reaches(driver.largest), p_value);
  return {
    hypothesis: nameOfPair(ctx, driver.tally),
    n,
    estimate: driver.largest,
    unit,
    smallest_effect,
    p_value,
    reason,
    test: driver.test,
  };
}

function segmentRow(
  ctx: Context,
  driver: Driver,
  tested: TestedSegment,
  { told, settings }: Screened,
): ScreenedHypothesis {
  const { segment, test } = tested;
  const same = told.find((one) => one.driver === driver)?.repeated.get(tested);
  const { unit, value: smallest_effect } = settings.smallestSuperiority;
  const p_value =
    test === undefined ? driver.omnibus.p_value : Math.max(segment.p_value, driver.omnibus.p_value);
  return {
    hypothesis: `${nameOfPair(ctx, driver.tally)}: ${segment.level.name}`,
    n: segment.rows + segment.others,
    estimate: segment.superiority.value,
    unit,
    smallest_effect,
    p_value,
    test: test ?? driver.test,
    reason:
      same === undefined
        ? reasonOf(settings.smallestSuperiority.reaches(segment.superiority.value), p_value)
        : `nearly the same rows as ${same}`,
  };
}

function pairRow(ctx: Context, { interaction, test }: TestedPair, settings: Settings): ScreenedHypothesis {
  const { unit, value: smallest_effect } = settings.smallestInteraction;
  const { p_value, n } = interaction;
  return {
    hypothesis: nameOfCrossing(ctx, interaction.crossing),
    n,
    estimate: interaction.ranks.value,
    unit,
    smallest_effect,
    p_value,
    reason: reasonOf(settings.smallestInteraction.reaches(interaction.ranks.value), p_value),
    test,
  };
}

function reasonOf(isLarge: boolean, p: number): string {
  if (p > MOST_HOPEFUL_P) return 'the test is not hopeful';
  return isLarge ? 'reported, if the ledger keeps it' : 'below the smallest effect of interest';
}
