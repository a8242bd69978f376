import {
  differenceOfProportions,
  type HalfResult,
  type Interval,
  jackknife,
  type QueryHandle,
  type Replication,
  replicates,
  type SmallestEffect,
  smallestEffect,
} from '../../src/sdk/index.ts';
import type { Study } from './study.ts';

/** A job's share of failed tries against that of all other jobs. */
export interface ComparedJob {
  /** Row of the tries. */
  readonly row: number;
  readonly name: string;
  readonly n: number;
  /** In percentage points. */
  readonly difference: number;
  readonly interval: Interval;
  readonly p_value: number;
  readonly first: number | null;
  readonly second: number | null;
  readonly replication: Replication;
  readonly test: string;
}

/** Tries of a job in one week in which it ran, and those of all other jobs in that week. */
interface Week {
  readonly tries: number;
  readonly failed: number;
  readonly otherTries: number;
  readonly otherFailed: number;
  readonly isEarly: boolean;
}

/** Fewest weeks with runs from which an error is taken. */
export const FEWEST_WEEKS = 6;
const LEVEL = 0.95;

export function smallestExcess({ ctx }: Study): SmallestEffect {
  return smallestEffect('smallest_excess_points', ctx.settings);
}

/** Tests every job with enough tries in enough weeks, and enters it in the ledger. */
export function compareJobs(study: Study, tries: QueryHandle, weeks: QueryHandle): ComparedJob[] {
  const fewest = Number(study.ctx.settings['fewest_tries']);
  const ofJob = Map.groupBy(weeks.rows.keys(), (row) => weeks.text(row, 'name') ?? '');
  return [...tries.rows.keys()].flatMap((row) => {
    const own = (ofJob.get(tries.text(row, 'name') ?? '') ?? []).map((week) => weekOf(weeks, week));
    const isEnough = own.length >= FEWEST_WEEKS && total(own, 'tries') >= fewest;
    return isEnough && total(own, 'otherTries') >= fewest ? [compareJob(study, tries, row, own)] : [];
  });
}

function compareJob({ ctx }: Study, tries: QueryHandle, row: number, weeks: readonly Week[]): ComparedJob {
  const { difference, interval, p_value } = compareWeeks(weeks);
  const [first, second] = [true, false].map((isEarly) =>
    halfOf(weeks.filter((week) => week.isEarly === isEarly)),
  );
  const name = tries.text(row, 'name') ?? '';
  const n = total(weeks, 'tries') + total(weeks, 'otherTries');
  const test = ctx.test({
    family: 'failures of jobs',
    hypothesis: `${name} fails as often as the other jobs`,
    statistic: { name: 'difference of shares', value: difference },
    p_value,
    n,
    dependent: true,
  });
  return {
    row,
    name,
    n,
    difference: 100 * difference,
    interval: { low: 100 * interval.low, high: 100 * interval.high, level: LEVEL },
    p_value,
    first: points(first),
    second: points(second),
    replication: replicates(difference, first ?? NO_HALF, second ?? NO_HALF),
    test,
  };
}

/**
 * The difference of shares with the error that leaving out whole weeks shows: what fails together within some days counts
 * as one. Fisher's exact test bounds the p-value from below, and so does the sign test where all weeks show the same, to
 * which a jackknife can't give an error.
 */
function compareWeeks(weeks: readonly Week[]) {
  const { estimate, error, blocks, p_value, interval } = jackknife(weeks, differenceOf);
  const plain = differenceOfProportions(
    total(weeks, 'failed'),
    total(weeks, 'tries'),
    total(weeks, 'otherFailed'),
    total(weeks, 'otherTries'),
  );
  const isSame = blocks === 0 && Number.isFinite(estimate) && estimate !== 0;
  return {
    difference: estimate,
    interval: error > 0 ? interval(LEVEL) : plain.interval(LEVEL),
    p_value: Math.max(plain.p_value, isSame ? 2 ** (1 - weeks.length) : p_value),
  };
}

function differenceOf(weeks: readonly Week[]): number {
  return (
    total(weeks, 'failed') / total(weeks, 'tries') - total(weeks, 'otherFailed') / total(weeks, 'otherTries')
  );
}

const NO_HALF: HalfResult = { estimate: null, p_value: null };

function halfOf(weeks: readonly Week[]): HalfResult {
  const { difference, p_value } = compareWeeks(weeks);
  return Number.isFinite(difference) ? { estimate: difference, p_value } : NO_HALF;
}

function points(half: HalfResult | undefined): number | null {
  return half === undefined || half.estimate === null ? null : 100 * half.estimate;
}

function weekOf(weeks: QueryHandle, row: number): Week {
  const of = (column: string) => weeks.number(row, column) ?? 0;
  return {
    tries: of('tries'),
    failed: of('failed'),
    otherTries: of('other_tries'),
    otherFailed: of('other_failed'),
    isEarly: weeks.text(row, 'is_early') === 'true',
  };
}

function total(weeks: readonly Week[], of: Exclude<keyof Week, 'isEarly'>): number {
  return weeks.reduce((sum, week) => sum + week[of], 0);
}
