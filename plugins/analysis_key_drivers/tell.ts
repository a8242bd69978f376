import type { Crossing } from './crossings.ts';
import { sameRows, type Within, weakestWithin } from './guard.ts';
import type { Driver, TestedSegment } from './screen.ts';
import type { Settings } from './settings.ts';

/** A segment with what is left of it where another driver is held fixed. */
export interface GuardedSegment extends TestedSegment {
  readonly within: Within | undefined;
  /** Whether there are other drivers at all. */
  readonly hasOthers: boolean;
}

/** What is told of one measure by one factor. */
export interface Told {
  readonly driver: Driver;
  /** Those that reach the smallest effect, the most telling first. */
  readonly segments: readonly GuardedSegment[];
  /** Those that are not told, for a better driver has a level with nearly the same rows: which. */
  readonly repeated: ReadonlyMap<TestedSegment, string>;
  readonly tested: number;
}

/** Decides what is told of each hopeful driver. */
export function tellAll(
  drivers: readonly Driver[],
  hopeful: readonly Driver[],
  tested: ReadonlyMap<Driver, readonly TestedSegment[]>,
  crossings: readonly Crossing[],
  settings: Settings,
): Told[] {
  return hopeful.map((driver) =>
    tellOf(driver, tested.get(driver) ?? [], { drivers, hopeful, crossings, settings }),
  );
}

interface Known {
  /** All, also those that are only held fixed. */
  readonly drivers: readonly Driver[];
  readonly hopeful: readonly Driver[];
  readonly crossings: readonly Crossing[];
  readonly settings: Settings;
}

function tellOf(
  driver: Driver,
  segments: readonly TestedSegment[],
  { drivers, hopeful, crossings, settings }: Known,
): Told {
  const { tally, omnibus } = driver;
  const others = crossings
    .filter((c) => c.measure === tally.measure && c.first === tally.factor)
    .map((crossing) => ({ crossing, explained: explainedBy(drivers, crossing) }));
  const better = others.filter(
    ({ crossing, explained }) =>
      explained > omnibus.explained &&
      hopeful.some(
        (other) => other.tally.measure === crossing.measure && other.tally.factor === crossing.second,
      ),
  );
  const large = segments.filter(({ segment }) =>
    settings.smallestSuperiority.reaches(segment.superiority.value),
  );
  const repeated = new Map<TestedSegment, string>();
  for (const one of large) {
    const same = better
      .map(({ crossing }) => sameRows(one.segment, crossing))
      .find((found) => found !== undefined);
    if (same !== undefined) repeated.set(one, same);
  }
  const guarded = large
    .filter((one) => !repeated.has(one))
    .map((one): GuardedSegment => {
      const within = weakestWithin(one.segment, others, {
        ...omnibus,
        explainedBelow: settings.explainedBelow,
      });
      return { ...one, within, hasOthers: others.length > 0 };
    })
    .toSorted((a, b) => weightOf(b) - weightOf(a) || a.segment.level.code - b.segment.level.code);
  return { driver, segments: guarded, repeated, tested: segments.length };
}

/** How much of the measure the second factor of a crossing explains. */
function explainedBy(drivers: readonly Driver[], { measure, second }: Crossing): number {
  const driver = drivers.find(({ tally }) => tally.measure === measure && tally.factor === second);
  return driver?.omnibus.explained ?? 0;
}

/** How much of the variance of ranks a segment makes: its difference, squared, for as many rows as it parts. */
export function weightOf({ segment }: TestedSegment): number {
  return segment.superiority.value ** 2 * segment.rows * (segment.others / (segment.rows + segment.others));
}
