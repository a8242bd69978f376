import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { brunnerMunzel } from '../../plugins/analysis_key_drivers/brunner-munzel.ts';
import { type Cell, emptyCell } from '../../plugins/analysis_key_drivers/crossings.ts';
import { stratified } from '../../plugins/analysis_key_drivers/guard.ts';
import { omnibusOf } from '../../plugins/analysis_key_drivers/omnibus.ts';
import { strongestInteraction } from '../../plugins/analysis_key_drivers/pairs.ts';
import { errorsOverBlocks, segmentOf } from '../../plugins/analysis_key_drivers/segments.ts';
import { tQuantile } from '../../src/sdk/index.ts';
import { dice } from './process-log.ts';
import { tallyOf } from './tally-of.ts';

interface TwoSamples {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly superiority: number;
  readonly brunner_munzel: { readonly statistic: number; readonly p_value: number };
}

interface Expected {
  readonly ties: TwoSamples;
  readonly continuous: TwoSamples;
  readonly drift: TwoSamples;
  readonly kruskal: {
    readonly values: number[];
    readonly groups: number[];
    readonly statistic: number;
    readonly p_value: number;
  };
  readonly clustered: {
    readonly values: number[];
    readonly level: number[];
    readonly blocks: number[];
    readonly shares: { readonly difference: number; readonly error: number };
    readonly means: { readonly difference: number; readonly error: number };
  };
  readonly stratified: {
    readonly values: number[];
    readonly level: number[];
    readonly strata: number[];
    readonly difference: number;
    readonly interval: readonly [number, number];
  };
  readonly interaction: {
    readonly n: number[][];
    readonly means: number[][];
    readonly variances: number[][];
    readonly departure: number;
    readonly error: number;
  };
}

const file = new URL('../../fixtures/reference/drivers_and_drift/expected.json', import.meta.url);
const expected: Expected = JSON.parse(await readFile(file, 'utf8'));

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is undefined');
  return value;
}

/** Counts of two samples by distinct value. */
function counted({ a, b }: Pick<TwoSamples, 'a' | 'b'>) {
  const values = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const count = (sample: readonly number[]) => values.map((v) => sample.filter((x) => x === v).length);
  return { a: count(a), b: count(b) };
}

test.each(['ties', 'continuous', 'drift'] as const)(
  'the test of Brunner and Munzel is that of scipy: %s',
  (name) => {
    const reference = expected[name];
    const { a, b } = counted(reference);
    const compared = required(brunnerMunzel(a, b));
    expect(compared.value).toBeCloseTo(reference.superiority, 12);
    expect(compared.statistic).toBeCloseTo(reference.brunner_munzel.statistic, 9);
    expect(compared.p_value / reference.brunner_munzel.p_value).toBeCloseTo(1, 9);
  },
);

test('groups that do not overlap are no surer than Mann and Whitney make them', () => {
  const compared = required(brunnerMunzel([5, 5, 0, 0], [0, 0, 6, 4]));
  expect(compared.value).toBe(0);
  expect(compared.standardError).toBeCloseTo(Math.sqrt(21 / (12 * 100)), 12);
});

test('the test of Kruskal and Wallis is that of scipy, with ties', () => {
  const { values, groups, statistic, p_value } = expected.kruskal;
  const omnibus = required(omnibusOf(tallyOf({ values, codes: groups })));
  expect(omnibus.statistic).toBeCloseTo(statistic, 9);
  expect(omnibus.p_value / p_value).toBeCloseTo(1, 9);
  expect(omnibus.groups).toBe(3);
});

