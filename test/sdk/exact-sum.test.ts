import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExactSum, mergeSums, roundSum, type SumState } from '../../src/sdk/exact/index.ts';
import { Fraction } from './exact-kit.ts';

function stateOf(values: readonly number[]): SumState {
  const sum = createExactSum();
  sum.addAll(Float64Array.from(values));
  return sum.state();
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('exact sum of doubles', () => {
  it('keeps what float addition loses', () => {
    expect(roundSum(stateOf([1e308, 1, 1e-300, -1e308, -1]))).toBe(1e-300);
    expect(roundSum(stateOf([0.1, 0.2, -0.3]))).toBe(2.7755575615628914e-17);
    expect(roundSum(stateOf(Array(10).fill(0.1)))).toBe(1);
  });

  it('holds sums beyond the largest double until something brings them back', () => {
    expect(roundSum(stateOf([1e308, 1e308, 1e308, -1e308, -1e308]))).toBe(1e308);
    expect(roundSum(stateOf([1.7e308, 1.7e308]))).toBe(Number.POSITIVE_INFINITY);
    expect(roundSum(stateOf([5e-324, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE]))).toBe(1e-323);
  });

  it('rounds a half to even, and breaks the tie by one bit far below', () => {
    const half = 2 ** -53;
    expect(roundSum(stateOf([1, half]))).toBe(1);
    expect(roundSum(stateOf([1, half, 5e-324]))).toBe(1 + 2 ** -52);
    expect(roundSum(stateOf([1 + 2 ** -52, half]))).toBe(1 + 2 ** -51);
  });

  it('counts NaN and infinities and answers as IEEE 754 does', () => {
    expect(roundSum(stateOf([1, Number.POSITIVE_INFINITY]))).toBe(Number.POSITIVE_INFINITY);
    expect(roundSum(stateOf([1, Number.NEGATIVE_INFINITY]))).toBe(Number.NEGATIVE_INFINITY);
    expect(roundSum(stateOf([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]))).toBeNaN();
    expect(stateOf([Number.NaN, 2, Number.POSITIVE_INFINITY])).toEqual({
      count: 3,
      nan: 1,
      positive_infinity: 1,
      negative_infinity: 0,
      sum: { $big: '1' },
      exponent: 1,
    });
  });

  it('adds only the rows it is told', () => {
    const sum = createExactSum();
    sum.addAll(Float64Array.of(1, 2, 4), Uint32Array.of(0, 2));
    expect(roundSum(sum.state())).toBe(5);
    expect(sum.state().count).toBe(2);
  });

  it('equals a sum of fractions, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 12 }), (values) => {
        const exact = Fraction.sum(values.map(Fraction.ofNumber));
        const rounded = roundSum(stateOf(values));
        if (Number.isFinite(rounded)) expect(exact.isNearest(rounded)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('has the same state in any order and cut at any place', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 30 }), fc.nat(30), (values, cut) => {
        const whole = stateOf(values);
        expect(stateOf(values.toReversed())).toEqual(whole);
        expect(stateOf(values.toSorted())).toEqual(whole);
        expect(mergeSums(stateOf(values.slice(0, cut)), stateOf(values.slice(cut)))).toEqual(whole);
      }),
    );
  });

  it('carries on past a million additions of one size', () => {
    const count = 2 ** 20 + 12_345;
    const value = 1 + 2 ** -52;
    const sum = createExactSum();
    sum.addAll(new Float64Array(count).fill(value));
    sum.addAll(new Float64Array(count).fill(-1));
    expect(roundSum(sum.state())).toBe(count * 2 ** -52);
  });
});
