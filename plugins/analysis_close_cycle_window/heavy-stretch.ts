import { exp, jackknife, ln, permutationTest, type RandomStream } from '../../src/sdk/index.ts';

/** A day of the log. */
export interface LoadDay {
  readonly month: string;
  readonly day: number;
  /** Service time asked for on the day, over the mean of its weekday. */
  readonly load: number;
}

/** Days of the month, bounds included; it may wrap round the month end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const LONGEST = 31;
/** Fewest days of the month in a stretch, and outside of it. */
const SHORTEST = 5;

const DRAWS = 9999;
const ENOUGH_HITS = 20;

export function isIn(day: number, { from, to }: Stretch): boolean {
  return from <= to ? day >= from && day <= to : day >= from || day <= to;
}

/** Days of the month that lie in one of the two stretches alone. */
export function daysApart(a: Stretch, b: Stretch): number {
  return Array.from({ length: LONGEST }, (_, i) => i + 1).filter((day) => isIn(day, a) !== isIn(day, b))
    .length;
}

/** The stretch of the month with the largest sum of load above the mean. */
export function heaviestStretch(days: readonly LoadDay[]): Stretch {
  return heaviestOf(sumOf(excessByMonth(days))).stretch;
}

/**
 * Whether the months have their load in the same part, whichever that is: the excess of the heaviest stretch against that
 * of the heaviest where each month is turned by a number of days of its own, which keeps what is together in a month
 * together (a null of the maximum).
 */
export function testHeaviest(days: readonly LoadDay[], random: RandomStream) {
  const months = excessByMonth(days);
  const observed = heaviestOf(sumOf(months)).excess;
  const draw = () => heaviestOf(sumOf(months, () => random.integer(LONGEST))).excess;
  return {
    observed,
    ...permutationTest({ observed, draw, draws: DRAWS, stopAfterHits: ENOUGH_HITS }),
  };
}

/** Load per day within a stretch over that outside of it; undefined where one of them has no days. */
export function ratioIn(days: readonly LoadDay[], stretchOf: (day: LoadDay) => Stretch): number | undefined {
  const mean = (some: readonly LoadDay[]) => some.reduce((sum, { load }) => sum + load, 0) / some.length;
  const inside = days.filter((one) => isIn(one.day, stretchOf(one)));
  const ratio = mean(inside) / mean(days.filter((one) => !inside.includes(one)));
  return Number.isFinite(ratio) ? ratio : undefined;
}

/** A ratio with its interval. */
export interface RatioOfOthers {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export const RATIO_LEVEL = 0.95;
const WEEK = 7;

/**
 * The ratio of each month in the stretch that the other months give: not raised by having been chosen. Its interval is by
 * a jackknife of weeks on the logarithm, the stretches as they are; undefined where there is no ratio or no error.
 */
export function ratioOfOthers(days: readonly LoadDay[]): RatioOfOthers | undefined {
  const byMonth = new Map(
    [...new Set(days.map(({ month }) => month))].map((month) => [
      month,
      heaviestStretch(days.filter((one) => one.month !== month)),
    ]),
  );
  const stretchOf = ({ month }: LoadDay) => byMonth.get(month) ?? { from: 1, to: SHORTEST };
  const weeks = [...Map.groupBy(days.keys(), (i) => Math.floor(i / WEEK)).values()].map((places) =>
    places.flatMap((i) => days[i] ?? []),
  );
  const found = jackknife(weeks, (some) => ln(ratioIn(some.flat(), stretchOf) ?? Number.NaN));
  const { low, high } = found.interval(RATIO_LEVEL);
  const ratio = ratioIn(days, stretchOf);
  return ratio === undefined || !Number.isFinite(low) ? undefined : { ratio, low: exp(low), high: exp(high) };
}

/** Per month, load less the mean of all days, by day of the month; 0 for days that it does not have. */
function excessByMonth(days: readonly LoadDay[]): Float64Array[] {
  const mean = days.reduce((sum, { load }) => sum + load, 0) / days.length;
  const months = new Map<string, Float64Array>();
  for (const { month, day, load } of days) {
    const excess = months.get(month) ?? new Float64Array(LONGEST);
    excess[day - 1] = (excess[day - 1] ?? 0) + load - mean;
    months.set(month, excess);
  }
  return [...months.values()];
}

function sumOf(months: readonly Float64Array[], turnOf: () => number = () => 0): Float64Array {
  const sum = new Float64Array(LONGEST);
  for (const month of months) {
    const turn = turnOf();
    for (let day = 0; day < LONGEST; day += 1)
      sum[day] = (sum[day] ?? 0) + (month[(day + turn) % LONGEST] ?? 0);
  }
  return sum;
}

function heaviestOf(excess: Float64Array): { readonly stretch: Stretch; readonly excess: number } {
  let stretch: Stretch = { from: 1, to: SHORTEST };
  let most = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < LONGEST; from += 1) {
    let sum = 0;
    for (let length = 1; length <= LONGEST - SHORTEST; length += 1) {
      sum += excess[(from + length - 1) % LONGEST] ?? 0;
      if (length >= SHORTEST && sum > most + 1e-9) {
        most = sum;
        stretch = { from: from + 1, to: ((from + length - 1) % LONGEST) + 1 };
      }
    }
  }
  return { stretch, excess: most };
}
