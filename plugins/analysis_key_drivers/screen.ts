import { type Context, type Level, MOST_HOPEFUL_P, plainColumnName } from '../../src/sdk/index.ts';
import type { Factor } from './factors.ts';
import { type Omnibus, omnibusOf } from './omnibus.ts';
import { type Segment, segmentOf } from './segments.ts';
import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';

/** A measure by a factor, with what the tests say. */
export interface Driver {
  readonly tally: Tally;
  readonly omnibus: Omnibus;
  /** The largest difference of a level from the others: P(larger) + P(equal) / 2 - 1/2. */
  readonly largest: number;
  /** Label in the ledger; undefined where it only serves to be held fixed. */
  readonly test: string | undefined;
}

/** A segment with its label in the ledger; none where the whole factor's test is the same. */
export interface TestedSegment {
  readonly segment: Segment;
  readonly test: string | undefined;
}

export const DRIVERS = 'key drivers';
export const SEGMENTS = 'segments of key drivers';

/**
 * Tests each measure by each factor. Of two measures, the earlier one is tested by bands of the later one, for the
 * other way round it is the same question; a stretch of time is no driver.
 */
export function screenDrivers(ctx: Context, tallies: readonly Tally[], settings: Settings): Driver[] {
  const order = [...new Set(tallies.map((tally) => tally.measure.measure.sqlName))];
  const isEarlier = ({ measure, factor }: Tally) =>
    order.indexOf(measure.measure.sqlName) < order.indexOf(factor.column);
  return tallies.flatMap((tally) => {
    const omnibus = omnibusOf(tally);
    if (omnibus === undefined) return [];
    const { factor } = tally;
    const bands = factor.kind === 'bands' && settings.numericBands && isEarlier(tally);
    const candidates = candidatesOf(tally, settings);
    const isTested = (factor.kind === 'category' || bands) && candidates.length > 0;
    const largest = Math.max(0, ...candidates.map((level) => Math.abs(superiorityOf(tally, level))));
    return [{ tally, omnibus, largest, test: isTested ? registered(ctx, tally, omnibus) : undefined }];
  });
}

function registered(ctx: Context, tally: Tally, omnibus: Omnibus): string {
  return ctx.test({
    family: DRIVERS,
    hypothesis: `${nameOfPair(ctx, tally)}: the levels do not differ`,
    statistic: { name: 'Kruskal–Wallis H', value: omnibus.statistic },
    p_value: omnibus.p_value,
    n: omnibus.n,
  });
}

export function nameOfPair(ctx: Context, { measure, factor }: Tally): string {
  const driver = plainColumnName(ctx, factor.column);
  const by = factor.kind === 'bands' ? `bands of ${driver}` : driver;
  return `${plainColumnName(ctx, measure.measure.sqlName)} by ${by}`;
}

/** Levels that can be segments: named, with enough rows on both sides. */
function candidatesOf(tally: Tally, settings: Settings): Level[] {
  const all = tally.measure.classes.n;
  return tally.factor.levels.filter((level) => {
    const rows = rowsOf(tally, level);
    return level.kind !== 'rest' && rows >= settings.minRows && all - rows >= settings.minRows;
  });
}

function rowsOf(tally: Tally, { code }: Level): number {
  return sumOf(tally.rows, tally, code);
}

function superiorityOf(tally: Tally, level: Level): number {
  const [rows, all] = [rowsOf(tally, level), tally.measure.classes.n];
  return ((sumOf(tally.shareSums, tally, level.code) / rows - 0.5) * all) / (all - rows);
}

function sumOf(values: Float64Array, { blocks }: Tally, code: number): number {
  let total = 0;
  for (let at = code * blocks * 2; at < (code + 1) * blocks * 2; at += 1) total += values[at] ?? 0;
  return total;
}

/** True where a driver may be reported: its test is hopeful, and some level differs by the smallest effect. */
export function isHopeful(driver: Driver, settings: Settings): boolean {
  return (
    driver.test !== undefined &&
    driver.omnibus.p_value <= MOST_HOPEFUL_P &&
    settings.smallestSuperiority.reaches(driver.largest)
  );
}

/**
 * Tests the levels of a hopeful driver against all other rows. A level is never surer than its driver, whose test
 * chose it: the larger of both p-values counts. Of two levels, only the one with the larger values is told.
 */
export function testSegments(ctx: Context, driver: Driver, settings: Settings): TestedSegment[] {
  const { tally, omnibus } = driver;
  const segments = candidatesOf(tally, settings)
    .map((level) => segmentOf(tally, level, settings.minRows))
    .filter((segment) => typeof segment !== 'string');
  if (omnibus.groups === 2) {
    const upper = segments.find(({ superiority }) => superiority.value > 0) ?? segments[0];
    return upper === undefined ? [] : [{ segment: upper, test: undefined }];
  }
  return segments.map((segment) => ({
    segment,
    test: ctx.test({
      family: SEGMENTS,
      hypothesis: `${nameOfPair(ctx, tally)}: ${segment.level.name} does not differ from the others`,
      statistic: { name: 'Brunner–Munzel t', value: segment.statistic },
      p_value: Math.max(segment.p_value, omnibus.p_value),
      n: segment.rows + segment.others,
      dependent: true,
    }),
  }));
}

/** A driver that explains less than this of the ranks can't be what makes a difference worth telling. */
const LEAST_EXPLAINED = 0.002;

/** The other drivers of a measure that explain most of it, to be held fixed. */
export function otherDrivers(driver: Driver, drivers: readonly Driver[], most: number): Factor[] {
  return drivers
    .filter(
      ({ tally }) =>
        tally.measure === driver.tally.measure && tally.factor.column !== driver.tally.factor.column,
    )
    .filter(({ omnibus }) => omnibus.explained >= LEAST_EXPLAINED)
    .toSorted((a, b) => b.omnibus.explained - a.omnibus.explained)
    .slice(0, most)
    .map(({ tally }) => tally.factor);
}
