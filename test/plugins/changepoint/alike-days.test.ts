import { expect, test } from 'vitest';
import { alikeDays } from '../../../plugins/analysis_changepoint/alike-days.ts';
import type { ChangeEffect } from '../../../plugins/analysis_changepoint/change-effect.ts';
import { comparableOf } from '../../../plugins/analysis_changepoint/comparable.ts';
import type { Plan } from '../../../plugins/analysis_changepoint/plan.ts';
import type { Series } from '../../../plugins/analysis_changepoint/series-table.ts';

const OCTOBER = Date.UTC(2025, 9, 1) / 86_400_000;
const plan = {
  axis: { width: 'day' },
  settings: { close: { first: 26, last: 4 }, axis: { fewest: 30, most: 720 } },
} as unknown as Plan;

/** Rows per day from 1 October 2025 on. */
function daily(days: number, value: (day: number, dayOfMonth: number, weekday: number) => number): Series {
  const ordinals = Int32Array.from({ length: days }, (_, i) => OCTOBER + i);
  const dateOf = (ordinal: number) => new Date(ordinal * 86_400_000);
  return {
    summary: { kind: 'rows' },
    ordinals,
    rows: Array.from(ordinals, (_, i) => i),
    values: Float64Array.from(ordinals, (ordinal, i) =>
      value(i, dateOf(ordinal).getUTCDate(), dateOf(ordinal).getUTCDay()),
    ),
  };
}

const change = (at: number, to: number, shift: number) =>
  ({ at, shift, earlier: { from: 0, to: at }, later: { from: at, to } }) as ChangeEffect;

test('before and after are medians of the days of the same part of the month alone', () => {
  // 10 a day in October, 4 from 6 November on: of the days before those from the 5th on lie beside one after
  const series = daily(50, (day, ofMonth) => (day < 36 ? (ofMonth < 5 ? 90 : 10) : 4));
  expect(alikeDays(plan, series, series.values, change(36, 50, -6))).toEqual({
    // 5 to 20 October and 5 November; 6 to 19 November
    before: 10,
    after: 4,
    daysBefore: 17,
    daysAfter: 14,
  });
});

test('a step to days of the month that there are only once shows nothing, nor does one that they don’t bear out', () => {
  const close = daily(36, (_, ofMonth) => (ofMonth > 4 && ofMonth < 26 ? 10 : 60));
  expect(alikeDays(plan, close, close.values, change(25, 36, 50))).toBe('none');
  const same = daily(60, (day, ofMonth) => 10 + (ofMonth % 3) + (day % 2));
  expect(alikeDays(plan, same, same.values, change(36, 60, 5))).toBe('none');
});

test('a step that is larger than the series ever moved comes of the pattern that was taken off', () => {
  const series = daily(60, (day) => (day < 36 ? 10 : 14));
  expect(alikeDays(plan, series, series.values.slice(), change(36, 60, 400))).toBe('none');
});

test('days of a close that shows are left out, and days of the week with half the runs or fewer', () => {
  const isClose = (ofMonth: number) => ofMonth >= 26 || ofMonth <= 4;
  const series = daily(92, (day, ofMonth, weekday) => {
    const usual = weekday === 0 || weekday === 6 ? 3 : 25;
    return usual * (isClose(ofMonth) ? 6 : 1) + (day % 2);
  });
  const kept = comparableOf(plan, series);
  expect(kept.withoutClose).toBe(true);
  expect(kept.weekdays).toEqual([1, 2, 3, 4, 5]);
  expect([...new Set(kept.values)].sort((a, b) => a - b)).toEqual([25, 26]);
  // 5 to 25 October, November, December: fifteen working days each
  expect(kept.values).toHaveLength(45);
  expect(kept.condition).toBe(
    'NOT (day(stretch) >= 26 OR day(stretch) <= 4) AND isodow(stretch) IN (1, 2, 3, 4, 5)',
  );
});

test('a series in which the close does not show keeps all of its days', () => {
  const series = daily(92, (day) => 20 + ((day * 7) % 5));
  expect(comparableOf(plan, series)).toBe(series);
});
