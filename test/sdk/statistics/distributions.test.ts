import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HIGHEST_Q } from '../../../src/contract/index.ts';
import * as kit from '../../../src/sdk/statistics/index.ts';

type Rows = readonly (readonly number[])[];
const FIXTURE = new URL('../../../fixtures/reference/statistics/distributions.json', import.meta.url);
const REFERENCE = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Readonly<Record<string, Rows>>;
const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  normalTail: (z = 0) => kit.normalTail(z),
  tTail: (t = 0, df = 1) => kit.tTail(t, df),
  fTail: (f = 0, df1 = 1, df2 = 1) => kit.fTail(f, df1, df2),
  chiSquareTail: (x = 0, df = 1) => kit.chiSquareTail(x, df),
  kolmogorovTail: (lambda = 0) => kit.kolmogorovTail(lambda),
  logGamma: (x = 0) => kit.logGamma(x),
  normalQuantile: (p = 0) => kit.normalQuantile(p),
  tQuantile: (p = 0, df = 1) => kit.tQuantile(p, df),
  chiSquareQuantile: (p = 0, df = 1) => kit.chiSquareQuantile(p, df),
  betaQuantile: (p = 0, a = 1, b = 1) => kit.betaQuantile(p, a, b),
};

function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}

test('no rate of false discoveries above the highest hopeful p-value can be asked for', () => {
  expect(kit.MOST_HOPEFUL_P).toBe(HIGHEST_Q);
});

describe('a distribution', () => {
  test.each(Object.keys(REFERENCE))(
    '%s agrees with 50 digits to a relative error of 1e-12, far into the tails',
    (name) => {
      const compute = FUNCTIONS[name];
      const rows = REFERENCE[name] ?? [];
      const far = rows.filter(
        (row) => relativeError(compute?.(...row.slice(0, -1)) ?? Number.NaN, row.at(-1) ?? 0) > 1e-12,
      );
      expect(rows.length).toBeGreaterThan(9);
      expect(far).toEqual([]);
    },
  );

  test('keeps to its ends', () => {
    expect([kit.tTail(Infinity, 3), kit.fTail(0, 2, 3), kit.fTail(Infinity, 2, 3)]).toEqual([0, 1, 0]);
    expect([kit.chiSquareTail(0, 3), kit.chiSquareTail(Infinity, 3)]).toEqual([1, 0]);
    expect([kit.tQuantile(0, 3), kit.tQuantile(1, 3), kit.tQuantile(0.5, 3)]).toEqual([
      -Infinity,
      Infinity,
      0,
    ]);
    expect([kit.betaQuantile(0, 2, 3), kit.betaQuantile(1, 2, 3)]).toEqual([0, 1]);
    expect([kit.chiSquareQuantile(0, 2), kit.chiSquareQuantile(1, 2)]).toEqual([0, Infinity]);
    expect(kit.tTail(2, Infinity)).toBe(kit.normalTail(2));
    expect(kit.kolmogorovTail(0)).toBe(1);
  });

  test('gives NaN for NaN and for degrees of freedom that are none, and never hangs', () => {
    const broken = [
      kit.tTail(Number.NaN, 3),
      kit.tTail(1, 0),
      kit.fTail(1, -1, 2),
      kit.fTail(Number.NaN, 1, 1),
    ];
    const more = [kit.chiSquareTail(1, Number.NaN), kit.tQuantile(1.5, 2), kit.betaQuantile(0.5, 0, 1)];
    expect(
      [...broken, ...more, kit.normalTail(Number.NaN), kit.kolmogorovTail(Number.NaN)].every(Number.isNaN),
    ).toBe(true);
  });
});
