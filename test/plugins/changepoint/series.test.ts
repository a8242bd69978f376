import { describe, expect, test } from 'vitest';
import { calendarCycles, dayOfMonthPhase } from '../../../plugins/analysis_changepoint/cycles.ts';
import { detectChanges } from '../../../plugins/analysis_changepoint/detect.ts';
import { seededSplits } from '../../../plugins/analysis_changepoint/greatest-gain.ts';
import { memoryOf } from '../../../plugins/analysis_changepoint/memory.ts';
import { reasonOfSeries } from '../../../plugins/analysis_changepoint/near-misses.ts';
import { testNoChange } from '../../../plugins/analysis_changepoint/no-change-test.ts';
import { movingAverage, withoutPattern } from '../../../plugins/analysis_changepoint/pattern.ts';
import {
  STUDY_DEFAULTS,
  studySeries,
  withoutPatterns,
} from '../../../plugins/analysis_changepoint/series-study.ts';
import { createRandom } from '../../../src/sdk/index.ts';

const DAY_2025 = 20_089; // 2025-01-01
const ordinals = (n: number, first = 0) => Int32Array.from({ length: n }, (_, i) => first + i);
const series = (n: number, value: (i: number) => number) =>
  Float64Array.from({ length: n }, (_, i) => value(i));
const noise = (seed: number) => {
  const random = createRandom(String(seed), 'noise');
  return () => random.normal();
};

describe('patterns of the calendar', () => {
  test('month ends fall together in months of any length', () => {
    const phaseOf = (day: string) => dayOfMonthPhase(Date.parse(day) / 86_400_000);
    expect(['2025-01-31', '2025-02-28', '2024-02-29', '2025-04-30'].map(phaseOf)).toEqual([30, 30, 30, 30]);
    expect(['2025-01-01', '2025-03-01', '2025-12-19', '2025-01-20'].map(phaseOf)).toEqual([0, 0, 18, 19]);
    expect(['2025-02-20', '2024-02-20', '2025-04-20', '1900-02-20'].map(phaseOf)).toEqual([22, 21, 20, 22]);
  });

  test('a weekday pattern is taken off and a step stays', () => {
    const normal = noise(1);
    const week = [5, 4, 4, 4, 6, -10, -13];
    const values = series(140, (i) => 100 + (week[i % 7] ?? 0) + (i >= 70 ? 20 : 0) + normal());
    const [cycle] = calendarCycles('day', ordinals(140, DAY_2025));
    if (cycle === undefined) throw new Error('days have a week');
    const adjusted = withoutPattern(values, cycle);
    expect(adjusted.removed).toBe('added');
    const level = (from: number, to: number) =>
      adjusted.values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
    expect(level(75, 140) - level(0, 65)).toBeCloseTo(20, 0);
    expect(detectChanges([adjusted.values]).best.changes).toEqual([70]);
  });

  test('a close of the month that comes again is no change', () => {
    const normal = noise(2);
    const days = ordinals(365, DAY_2025);
    const values = series(365, (i) => 200 + (dayOfMonthPhase(DAY_2025 + i) >= 24 ? 150 : 0) + 10 * normal());
    const study = studySeries(values, calendarCycles('day', days), createRandom('1', 'x'));
    expect(study.adjusted.removed.map(({ cycle }) => cycle.name)).toEqual(['day of the month']);
    expect(study.tested?.test.p_value).toBeGreaterThan(0.05);
  });

  test('no place is surer than its series', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const normal = noise(seed);
      const values = series(90, (i) => (i >= 30 && i < 60 ? 1 : 0) + normal());
      const { tested } = studySeries(values, [], createRandom(String(seed), 'x'), {
        ...STUDY_DEFAULTS,
        permutations: 499,
      });
      const places = tested?.changes.flatMap((change) => change.test?.p_value ?? []) ?? [];
      expect(Math.min(1, ...places)).toBeGreaterThanOrEqual(tested?.test.p_value ?? 0);
    }
  });

  test('a pattern that grows with the level is divided out', () => {
    const normal = noise(3);
    const month = [1.1, 1, 0.9, 0.8, 1, 1.2, 1.3, 1.2, 1, 0.9, 0.8, 0.8];
    const values = series(120, (i) => (100 + 3 * i) * (month[i % 12] ?? 1) * (1 + 0.01 * normal()));
    const { removed } = withoutPatterns(values, calendarCycles('month', ordinals(120)));
    expect(removed.map(({ how }) => how)).toEqual(['multiplied']);
  });

  test('less than three cycles, or noise, are left as they are', () => {
    const normal = noise(4);
    const short = series(20, (i) => (i % 7) * 10);
    expect(withoutPatterns(short, calendarCycles('day', ordinals(20))).removed).toEqual([]);
    const plain = series(200, () => normal());
    expect(withoutPatterns(plain, calendarCycles('day', ordinals(200))).values).toEqual(plain);
  });

  test('a moving average over whole cycles follows a line to its ends', () => {
    for (const length of [7, 12]) {
      const line = series(60, (i) => 3 + 2 * i);
      const average = movingAverage(line, length);
      for (const [i, value] of average.entries()) expect(value).toBeCloseTo(3 + 2 * i, 8);
    }
  });
});

