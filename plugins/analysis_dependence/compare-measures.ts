import { fisherExact, type HalfResult, identifier, spearmanTest } from '../../src/sdk/index.ts';
import type { Association, Yardstick } from './association.ts';
import { correlationOf } from './rank-statistics.ts';
import { type PairSums, pairsOf } from './rank-sums.ts';
import { allowingForOrder } from './serial.ts';
import { LEVEL } from './settings.ts';
import { columnsOfPair, permuted } from './small-table.ts';
import type { Study } from './study.ts';
import type { NumericColumn } from './subject.ts';

/** With fewer pairs than this there is nothing to say. */
const FEWEST_ROWS = 5;
/** Up to here the limit of t is too coarse in its tail. */
const ROWS_FOR_LIMIT = 30;
/** Skewness of the permutation distribution from which its tails are no longer those of t. */
const MOST_SKEWNESS = 0.3;

/** Every pair of measures: Spearman's rank correlation, and whether chance gives such a one. */
export async function compareMeasures(study: Study): Promise<Association[]> {
  const found: Association[] = [];
  for (const [a, b] of pairsOf(study.subject.measures)) found.push(await comparePair(study, a, b));
  return found;
}

async function comparePair(study: Study, a: NumericColumn, b: NumericColumn): Promise<Association> {
  const sums = study.sums.pair(a, b);
  const n = Number(sums.whole.n);
  const rho = correlationOf(sums.whole);
  const test = rho === null || n < FEWEST_ROWS ? undefined : await testOf(study, a, b, rho, n);
  return {
    kind: 'measures',
    a,
    b,
    n,
    effect: rho,
    interval: rho === null ? { low: -1, high: 1, level: LEVEL } : spearmanTest(rho, n).interval(LEVEL),
    smallest: study.settings.smallestCorrelation,
    statistic: { name: "Spearman's rho", value: rho ?? 0 },
    ...allowingForOrder(study, a, b, test?.p_value, { share: (rho ?? 0) ** 2, df: 1, n }),
    yardstick: test?.yardstick ?? 'none',
    first: halfOf(sums.first),
    second: halfOf(sums.second),
  };
}

function halfOf(sums: PairSums): HalfResult {
  const [n, rho] = [Number(sums.n), correlationOf(sums)];
  if (rho === null || n < FEWEST_ROWS) return { estimate: null, p_value: null };
  return { estimate: rho, p_value: spearmanTest(rho, n).p_value };
}

/**
 * The t limit where it holds: enough rows, and few enough ties. With ties so heavy that hardly any row is away from the
 * commonest value, permutations, or on large tables Fisher's exact test of being away from it in both columns.
 */
async function testOf(
  study: Study,
  a: NumericColumn,
  b: NumericColumn,
  rho: number,
  n: number,
): Promise<{ readonly p_value: number; readonly yardstick: Yardstick }> {
  const skewness = Math.abs(study.sums.skewness(a) * study.sums.skewness(b)) / Math.sqrt(n);
  if (n > ROWS_FOR_LIMIT && skewness <= MOST_SKEWNESS) {
    return { p_value: spearmanTest(rho, n).p_value, yardstick: 'limit' };
  }
  if (study.small) {
    const columns = columnsOfPair(study.small, a, b);
    const label = `${a.sqlName}\n${b.sqlName}`;
    const permuting = { ctx: study.ctx, permutations: study.settings.permutations };
    return { p_value: permuted(permuting, label, columns, sizeOfProducts), yardstick: 'permutations' };
  }
  return { p_value: await awayFromCommonest(study, a, b), yardstick: 'fisher_exact' };
}

function sizeOfProducts(xs: readonly number[], ys: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < xs.length; i += 1) sum += (xs[i] ?? 0) * (ys[i] ?? 0);
  return Math.abs(sum);
}

async function awayFromCommonest({ ctx }: Study, a: NumericColumn, b: NumericColumn): Promise<number> {
  const [x, y] = [identifier(a.column), identifier(b.column)];
  const commonest = (column: string) =>
    `(SELECT v FROM (SELECT ${column} AS v, count(*) AS n FROM data WHERE ${column} IS NOT NULL GROUP BY v) AS c ORDER BY n DESC, v LIMIT 1)`;
  const counts = await ctx.query(
    `SELECT count_if(x AND y) AS n11, count_if(x AND NOT y) AS n10, count_if(NOT x AND y) AS n01, count_if(NOT x AND NOT y) AS n00
FROM (SELECT ${x} <> ${commonest(x)} AS x, ${y} <> ${commonest(y)} AS y FROM data) AS away`,
  );
  const count = (name: string): number => counts.number(0, name) ?? 0;
  return fisherExact(count('n11'), count('n10'), count('n01'), count('n00'));
}
