import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalToNumber,
  formatDecimal,
  fraction,
  interpolate,
  numberToRational,
  parseDecimal,
  quantilePosition,
  rational,
  rationalToNumber,
  rationalToText,
  sqrtToNumber,
} from '../../src/sdk/exact/index.ts';
import { Fraction, isNearestRoot } from './exact-kit.ts';

const big = fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n });
const positive = fc.bigInt({ min: 1n, max: 2n ** 90n });

describe('fraction to double', () => {
  it('is the nearest double', () => {
    fc.assert(
      fc.property(big, positive, (n, d) => {
        expect(new Fraction(n, d).isNearest(rationalToNumber(rational(n, d)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives every double back', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(rationalToNumber(numberToRational(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('takes the even neighbour at halves, subnormals and the edges included', () => {
    expect(rationalToNumber(rational(2n ** 53n + 1n))).toBe(2 ** 53);
    expect(rationalToNumber(rational(2n ** 53n + 3n))).toBe(2 ** 53 + 4);
    expect(rationalToNumber(rational(1n, 2n ** 1075n))).toBe(0);
    expect(rationalToNumber(rational(3n, 2n ** 1075n))).toBe(1e-323);
    expect(rationalToNumber(rational(2n ** 200n + 1n, 2n ** 1275n))).toBe(5e-324);
    expect(rationalToNumber(rational(2n ** 1024n - 2n ** 970n - 1n))).toBe(Number.MAX_VALUE);
    expect(rationalToNumber(rational(2n ** 1024n - 2n ** 970n))).toBe(Number.POSITIVE_INFINITY);
    expect(rationalToNumber(rational(-(2n ** 2000n)))).toBe(Number.NEGATIVE_INFINITY);
  });

  it('reads decimal text as JavaScript does', () => {
    const text = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: -340, max: 300 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`);
    fc.assert(
      fc.property(text, (decimal) => {
        expect(decimalToNumber(parseDecimal(decimal))).toBe(Number(decimal) + 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('square root of a fraction', () => {
  it('is the nearest double: its half-way neighbours squared lie on either side', () => {
    fc.assert(
      fc.property(positive, positive, (n, d) => {
        expect(isNearestRoot(new Fraction(n, d), sqrtToNumber(rational(n, d)))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with Math.sqrt on doubles, from the smallest to the largest', () => {
    const values = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(values, (value) => {
        expect(sqrtToNumber(numberToRational(value))).toBe(Math.sqrt(value) + 0);
      }),
    );
    for (const value of [5e-324, Number.MAX_VALUE, 2, 4, 0]) {
      expect(sqrtToNumber(numberToRational(value))).toBe(Math.sqrt(value));
    }
  });

  it('refuses a negative number', () => {
    expect(() => sqrtToNumber(rational(-1n))).toThrow(RangeError);
  });
});

describe('decimal text', () => {
  it('is read with its scale and written back', () => {
    expect(parseDecimal('12.30')).toEqual({ unscaled: 1230n, scale: 2 });
    expect(parseDecimal('-.5')).toEqual({ unscaled: -5n, scale: 1 });
    expect(parseDecimal('1.5e-3')).toEqual({ unscaled: 15n, scale: 4 });
    expect(parseDecimal('2e3')).toEqual({ unscaled: 2000n, scale: 0 });
    expect(formatDecimal(-5n, 3)).toBe('-0.005');
    fc.assert(
      fc.property(big, fc.nat(40), (unscaled, scale) => {
        expect(parseDecimal(formatDecimal(unscaled, scale))).toEqual({ unscaled, scale });
      }),
    );
  });

  it.each(['', '.', '-', '1,5', '0x10', 'NaN', 'Infinity', '1e', ' 1', '--1'])('refuses %j', (text) => {
    expect(() => parseDecimal(text)).toThrow(TypeError);
  });

  it('of a fraction is complete or not there', () => {
    expect(rationalToText(rational(5n, 4n))).toBe('1.25');
    expect(rationalToText(rational(-7n, 70n))).toBe('-0.1');
    expect(rationalToText(rational(0n, 7n))).toBe('0');
    expect(rationalToText(rational(1n, 3n))).toBeUndefined();
  });
});

describe('quantile of type 7', () => {
  it('interpolates between neighbours as R does: quantile(c(1.1, 1.2, 1.5, 1.6), c(.5, .1, .9))', () => {
    const sorted = ['1.1', '1.2', '1.5', '1.6'];
    const quantile = (probability: string) => {
      const { low, high, weight } = quantilePosition(sorted.length, probability);
      return interpolate(sorted[low] ?? '', sorted[high] ?? '', weight);
    };
    expect(quantile('0.5')).toEqual({ value: 1.35, exact: '1.35' });
    expect(quantile('0.1')).toEqual({ value: 1.13, exact: '1.13' });
    expect(quantile('0.9')).toEqual({ value: 1.57, exact: '1.57' });
    expect(quantile('0')).toEqual({ value: 1.1, exact: '1.1' });
    expect(quantile('1')).toEqual({ value: 1.6, exact: '1.6' });
  });

  it('finds the position without a float: (n - 1) p of a large n', () => {
    expect(quantilePosition(10_000_001, '0.95')).toEqual({
      low: 9_500_000,
      high: 9_500_000,
      weight: rational(0n, 100n),
    });
    expect(quantilePosition(10_000_000, '0.95')).toEqual({
      low: 9_499_999,
      high: 9_500_000,
      weight: rational(5n, 100n),
    });
    expect(() => quantilePosition(0, '0.5')).toThrow(RangeError);
    expect(() => quantilePosition(5, '1.01')).toThrow(RangeError);
  });

  it('takes doubles as the numbers that they are', () => {
    expect(interpolate('0.1', '0.1', fraction('0.5'), 'double')).toEqual({ value: 0.1 });
    expect(interpolate('1', '2', fraction('0.5'), 'double')).toEqual({ value: 1.5 });
    expect(interpolate('9007199254740993', '9007199254740995', fraction('0.5'))).toEqual({
      value: 9007199254740994,
    });
    expect(() => interpolate('NaN', '1', fraction('0.5'), 'double')).toThrow(RangeError);
  });
});