describe('the test of no change', () => {
  test('is exact: its p-value is the share of all orders that gain as much', () => {
    const values = Float64Array.from([1, 2, 3, 9, 10]);
    const splits = [2, 3].map((at) => ({ from: 0, at, to: 5 }));
    const found = Array.from({ length: 100 }, (_, seed) =>
      testNoChange(values, splits, 0, { random: createRandom(String(seed), 'orders'), most: 9999 }),
    );
    // as much gain those orders that have the two or three smallest, or largest, at one end: 24 + 24, and 8 are both
    const mean = found.reduce((sum, { p_value }) => sum + p_value, 0) / found.length;
    expect(Math.abs(mean - 40 / 120)).toBeLessThan(0.025);
    expect(found[0]?.hits).toBe(20);
  });

  test('that only a memory that wanders explains a change is not put down to chance', () => {
    const normal = noise(1);
    let level = 0;
    const wandering = series(60, () => {
      level += normal();
      return level;
    });
    const { tested } = studySeries(wandering, [], createRandom('1', 'x'));
    if (tested === undefined) throw new Error('a series that wanders has a model with a change');
    expect([tested.test.byPermutations <= 0.05, tested.test.p_value > 0.05]).toEqual([true, true]);
    expect(reasonOfSeries(tested)).toContain('a memory that wanders');
    const still = { ...tested.test, byPermutations: 0.5 };
    expect(reasonOfSeries({ ...tested, test: still })).toBe('no change is clearer than chance makes one');
  });

  test('says nothing of a constant series', () => {
    const flat = new Float64Array(50).fill(3);
    expect(
      testNoChange(flat, seededSplits(50, 4), 0, { random: createRandom('1', 'x'), most: 99 }).p_value,
    ).toBe(1);
    expect(studySeries(flat, [], createRandom('1', 'x')).tested).toBeUndefined();
    expect(detectChanges([flat]).best.changes).toEqual([]);
  });

  test('seeded stretches cover every scale, and no part is shorter than allowed', () => {
    const splits = seededSplits(200, 7);
    expect(splits[0]).toEqual({ from: 0, at: 7, to: 200 });
    expect(splits.every(({ from, at, to }) => at - from >= 7 && to - at >= 7 && from >= 0 && to <= 200)).toBe(
      true,
    );
    const lengths = new Set(splits.map(({ from, to }) => to - from));
    expect(Math.min(...lengths)).toBeLessThan(20);
  });
});

describe('segments', () => {
  test('a perfect step without noise is found where it is', () => {
    expect(detectChanges([series(60, (i) => (i < 25 ? 1 : 2))]).best.changes).toEqual([25]);
  });

  test('dimensions that change together are segmented together', () => {
    const normal = noise(5);
    const one = series(120, (i) => (i < 50 ? 0 : 1.2) + normal());
    const other = series(120, (i) => (i < 50 ? 5 : 3.8) + normal());
    const [at = 0, ...others] = detectChanges([one, other]).best.changes;
    expect(Math.abs(at - 50)).toBeLessThanOrEqual(5);
    expect(others).toEqual([]);
  });

  test('series too short to have two segments have none', () => {
    for (const n of [0, 1, 2, 5]) expect(detectChanges([series(n, (i) => i % 3)]).best.changes).toEqual([]);
  });

  test('the result is the same whatever the unit', () => {
    const normal = noise(6);
    const values = series(150, (i) => (i < 90 ? 0 : 2) + normal());
    const scaled = values.map((value) => 1e9 + 1e6 * value);
    expect(detectChanges([scaled]).best.changes).toEqual(detectChanges([values]).best.changes);
  });

  test('the autocorrelation of noise is found beside a step, without the bias of small samples', () => {
    const found = Array.from({ length: 60 }, (_, seed) => {
      const normal = noise(seed + 1);
      let state = 0;
      const values = series(80, (i) => {
        state = 0.5 * state + normal();
        return state + (i < 40 ? 0 : 6);
      });
      return memoryOf(values, [40], 0);
    });
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
  });
});
