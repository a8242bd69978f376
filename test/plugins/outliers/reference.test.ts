import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fastMcd } from '../../../plugins/analysis_outliers/fast-mcd.ts';
import { fencesOf } from '../../../plugins/analysis_outliers/fences.ts';
import {
  averagePathLength,
  growForest,
  isolationScore,
} from '../../../plugins/analysis_outliers/isolation-forest.ts';
import {
  consistency,
  rawCorrection,
  reweightedCorrection,
} from '../../../plugins/analysis_outliers/mcd-corrections.ts';
import { medcouple } from '../../../plugins/analysis_outliers/medcouple.ts';
import { rankShares } from '../../../plugins/analysis_outliers/quartile-distance.ts';
import { chanceOfDistance } from '../../../plugins/analysis_outliers/row-chance.ts';
import { squaredDistances } from '../../../plugins/analysis_outliers/scatter.ts';
import { findTailGap } from '../../../plugins/analysis_outliers/spacings.ts';
import { createRandom } from '../../../src/sdk/index.ts';
import { spearman } from '../../synth/plain-statistics.ts';

function reference<T>(file: string): T {
  const url = new URL(`../../../fixtures/reference/outliers/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

function expectEach(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    );
  }
}

interface Skewed {
  readonly name: string;
  readonly values: readonly number[];
  readonly medcouple: number;
  readonly quartiles: readonly [number, number];
  readonly fences: readonly [number, number];
}

test.each(reference<Skewed[]>('medcouple'))('the medcouple of $name is that of robustbase', (sample) => {
  const skew = medcouple(Float64Array.from(sample.values).sort());
  expectEach([skew ?? Number.NaN], [sample.medcouple], 1e-12);
  const { lower, upper } = fencesOf(...sample.quartiles, sample.medcouple);
  expectEach([lower, upper], sample.fences, 1e-12);
});

interface Mcd {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
  readonly best: readonly number[];
  readonly raw_centre: readonly number[];
  readonly raw_matrix: readonly number[];
  readonly centre: readonly number[];
  readonly matrix: readonly number[];
  readonly squared_distances: readonly number[];
  readonly fitted: number;
  readonly chance: readonly number[];
}

test.each(reference<Mcd[]>('mcd'))(
  'the minimum covariance determinant of $name is that of robustbase',
  (set) => {
    const points = { values: Float64Array.from(set.values), width: set.columns, count: set.rows };
    const found = fastMcd(points, createRandom('2', set.name));
    if (found === undefined) throw new Error('no estimate');
    expect([...found.best].map((row) => row + 1)).toEqual(set.best);
    expectEach(found.raw.centre, set.raw_centre, 1e-10);
    expectEach(found.raw.matrix, set.raw_matrix, 1e-10);
    expectEach(found.scatter.centre, set.centre, 1e-10);
    expectEach(found.scatter.matrix, set.matrix, 1e-10);
    const distances = squaredDistances(points, found.scatter);
    expectEach(distances, set.squared_distances, 1e-10);
    const fitted = found.inside.reduce((sum, one) => sum + one, 0);
    expect(fitted).toBe(set.fitted);
    const chances = Array.from(distances, (d2) => chanceOfDistance(Math.sqrt(d2), fitted, set.columns));
    expectEach(chances, set.chance, 1e-9);
  },
);

test('the estimate is the same on every run with a seed', () => {
  const [set] = reference<Mcd[]>('mcd');
  if (set === undefined) throw new Error('no set');
  const points = { values: Float64Array.from(set.values), width: set.columns, count: set.rows };
  const twice = [fastMcd(points, createRandom('7', 'a')), fastMcd(points, createRandom('7', 'a'))];
  expect(twice[0]).toEqual(twice[1]);
});

interface Correction {
  readonly p: number;
  readonly n: number;
  readonly consistency: number;
  readonly raw: number;
  readonly reweighted: number;
}

test('consistency factors and corrections for small samples are those of robustbase', () => {
  for (const { p, n, ...expected } of reference<Correction[]>('corrections')) {
    const own = [consistency(p, 0.8), rawCorrection(p, n, 0.75), reweightedCorrection(p, n, 0.75)];
    expectEach(own, [expected.consistency, expected.raw, expected.reweighted], 1e-10);
  }
});

interface Isolation {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
  readonly scores: readonly number[];
  readonly sizes: readonly number[];
  readonly average_path_lengths: readonly number[];
}

test('average path lengths are those of scikit-learn, and isolation scores agree with its forests', () => {
  const set = reference<Isolation>('isolation');
  expectEach(set.sizes.map(averagePathLength), set.average_path_lengths, 1e-12);
  const points = { values: Float64Array.from(set.values), width: set.columns, count: set.rows };
  const forest = growForest(points, createRandom('1', 'forest'), 1_000);
  const scores = Array.from({ length: set.rows }, (_, row) =>
    isolationScore(forest, points.values, row * points.width),
  );
  expect(spearman(scores, set.scores)).toBeGreaterThan(0.99);
  const far = (values: readonly number[]) =>
    new Set([...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0)).slice(0, 5));
  expect(far(scores)).toEqual(far(set.scores));
  for (const [row, score] of scores.entries())
    expect(Math.abs(score - (set.scores[row] ?? 0))).toBeLessThan(0.02);
});

interface RankInterval {
  readonly n: number;
  readonly p: number;
  readonly low: number;
  readonly high: number;
}

test.each(reference<RankInterval[]>('rank-intervals'))(
  'order statistics about the quantile $p of $n values are those of the binomial distribution, or hardly farther out',
  ({ n, p, low, high }) => {
    const [first, last] = rankShares(p, n).map((share) => Math.ceil(share * n)) as [number, number];
    expect(low - first).toBeGreaterThanOrEqual(0);
    expect(last - high).toBeGreaterThanOrEqual(0);
    expect(Math.max(low - first, last - high)).toBeLessThanOrEqual(Math.max(1, 1e-5 * n));
  },
);

interface GapChances {
  /** How many of so many Pareto samples have so wide a gap at a rank, by the tail's own mean log excess. */
  readonly tails: readonly {
    readonly most: number;
    readonly compared: number;
    readonly rank: number;
    readonly statistic: number;
    readonly samples: number;
    readonly as_wide: number;
  }[];
  /** The exact chance that any gap of a Pareto sample is told at a level. */
  readonly sizes: readonly {
    readonly most: number;
    readonly compared: number;
    readonly level: number;
    readonly chance: number;
  }[];
}

/** So heavy a tail that no gap deeper down counts beside those near the end. */
const HEAVY = 0.02;

/** A tail whose log spacings, times their ranks, are all 1 but for one. */
function tailWithGap(length: number, rank: number, statistic: number): number[] {
  const logs = [0];
  for (let at = length - 1; at >= 1; at -= 1)
    logs.push((logs.at(-1) ?? 0) + (at === rank ? statistic : 1) / (HEAVY * at));
  return logs.map(Math.exp).reverse();
}

test.each(reference<GapChances>('gap-chances').tails)(
  'a gap of $statistic at rank $rank ($most, $compared) is as rare as in $samples drawn samples',
  ({ most, compared, rank, statistic, samples, as_wide }) => {
    const gap = findTailGap(tailWithGap(most + compared + 1, rank, statistic), { most, compared });
    expect(gap?.outliers).toBe(rank);
    expect(gap?.statistic).toBeCloseTo(statistic, 9);
    const chance = (gap?.p_value ?? 1) / (rank * (rank + 1));
    const error = Math.sqrt((chance * (1 - chance)) / samples);
    expect(Math.abs(as_wide / samples - chance)).toBeLessThan(4 * error);
  },
);

test.each(reference<GapChances>('gap-chances').sizes)(
  'of samples without outliers as many are told at $level as the integral says: $most, $compared',
  ({ most, compared, level, chance }) => {
    const random = createRandom('1', 'Pareto samples');
    const [samples, rows] = [2_000, 2 * (most + compared + 1)];
    const depth = { most, compared };
    let told = 0;
    for (let i = 0; i < samples; i += 1) {
      const values = Float64Array.from({ length: rows }, () => (1 - random.uniform()) ** (-1 / HEAVY));
      const last = values
        .sort()
        .slice(-rows / 2)
        .reverse();
      if ((findTailGap([...last], depth)?.p_value ?? 1) <= level) told += 1;
    }
    expect(Math.abs(told / samples - chance)).toBeLessThan(4 * Math.sqrt((chance * (1 - chance)) / samples));
  },
);
