import {
  differenceOfProportions,
  type HalfResult,
  type Interval,
  normalTail,
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

/** Fewest days from which a variance over days is taken. */
const FEWEST_DAYS = 10;
const LEVEL = 0.95;

export function smallestExcess({ ctx }: Study): SmallestEffect {
  return smallestEffect('smallest_excess_points', ctx.settings);
}

/** Tests every job with enough tries, with a failure anywhere, and enters it in the ledger. */
export function compareJobs(study: Study, tries: QueryHandle): ComparedJob[] {
  const fewest = Number(study.ctx.settings['fewest_tries']);
  return [...tries.rows.keys()]
    .filter((row) => {
      const [own, others] = [count(tries, row, 'tries'), count(tries, row, 'other_tries')];
      return own >= fewest && others >= fewest;
    })
    .map((row) => compareJob(study, tries, row));
}

function compareJob({ ctx }: Study, tries: QueryHandle, row: number): ComparedJob {
  const of = (column: string) => count(tries, row, column);
  const whole = differenceOfProportions(of('failed'), of('tries'), of('other_failed'), of('other_tries'));
  const p_value = Math.max(whole.p_value, pOverDays(of, whole.difference));
  const [first, second] = halvesOf(of);
  const name = tries.text(row, 'name') ?? '';
  const { low, high } = whole.interval(LEVEL);
  const test = ctx.test({
    family: 'failures of jobs',
    hypothesis: `${name} fails as often as the other jobs`,
    statistic: { name: 'difference of shares', value: whole.difference },
    p_value,
    n: whole.n,
    dependent: true,
  });
  return {
    row,
    name,
    n: whole.n,
    difference: 100 * whole.difference,
    interval: { low: 100 * low, high: 100 * high, level: LEVEL },
    p_value,
    first: points(first),
    second: points(second),
    replication: replicates(whole.difference, first, second),
    test,
  };
}

/**
 * The p-value of a z whose variance is the sum over days of squared residuals of both ratios, times D / (D - 1): the
 * linearised variance of a difference of two ratio estimators with days as clusters (Rao and Scott, 1992). 0, so that
 * it does not count, with too few days.
 */
function pOverDays(of: (column: string) => number, difference: number): number {
  const days = of('days');
  if (days < FEWEST_DAYS || difference === 0) return 0;
  const [n, others] = [of('tries'), of('other_tries')];
  const [p, q] = [of('failed') / n, of('other_failed') / others];
  const rest = {
    ff: of('sum_ff') - 2 * of('cross_ff') + of('job_ff'),
    nf: of('sum_nf') - of('cross_nf') - of('cross_fn') + of('job_nf'),
    nn: of('sum_nn') - 2 * of('cross_nn') + of('job_nn'),
  };
  const own = squares(of('job_ff'), of('job_nf'), of('job_nn'), p);
  const other = squares(rest.ff, rest.nf, rest.nn, q);
  const both =
    of('cross_ff') -
    of('job_ff') -
    q * (of('cross_fn') - of('job_nf')) -
    p * (of('cross_nf') - of('job_nf')) +
    p * q * (of('cross_nn') - of('job_nn'));
  const variance = (own / n ** 2 + other / others ** 2 - (2 * both) / (n * others)) * (days / (days - 1));
  return variance > 0 ? Math.min(1, 2 * normalTail(Math.abs(difference) / Math.sqrt(variance))) : 0;
}

/** Sum over days of (f - p n)². */
function squares(ff: number, nf: number, nn: number, p: number): number {
  return ff - 2 * p * nf + p * p * nn;
}

function halvesOf(of: (column: string) => number): [HalfResult, HalfResult] {
  const half = (failed: number, tries: number, allFailed: number, allTries: number): HalfResult => {
    if (tries === 0 || allTries === tries) return { estimate: null, p_value: null };
    const found = differenceOfProportions(failed, tries, allFailed - failed, allTries - tries);
    return { estimate: found.difference, p_value: found.p_value };
  };
  const [f, n, ff, nn] = ['first_failed', 'first_tries', 'first_all_failed', 'first_all_tries'].map(of);
  if (f === undefined || n === undefined || ff === undefined || nn === undefined)
    throw new RangeError('a half of the days is missing');
  return [
    half(f, n, ff, nn),
    half(of('failed') - f, of('tries') - n, of('all_failed') - ff, of('all_tries') - nn),
  ];
}

function points({ estimate }: HalfResult): number | null {
  return estimate === null ? null : 100 * estimate;
}

function count(tries: QueryHandle, row: number, column: string): number {
  return tries.number(row, column) ?? 0;
}
