import { expect, test } from 'vitest';
import {
  daysApart,
  heaviestStretch,
  isIn,
  type LoadDay,
  ratioIn,
  ratioOfOthers,
  testHeaviest,
} from '../../plugins/analysis_close_cycle_window/heavy-stretch.ts';
import { createRandom } from '../../src/sdk/index.ts';

/** Days from 1 September on. */
function daysOf(months: number, load: (day: number, month: number) => number): LoadDay[] {
  return Array.from({ length: months }, (_, month) => {
    const last = new Date(Date.UTC(2025, 9 + month, 0)).getUTCDate();
    return Array.from({ length: last }, (_day, i) => ({
      month: String(month),
      day: i + 1,
      load: load(i + 1, month),
    }));
  }).flat();
}

test('stretches wrap round the month end, and differ by the days that one of them has alone', () => {
  expect([26, 31, 1, 4, 5, 25].map((day) => isIn(day, { from: 26, to: 4 }))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
  // 20 to 25, and the 5th
  expect(daysApart({ from: 20, to: 5 }, { from: 26, to: 4 })).toBe(7);
});

test('the heaviest stretch is the one with the most work above the mean, and its ratio that of single months', () => {
  const days = daysOf(4, (day) => (day >= 26 || day <= 4 ? 3 : 1));
  expect(heaviestStretch(days)).toEqual({ from: 26, to: 4 });
  expect(ratioIn(days, () => ({ from: 26, to: 4 }))).toBe(3);
  const { ratio, low, high } = ratioOfOthers(days) ?? { ratio: 0, low: 0, high: 0 };
  expect(ratio).toBe(3);
  expect(Math.abs(high - low)).toBeLessThan(1e-9);
  expect(testHeaviest(days, createRandom('1', 'turns')).p_value).toBeLessThan(0.001);
});

test('where a month is busy at a time of its own, the others give no ratio for it', () => {
  const days = daysOf(3, (day, month) => (day > 8 * month && day <= 8 * month + 7 ? 3 : 1));
  expect(ratioOfOthers(days)?.ratio).toBeLessThan(1);
});

test('of logs without structure about one in twenty has a p-value of at most 0.05, however the stretch was chosen', () => {
  let small = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = createRandom(String(seed), 'loads');
    let state = 0;
    const days = daysOf(3, () => {
      state = 0.5 * state + random.normal();
      return Math.exp(0.6 * state);
    });
    if (testHeaviest(days, random).p_value <= 0.05) small += 1;
  }
  // 99 % bound of 200 at 5 %
  expect(small).toBeLessThanOrEqual(19);
});
