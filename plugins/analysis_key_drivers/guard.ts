import { type GroupSummary, stratifiedDifference } from '../../src/sdk/index.ts';
import { type Cell, type Crossing, momentsOfCell, type Scale, strataOf } from './crossings.ts';
import type { Factor } from './factors.ts';
import { type Difference, LEVEL, type Segment } from './segments.ts';

/** What becomes of a difference within the levels of another driver. */
export type Verdict = 'holds' | 'explained' | 'reversed';

/** A segment's difference within the levels of another driver. */
export interface Within {
  readonly other: Factor;
  readonly verdict: Verdict;
  /** True where less is left, but the other driver explains less of the measure than the segment's own. */
  readonly entangled: boolean;
  /** The share of the difference of all rows that is left, of mean ranks or of means: below 0 where it turns round. */
  readonly left: number;
  readonly means: Difference;
  /** The difference of mean ranks, as a share of all rows: what `superiority` is over all rows. */
  readonly ranks: Difference;
  /** Levels of the other driver in which both sides have rows, and those where the difference is the other way round. */
  readonly strata: number;
  readonly reversedStrata: number;
}

const FEWEST_ROWS = 5;
/** So many of a segment's rows must lie where there are others, too; to turn a claim round, so many of all others. */
const HALF = 0.5;
/** Others to compare with, for each row of the segment. */
const FEWEST_OTHERS = 0.25;

/** A driver that can be held fixed, and how much of the measure it explains. */
export interface OtherDriver {
  readonly crossing: Crossing;
  readonly explained: number;
}

/** What decides about a segment, besides its own rows. */
export interface GuardSettings {
  readonly explainedBelow: number;
  /** Of the segment's own driver. */
  readonly explained: number;
  readonly designEffect: number;
}

/**
 * Simpson's guard: of all other drivers that can be held fixed, the one that leaves least of a segment's difference.
 * Only a driver that explains more of the measure can take a difference over or turn it round: of two that go
 * together, each would else be explained by the other. Undefined where there is none.
 */
export function weakestWithin(
  segment: Segment,
  others: readonly OtherDriver[],
  settings: GuardSettings,
): Within | undefined {
  return others
    .map((other) => within(segment, other, settings))
    .filter((one) => one !== undefined)
    .reduce<Within | undefined>(
      (worst, one) => (worst === undefined || isWorse(one, worst) ? one : worst),
      undefined,
    );
}

const SEVERITY: Readonly<Record<Verdict, number>> = { holds: 0, explained: 1, reversed: 2 };

function isWorse(a: Within, b: Within): boolean {
  const severity = (one: Within) => SEVERITY[one.verdict] + (one.entangled ? 0.5 : 0);
  return severity(a) > severity(b) || (severity(a) === severity(b) && a.left < b.left);
}

function within(
  segment: Segment,
  { crossing, explained }: OtherDriver,
  settings: GuardSettings,
): Within | undefined {
  const strata = strataOf(crossing, segment.level.code).filter(
    ({ level, others }) => level.n >= FEWEST_ROWS && others.n >= FEWEST_ROWS,
  );
  const covered = strata.reduce((sum, { level }) => sum + level.n, 0);
  const coveredOthers = strata.reduce((sum, { others }) => sum + others.n, 0);
  const isComparable = covered >= HALF * segment.rows && coveredOthers >= FEWEST_OTHERS * covered;
  if (strata.length < 2 || !isComparable) return undefined;
  const ranks = stratified(strata, 'shares', settings.designEffect);
  const means = stratified(strata, 'values', settings.designEffect);
  const naive = Math.sign(segment.superiority.value);
  const left = leftOf(segment, ranks, means);
  const reversedStrata = strata.filter(
    (stratum) => Math.sign(difference(stratum, 'shares')) === -naive,
  ).length;
  const turnsRound = isOn(ranks, -naive) && isOn(means, -naive) && reversedStrata > HALF * strata.length;
  const isReversed = turnsRound && coveredOthers >= HALF * segment.others;
  const verdict = isReversed ? 'reversed' : left < settings.explainedBelow ? 'explained' : 'holds';
  const isStronger = explained > settings.explained;
  return {
    other: crossing.second,
    verdict: isStronger ? verdict : 'holds',
    entangled: !isStronger && verdict !== 'holds',
    left,
    means,
    ranks,
    strata: strata.length,
    reversedStrata,
  };
}

/** The smaller share of ranks and of means; means count only where their difference over all rows is none of chance. */
function leftOf({ superiority, means: naive }: Segment, ranks: Difference, means: Difference): number {
  const ofRanks = ranks.value / superiority.value;
  const isClear = isOn(naive, 1) || isOn(naive, -1);
  return isClear ? Math.min(ofRanks, means.value / naive.value) : ofRanks;
}

/** True where a whole interval has this sign. */
function isOn({ low, high }: Difference, sign: number): boolean {
  return sign > 0 ? low > 0 : high < 0;
}

function difference({ level, others }: Stratum, scale: Scale): number {
  return momentsOfCell(level, scale).mean - momentsOfCell(others, scale).mean;
}

const NEARLY_THE_SAME = 0.95;

/** The level of the other factor that has nearly the same rows, or nearly all others, as `Column = level`. */
export function sameRows({ level }: Segment, { cells, first, second }: Crossing): string | undefined {
  const width = second.levels.length;
  const rows = (one: number, other: number) => cells[one * width + other]?.n ?? 0;
  const own = second.levels.reduce((sum, { code }) => sum + rows(level.code, code), 0);
  const all = cells.reduce((sum, { n }) => sum + n, 0);
  for (const { code, kind, name } of second.levels) {
    const [shared, theirs] = [
      rows(level.code, code),
      first.levels.reduce((sum, one) => sum + rows(one.code, code), 0),
    ];
    if (kind === 'rest') continue;
    if (overlap(shared, own, theirs) >= NEARLY_THE_SAME) return `${second.column} = ${name}`;
    if (overlap(own - shared, own, all - theirs) >= NEARLY_THE_SAME)
      return `all but ${second.column} = ${name}`;
  }
  return undefined;
}

/** Rows in both over rows in either (Jaccard). */
function overlap(shared: number, one: number, other: number): number {
  return shared / (one + other - shared);
}

interface Stratum {
  readonly level: Cell;
  readonly others: Cell;
}

/** The mean of the differences within strata, with its interval, which a design effect widens. */
export function stratified(strata: readonly Stratum[], scale: Scale, designEffect: number): Difference {
  const found = stratifiedDifference(
    strata.map(({ level, others }, i) => ({
      stratum: String(i),
      inGroup: summaryOf(level, scale),
      rest: summaryOf(others, scale),
    })),
  );
  const { low, high } = found.interval(LEVEL);
  const wider = Math.sqrt(designEffect);
  const value = found.difference;
  return { value, low: value - wider * (value - low), high: value + wider * (high - value) };
}

function summaryOf(cell: Cell, scale: Scale): GroupSummary {
  return { n: cell.n, ...momentsOfCell(cell, scale) };
}
