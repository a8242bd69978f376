import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  finishMoments,
  formatDecimal,
  momentState,
  momentsOf,
  parseDecimal,
} from '../../src/sdk/exact/index.ts';
import { decimalColumn } from './exact-kit.ts';

const FOLDER = new URL('../../fixtures/nist/univariate/', import.meta.url);

interface Reference {
  readonly name: string;
  readonly data: readonly string[];
  readonly mean: string;
  readonly standardDeviation: string;
  readonly autocorrelation: string;
}

function readReference(name: string): Reference {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  const value = (label: string) => new RegExp(`${label}.*:\\s*(-?[0-9.]+)\\s`).exec(text)?.[1] ?? '';
  return {
    name,
    data: text.slice(text.search(/\n-{5,}\s*\n/)).match(/-?[0-9][0-9.]*/g) ?? [],
    mean: value('Sample Mean'),
    standardDeviation: value('Sample Standard Deviation'),
    autocorrelation: value('Sample Autocorrelation'),
  };
}

/** Log relative error: correct digits, at most 15. */
function logRelativeError(value: number | null, certified: string): number {
  if (value === null) return 0;
  const expected = Number(certified);
  return value === expected ? 15 : Math.min(15, -Math.log10(Math.abs((value - expected) / expected)));
}

const times = (text: string, power: number) => `${text}e${power}`;
function plus(text: string, shift: string): string {
  const [a, b] = [parseDecimal(text), parseDecimal(shift)];
  const scale = Math.max(a.scale, b.scale);
  const at = ({ unscaled, scale: own }: typeof a) => unscaled * 10n ** BigInt(scale - own);
  return formatDecimal(at(a) + at(b), scale);
}

const statisticsOf = (data: readonly string[]) => finishMoments(momentState(momentsOf(decimalColumn(data))));
const references = readdirSync(FOLDER)
  .filter((name) => name !== 'SOURCE.txt')
  .sort()
  .map(readReference);

describe('NIST StRD univariate', () => {
  it('is there in full: nine data sets', () => {
    expect(references.map(({ data }) => data.length)).toEqual([200, 218, 50, 100, 3, 1001, 1001, 1001, 5000]);
  });

  describe.each(references)('$name', ({ data, mean, standardDeviation, autocorrelation }) => {
    const original = statisticsOf(data);

    it('mean, standard deviation and lag-1 autocorrelation: all 14 digits that rounded certificates allow', () => {
      expect(logRelativeError(original.mean, mean)).toBeGreaterThanOrEqual(14);
      expect(logRelativeError(original.standard_deviation, standardDeviation)).toBeGreaterThanOrEqual(14);
      expect(logRelativeError(original.lag1_autocorrelation, autocorrelation)).toBeGreaterThanOrEqual(14);
    });

    it.each([6, -6])('times 10^%i: certified values scaled, autocorrelation to the last bit', (power) => {
      const scaled = statisticsOf(data.map((text) => times(text, power)));
      expect(logRelativeError(scaled.mean, times(mean, power))).toBeGreaterThanOrEqual(14);
      expect(
        logRelativeError(scaled.standard_deviation, times(standardDeviation, power)),
      ).toBeGreaterThanOrEqual(14);
      expect(scaled.lag1_autocorrelation).toBe(original.lag1_autocorrelation);
      expect(scaled.skewness).toBe(original.skewness);
    });

    it.each(['10000000000', '-0.123456789', '1000000000000000'])(
      'shifted by %s: spread to the last bit',
      (shift) => {
        const shifted = statisticsOf(data.map((text) => plus(text, shift)));
        expect(logRelativeError(shifted.mean, plus(mean, shift))).toBeGreaterThanOrEqual(14);
        for (const name of [
          'variance',
          'standard_deviation',
          'skewness',
          'excess_kurtosis',
          'lag1_autocorrelation',
        ] as const) {
          expect(shifted[name]).toBe(original[name]);
        }
      },
    );
  });
});
