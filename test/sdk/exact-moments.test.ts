import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  finishMoments,
  type MomentState,
  type MomentStatistics,
  mergeMoments,
  momentState,
  momentsOf,
  type NumberColumn,
} from '../../src/sdk/exact/index.ts';
import { decodeState } from '../../src/sdk/state-json.ts';
import { decimalColumn, doubleColumn, Fraction, integerColumn, isNearestRoot } from './exact-kit.ts';

const stateOf = (column: NumberColumn, rows?: Uint32Array): MomentState =>
  momentState(momentsOf(column, rows));
const statisticsOf = (column: NumberColumn): MomentStatistics => finishMoments(stateOf(column));

/** The definitions, one after the other, over fractions. */
function naive(values: readonly Fraction[]) {
  const n = new Fraction(BigInt(values.length));
  const one = new Fraction(1n);
  const mean = Fraction.sum(values).over(n);
  const deviations = values.map((value) => value.minus(mean));
  const central = (k: number) => Fraction.sum(deviations.map((d) => d.power(k))).over(n);
  const [m2, m3, m4] = [central(2), central(3), central(4)];
  const less = (k: bigint) => n.minus(new Fraction(k));
  const lagged = deviations.slice(1).map((d, i) => d.times(deviations[i] ?? one));
  return {
    mean,
    variance: m2.times(n).over(less(1n)),
    skewnessSquared: n.times(less(1n)).over(less(2n).power(2)).times(m3.power(2)).over(m2.power(3)),
    skewnessSign: m3.n < 0n ? -1 : m3.n > 0n ? 1 : 0,
    excess_kurtosis: less(1n)
      .over(less(2n).times(less(3n)))
      .times(
        n
          .plus(one)
          .times(m4.over(m2.power(2)).minus(new Fraction(3n)))
          .plus(new Fraction(6n)),
      ),
    lag1_autocorrelation: Fraction.sum(lagged).over(m2.times(n)),
  };
}

function expectCorrect(statistics: MomentStatistics, values: readonly Fraction[]): void {
  const reference = naive(values);
  expect(reference.mean.isNearest(statistics.mean ?? Number.NaN)).toBe(true);
  expect(reference.variance.isNearest(statistics.variance ?? Number.NaN)).toBe(true);
  expect(reference.excess_kurtosis.isNearest(statistics.excess_kurtosis ?? Number.NaN)).toBe(true);
  expect(reference.lag1_autocorrelation.isNearest(statistics.lag1_autocorrelation ?? Number.NaN)).toBe(true);
  expect(Math.sign(statistics.skewness ?? Number.NaN)).toBe(reference.skewnessSign);
  expect(isNearestRoot(reference.skewnessSquared, statistics.skewness ?? Number.NaN)).toBe(true);
  expect(isNearestRoot(reference.variance, statistics.standard_deviation ?? Number.NaN)).toBe(true);
}

/** On both sides of the number of rows from which limbs are used. */
const LENGTHS = [
  { minLength: 4, maxLength: 12 },
  { minLength: 17, maxLength: 26 },
] as const;
/** Arrays that aren't constant, of few elements or more. */
const varying = <T>(element: fc.Arbitrary<T>) =>
  fc.oneof(...LENGTHS.map((length) => fc.array(element, length))).filter(varied);
const varied = <T>(values: readonly T[]) => new Set(values).size > 1;
const ofBits = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits)), max: 2n ** BigInt(bits) });
/** Tiny values count as 0: the reference takes seconds over fractions with 2^4000 below the line. */
const within = (limit: number) =>
  fc.double({ min: -limit, max: limit, noNaN: true }).map((value) => (Math.abs(value) < 1e-40 ? 0 : value));

