import {
  type Context,
  definePlugin,
  rowBlocks,
  tableView,
  twoAtOnce,
  valueClasses,
} from '../../src/sdk/index.ts';
import { type CodedRows, codedRows } from './coded-rows.ts';
import { type Crossing, type CrossingRequest, crossRows } from './crossings.ts';
import { bandFactor, categoryFactors, type Factor, type MeasureClasses, periodFactor } from './factors.ts';
import { testPairs } from './interactions.ts';
import { writeNearMisses } from './near-misses.ts';
import { report } from './report.ts';
import { type Driver, isHopeful, otherDrivers, screenDrivers, testSegments } from './screen.ts';
import { readSettings, type Settings } from './settings.ts';
import { classesFor, type Tally, tallyRows } from './tally.ts';
import { tellAll } from './tell.ts';

export default definePlugin({
  async analyze(ctx: Context) {
    const settings = readSettings(ctx);
    const table = await readTable(ctx, settings);
    if (table === undefined) return;
    const { tallies, coded } = table;
    const drivers = screenDrivers(ctx, tallies, settings);
    const hopeful = drivers.filter((driver) => isHopeful(driver, settings));
    const tested = new Map(hopeful.map((driver) => [driver, testSegments(ctx, driver, settings)]));
    const crossings = await crossRows(coded, crossingsOf(hopeful, drivers, settings));
    const pairs = testPairs(ctx, categoryPairs(crossings, hopeful), drivers, settings);
    const told = tellAll(drivers, hopeful, tested, crossings, settings);
    await report(ctx, told, pairs, settings);
    await writeNearMisses(ctx, { drivers, tested, told, pairs, settings });
  },
});

/** The rows, and their counts by every measure and factor. */
interface Table {
  readonly coded: CodedRows;
  readonly tallies: readonly Tally[];
}

/** Counts of all rows by every measure and factor; none, with the reason as a note, where there is nothing to compare. */
async function readTable(ctx: Context, settings: Settings): Promise<Table | undefined> {
  const view = await tableView(ctx);
  const measures = limited(ctx, view.measures, settings.maxMeasures, 'measures');
  const names = limited(ctx, view.categories, settings.maxCategories, 'categories');
  if (measures.length === 0) {
    ctx.notLookedFor('No column is a measure.');
    return undefined;
  }
  const most = classesFor(measures.length * (measures.length + names.length + 1), settings.maxLevels);
  const [blocks, categories, classes] = await Promise.all([
    rowBlocks(ctx, view.time),
    categoryFactors(ctx, names, settings),
    twoAtOnce(
      measures,
      async (measure): Promise<MeasureClasses> => ({
        measure,
        classes: await valueClasses(ctx, measure.sqlName, most),
      }),
    ),
  ]);
  const bands = classes.map((one) => bandFactor(one, ctx.rowCount)).filter((band) => band !== undefined);
  const isTimed = view.time !== undefined && blocks.by === 'time';
  const periods = isTimed ? [periodFactor(view.time ?? '', blocks)] : [];
  const factors: Factor[] = [...categories.filter(({ levels }) => levels.length > 1), ...bands, ...periods];
  if (!isTimed)
    ctx.note('Rows are taken as independent of each other: there is no time that makes blocks of them.');
  const units = isTimed ? blocks : undefined;
  const varying = classes.filter(({ classes: { cuts } }) => cuts.length > 1);
  const coded = codedRows(ctx, view, units, varying, factors);
  return { coded, tallies: await tallyRows(coded, view.halves.by, units, varying, factors) };
}

function limited<T>(ctx: Context, all: readonly T[], most: number, what: string): readonly T[] {
  if (all.length > most)
    ctx.note(`Of ${all.length} ${what}, the first ${most} in the order of the table are looked at.`);
  return all.slice(0, most);
}

/** Which other drivers are held fixed for which; two hopeful categories of one measure are crossed, too. */
function crossingsOf(
  hopeful: readonly Driver[],
  drivers: readonly Driver[],
  settings: Settings,
): CrossingRequest[] {
  return hopeful.flatMap((driver) =>
    otherDrivers(driver, drivers, settings.otherDrivers).map((second) => ({ tally: driver.tally, second })),
  );
}

/** Crossings of two hopeful categories, each pair once. */
function categoryPairs(crossings: readonly Crossing[], hopeful: readonly Driver[]): Crossing[] {
  const isHopefulFactor = (measure: MeasureClasses, factor: Factor) =>
    hopeful.some(({ tally }) => tally.measure === measure && tally.factor === factor);
  return crossings.filter(
    ({ measure, first, second }, i) =>
      first.kind === 'category' &&
      second.kind === 'category' &&
      isHopefulFactor(measure, second) &&
      !crossings.slice(0, i).some((c) => c.measure === measure && c.first === second && c.second === first),
  );
}