test('errors over blocks are those of least squares on an indicator with clusters (statsmodels)', () => {
  const { values, level, blocks, shares, means } = expected.clustered;
  const tally = tallyOf({ values, codes: level, blocks });
  const errors = required(errorsOverBlocks(tally, 1));
  expect(errors.shares).toBeCloseTo(shares.error, 9);
  expect(errors.values).toBeCloseTo(means.error, 9);
  const segment = segmentOf(tally, required(tally.factor.levels[1]), 10);
  if (typeof segment === 'string') throw new Error(segment);
  expect(segment.superiority.value).toBeCloseTo(shares.difference, 9);
  expect(segment.means.value).toBeCloseTo(means.difference, 9);
  const half = tQuantile(0.975, errors.degreesOfFreedom) * errors.values;
  expect(segment.means.high - segment.means.value).toBeGreaterThanOrEqual(half - 1e-9);
});

test('rows that repeat within their block make a driver no surer', () => {
  const roll = dice(3);
  const once = Array.from({ length: 300 }, (_, i) => ({
    value: roll(1000),
    code: roll(3),
    block: Math.floor(i / 10),
  }));
  const tallied = (rows: typeof once) =>
    required(
      omnibusOf(
        tallyOf({
          values: rows.map(({ value }) => value),
          codes: rows.map(({ code }) => code),
          blocks: rows.map(({ block }) => block),
        }),
      ),
    );
  const [one, four] = [tallied(once), tallied([...once, ...once, ...once, ...once])];
  expect(four.designEffect).toBeGreaterThan(2.5);
  expect(four.p_value).toBeGreaterThan(one.p_value / 3);
});

test('a difference within strata and its interval are those of least squares (statsmodels)', () => {
  const { values, level, strata, difference, interval } = expected.stratified;
  const cells = [0, 1, 2].map((stratum) => {
    const of = (wanted: number) =>
      values
        .filter((_, row) => strata[row] === stratum && level[row] === wanted)
        .reduce((cell, value) => addValue(cell, value), emptyCell());
    return { level: of(1), others: of(0) };
  });
  const within = stratified(cells, 'values', 1);
  expect(within.value).toBeCloseTo(difference, 9);
  expect(within.low).toBeCloseTo(interval[0], 9);
  expect(within.high).toBeCloseTo(interval[1], 9);
  const wider = stratified(cells, 'values', 4);
  expect(wider.high - wider.low).toBeCloseTo(2 * (interval[1] - interval[0]), 9);
});

function addValue(cell: Cell, value: number): Cell {
  return {
    n: cell.n + 1,
    shares: cell.shares + value,
    shareSquares: cell.shareSquares + value * value,
    values: cell.values + value,
    valueSquares: cell.valueSquares + value * value,
  };
}

test('the departure of a pair of levels is the coefficient of its own term by weighted least squares (statsmodels)', () => {
  const { n, means, variances, departure, error } = expected.interaction;
  const cells = n.flatMap((row, r) =>
    row.map((count, c): Cell => {
      const [mean, variance] = [means[r]?.[c] ?? 0, variances[r]?.[c] ?? 0];
      const [sum, squares] = [count * mean, (count - 1) * variance + count * mean * mean];
      return { n: count, shares: sum, shareSquares: squares, values: sum, valueSquares: squares };
    }),
  );
  const { measure, factor } = tallyOf({ values: [1, 2, 3], codes: [0, 1, 2] });
  const only = (code: number) => ({
    ...factor,
    levels: factor.levels.map((level) => (level.code === code ? level : { ...level, kind: 'rest' as const })),
  });
  const halves = [cells, cells.map(() => emptyCell())] as const;
  const crossing = { measure, first: only(1), second: only(2), cells, halves, halvedBy: 'time' as const };
  const found = required(strongestInteraction(crossing, 10, 1));
  expect(found.cells).toBe(1);
  expect(found.means.value).toBeCloseTo(departure, 8);
  expect(Math.abs(found.statistic)).toBeCloseTo(Math.abs(departure / error), 7);
  expect(found.halves[0]).toEqual({ estimate: found.means.value, p_value: found.p_value });
  expect(found.halves[1]).toEqual({ estimate: null, p_value: null });
});