describe('moments', () => {
  it.each([3, 17, 18, 35, 53, 62, 100, 126])('of integers of %i bits are the nearest doubles', (bits) => {
    fc.assert(
      fc.property(varying(ofBits(bits)), (integers) => {
        expectCorrect(
          statisticsOf(integerColumn(integers)),
          integers.map((value) => new Fraction(value)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('of values near one large number are the nearest doubles', () => {
    const near = fc.tuple(ofBits(63), varying(fc.bigInt({ min: 0n, max: 1000n })));
    fc.assert(
      fc.property(near, ([centre, offsets]) => {
        const integers = offsets.map((offset) => centre * 2n ** 60n + offset);
        expectCorrect(
          statisticsOf(integerColumn(integers)),
          integers.map((value) => new Fraction(value)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('of doubles are the nearest doubles, narrow and wide', () => {
    for (const value of [within(1e6), within(1e60)]) {
      fc.assert(
        fc.property(varying(value), (doubles) => {
          expectCorrect(statisticsOf(doubleColumn(doubles)), doubles.map(Fraction.ofNumber));
        }),
        { numRuns: 40 },
      );
    }
  });

  it('cross blocks of 4096 rows as if there were none', () => {
    const integers = Array.from({ length: 10_000 }, (_, i) => BigInt((i * 7919) % 10_007) * 10n ** 9n);
    let lag = 0n;
    integers.slice(1).forEach((value, i) => {
      lag += value * (integers[i] ?? 0n);
    });
    const { sums } = stateOf(integerColumn(integers));
    const power = (k: bigint) => ({ $big: String(integers.reduce((sum, x) => sum + x ** k, 0n)) });
    expect(sums).toMatchObject({
      sum: power(1n),
      squares: power(2n),
      cubes: power(3n),
      fourths: power(4n),
      lag: { $big: String(lag) },
    });
  });

  it('lose nothing where a block is full of the largest numbers that limbs hold', () => {
    const largest = 2n ** 53n - 1n;
    const integers = Array.from({ length: 4096 }, (_, row) =>
      row === 0 ? 0n : row % 2 === 0 ? -largest : largest,
    );
    const { sums } = stateOf(integerColumn(integers));
    expect(sums).toMatchObject({
      sum: { $big: String(largest) },
      squares: { $big: String(4095n * largest ** 2n) },
      cubes: { $big: String(largest ** 3n) },
      fourths: { $big: String(4095n * largest ** 4n) },
      lag: { $big: String(-4094n * largest ** 2n) },
    });
  });

  it('merged at every place equal the moments of the whole', () => {
    const cell = fc.option(ofBits(60));
    const number = fc.option(fc.double());
    fc.assert(
      fc.property(
        fc.array(cell, { maxLength: 40 }),
        fc.array(number, { maxLength: 40 }),
        (integers, doubles) => {
          for (const column of [integerColumn(integers, 2), doubleColumn(doubles)]) {
            const rows = Uint32Array.from({ length: column.cells.valid.length * 8 }, (_, row) => row);
            const whole = stateOf(column, rows);
            for (let cut = 0; cut <= rows.length; cut += 1) {
              const parts = [
                stateOf(column, rows.subarray(0, cut)),
                stateOf(column, rows.subarray(cut)),
              ] as const;
              expect(mergeMoments(...parts)).toEqual(whole);
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('are the same from a state that went through JSON and was decoded', () => {
    const state = stateOf(decimalColumn(['1.5', '2.5', '7.25']));
    const decoded = decodeState(JSON.parse(JSON.stringify(state))) as MomentState;
    expect(finishMoments(decoded)).toEqual(finishMoments(state));
    expect(mergeMoments(decoded, decoded)).toEqual(mergeMoments(state, state));
  });

  it('align the scales of decimals when merged', () => {
    const merged = mergeMoments(stateOf(decimalColumn(['1.5', '2.5'])), stateOf(decimalColumn(['3.25'])));
    expect(merged).toEqual(stateOf(decimalColumn(['1.50', '2.5', '3.25'])));
    expect(finishMoments(merged)).toMatchObject({ n: 3, sum: 7.25, sum_exact: '7.25', mean: 7.25 / 3 });
  });

  it('refuse to merge decimals with doubles', () => {
    expect(() => mergeMoments(stateOf(decimalColumn(['1'])), stateOf(doubleColumn([1])))).toThrow(TypeError);
  });

  it('leave out missing cells, also between neighbours', () => {
    expect(stateOf(integerColumn([null, 3n, null, 5n, null]))).toEqual(stateOf(integerColumn([3n, 5n])));
  });

  it('are null where they are undefined', () => {
    const nothing = { sum: null, mean: null, variance: null, skewness: null, sum_exact: null, min: null };
    expect(statisticsOf(integerColumn([null]))).toMatchObject({ n: 0, ...nothing });
    expect(statisticsOf(integerColumn([7n]))).toMatchObject({
      n: 1,
      sum: 7,
      mean: 7,
      min: 7,
      variance: null,
    });
    const constant = statisticsOf(doubleColumn([0.1, 0.1, 0.1, 0.1]));
    expect(constant).toMatchObject({ mean: 0.1, variance: 0, standard_deviation: 0 });
    expect(constant).toMatchObject({ skewness: null, excess_kurtosis: null, lag1_autocorrelation: null });
    expect(statisticsOf(integerColumn([1n, 2n]))).toMatchObject({
      skewness: null,
      lag1_autocorrelation: -0.5,
    });
    expect(statisticsOf(integerColumn([1n, 2n, 4n])).excess_kurtosis).toBeNull();
  });

  it('say NaN and infinity in words, never in numbers', () => {
    const none = { sum: null, mean: null, variance: null, max: null };
    const { NaN: nan, POSITIVE_INFINITY: up, NEGATIVE_INFINITY: down } = Number;
    expect(statisticsOf(doubleColumn([1, nan, 2]))).toMatchObject({
      n: 3,
      ...none,
      sum_exact: 'NaN',
      max_exact: 'NaN',
    });
    expect(statisticsOf(doubleColumn([1, up, 2]))).toMatchObject({
      n: 3,
      ...none,
      sum_exact: 'Infinity',
      min_exact: '1',
    });
    expect(statisticsOf(doubleColumn([up, down]))).toMatchObject({
      sum_exact: 'NaN',
      min_exact: '-Infinity',
    });
  });

  it('print sums in full', () => {
    expect(statisticsOf(decimalColumn(['0.10', '0.20'])).sum_exact).toBe('0.30');
    expect(statisticsOf(doubleColumn([0.1, 0.2])).sum_exact).toBe(
      '0.3000000000000000166533453693773481063544750213623046875',
    );
    expect(statisticsOf(doubleColumn([1.5, 2])).sum_exact).toBe('3.5');
    const huge = statisticsOf(doubleColumn([1e308, 1e308]));
    expect(huge).toMatchObject({ sum: null, mean: 1e308 });
    expect(huge.sum_exact).toHaveLength(309);
    expect(statisticsOf(doubleColumn([1, 5e-324])).sum_exact).toMatch(/^\d+\*2\^-1074$/);
  });

  it("know the skewness and kurtosis of Excel's documentation: SKEW and KURT of 3, 4, 5, 2, 3, 4, 5, 6, 4, 7", () => {
    const statistics = statisticsOf(decimalColumn(['3', '4', '5', '2', '3', '4', '5', '6', '4', '7']));
    expect(statistics.skewness).toBeCloseTo(0.359543071, 9);
    expect(statistics.excess_kurtosis).toBeCloseTo(-0.151799637, 9);
  });
});
