import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { changeEffects } from '../../../plugins/analysis_changepoint/change-effect.ts';
import { detectChanges } from '../../../plugins/analysis_changepoint/detect.ts';
import { gainMeter } from '../../../plugins/analysis_changepoint/greatest-gain.ts';
import { type Degree, lineCost, whitenedLineCost } from '../../../plugins/analysis_changepoint/line-cost.ts';
import { bestPartitions } from '../../../plugins/analysis_changepoint/partition.ts';
import { fitSegment } from '../../../plugins/analysis_changepoint/segment-fit.ts';
import { runningMedian, winsorize } from '../../../plugins/analysis_changepoint/winsorize.ts';

interface Series {
  readonly series: readonly number[];
}

/** fixtures/reference/changepoint/make_reference.py: brute force and dense matrices in Python. */
interface Reference {
  readonly partitions: readonly (Series & {
    readonly name: string;
    readonly degree: Degree;
    readonly shortest: number;
    readonly best: readonly { readonly cost: number; readonly changes: readonly number[] }[];
  })[];
  readonly whitened: Series & {
    readonly costs: readonly { from: number; to: number; degree: Degree; phi: number; cost: number }[];
  };
  readonly fits: Series & {
    readonly fits: readonly {
      readonly from: number;
      readonly to: number;
      readonly degree: Degree;
      readonly phi: number;
      readonly at_33: number;
      readonly variance_at_33: number;
      readonly slope: number;
    }[];
  };
  readonly robust: readonly (Series & {
    readonly name: string;
    readonly reach: number;
    readonly median: readonly number[];
    readonly winsorized: readonly number[];
    readonly scale: number;
  })[];
  readonly places: readonly (Series & { phi: number; at: number; earliest: number; latest: number })[];
  readonly gains: Series & {
    readonly splits: readonly (readonly [number, number, number])[];
    readonly gain: Readonly<Record<'0' | '1', number>>;
  };
  readonly detections: readonly (Series & {
    readonly name: string;
    readonly degree: Degree;
    readonly phi: number;
    readonly changes: readonly number[];
  })[];
}

const reference = JSON.parse(
  readFileSync(new URL('../../../fixtures/reference/changepoint/reference.json', import.meta.url), 'utf8'),
) as Reference;

const arrayOf = ({ series }: Series) => Float64Array.from(series);

describe('the parts of the detector equal a brute force implementation in Python', () => {
  test.each(reference.partitions)('partitions of $name by degree $degree', (expected) => {
    const { degree, shortest, best } = expected;
    const places = Array.from({ length: expected.series.length + 1 }, (_, i) => i);
    const found = bestPartitions(lineCost(arrayOf(expected), degree), places, shortest, 3);
    expect(found.map(({ changes }) => changes)).toEqual(best.map(({ changes }) => changes));
    for (const [i, { cost }] of best.entries()) expect(found[i]?.cost).toBeCloseTo(cost, 8);
  });

  test('sums of squares of generalised least squares', () => {
    const values = arrayOf(reference.whitened);
    for (const { from, to, degree, phi, cost } of reference.whitened.costs) {
      expect(whitenedLineCost(values, degree)(phi)(from, to), `${from}–${to}, ${phi}`).toBeCloseTo(cost, 8);
    }
  });

  test('levels, slopes and their variances beyond a segment', () => {
    const values = arrayOf(reference.fits);
    for (const one of reference.fits.fits) {
      const fit = fitSegment(values, one.from, one.to, one.phi, one.degree);
      expect(fit.at(33)).toBeCloseTo(one.at_33, 8);
      expect(fit.varianceAt(33)).toBeCloseTo(one.variance_at_33, 8);
      expect(fit.slope).toBeCloseTo(one.slope, 8);
    }
  });

  test.each(reference.robust)('running median and winsorised values of $name, reach $reach', (expected) => {
    const values = arrayOf(expected);
    const found = winsorize(values, expected.reach, 3);
    expect([...runningMedian(values, expected.reach)]).toEqual(expected.median);
    expect(found.scale).toBeCloseTo(expected.scale, 10);
    for (const [i, value] of expected.winsorized.entries()) expect(found.values[i]).toBeCloseTo(value, 10);
  });

  test('intervals of the place', () => {
    for (const { phi, at, earliest, latest, ...series } of reference.places) {
      const [effect] = changeEffects(arrayOf(series), [at], phi, 0, 4);
      expect([effect?.earliest, effect?.latest]).toEqual([earliest, latest]);
    }
  });

  test('greatest gain of a split', () => {
    const splits = reference.gains.splits.map(([from, at, to]) => ({ from, at, to }));
    const values = arrayOf(reference.gains);
    expect(gainMeter(values.length, splits, 0)(values)).toBeCloseTo(reference.gains.gain[0], 8);
    expect(gainMeter(values.length, splits, 1)(values)).toBeCloseTo(reference.gains.gain[1], 8);
  });
});

describe('the whole detector equals its independent twin', () => {
  test.each(reference.detections)('on $name', (expected) => {
    const { degree, phi, changes } = detectChanges([arrayOf(expected)]).best;
    expect({ degree, phi, changes }).toEqual({
      degree: expected.degree,
      phi: expected.phi,
      changes: expected.changes,
    });
  });
});
