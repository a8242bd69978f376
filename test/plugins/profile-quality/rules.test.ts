import { expect, test } from 'vitest';
import { missingDays } from '../../../plugins/profile_quality/missing-days.ts';
import { repaired } from '../../../plugins/profile_quality/repair-text.ts';
import { agreeingPairs, cross, joinedAgreement } from '../../../plugins/profile_quality/sample-pairs.ts';
import { findSentinels } from '../../../src/sdk/index.ts';

/** The last values of the high end, with the rows of each. */
function sentinelsOf(last: readonly (readonly [number, number])[], median: number, otherEnd = 0): number {
  const values = last.map(([position, rows]) => ({ position, rows, text: String(position) }));
  return findSentinels(values, { median, otherEnd, isTime: false, end: 'high' });
}

test('a spike cut off from the others is a sentinel, the longest of a long tail is none', () => {
  const tail = [480, 310, 250, 220, 190, 180, 170].map((value) => [value, 1] as const);
  expect(sentinelsOf([[9999, 40], ...tail], 60)).toBe(1);
  expect(sentinelsOf([[9999, 1], ...tail], 60)).toBe(0);
  expect(sentinelsOf(tail, 60)).toBe(0);
});

test('one row is enough for so many nines that no price is it by chance, three ranges away', () => {
  const tail = [480, 310, 250, 220, 190, 180, 170].map((value) => [value, 1] as const);
  expect(sentinelsOf([[999_999.99, 1], ...tail], 60)).toBe(1);
  expect(sentinelsOf([[99_999.99, 1], ...tail], 60)).toBe(1);
  expect(sentinelsOf([[9_999.99, 1], ...tail], 60)).toBe(0);
  expect(sentinelsOf([[9_999.99, 3], ...tail], 60)).toBe(1);
  expect(sentinelsOf([[999_899.99, 1], ...tail], 60)).toBe(0);
  expect(sentinelsOf([[999_999.99, 1], [400_000, 1], ...tail], 60)).toBe(0);
});

test('codes for "unknown" and "refused" that stand together are found together', () => {
  const scale = [7, 6, 5, 4, 3, 2, 1].map((value) => [value, 300] as const);
  expect(sentinelsOf([[99, 12], [98, 30], ...scale], 4)).toBe(2);
  expect(sentinelsOf(scale, 4)).toBe(0);
});

test('minus one below counts is a sentinel if it is more frequent than its neighbour', () => {
  const rest = { median: 20, otherEnd: 60, isTime: false, end: 'low' } as const;
  const counts = Array.from({ length: 20 }, (_, i) => ({ position: i, rows: 10, text: String(i) }));
  const minusOne = (rows: number) => [{ position: -1, rows, text: '-1' }, ...counts];
  expect(findSentinels(minusOne(45), rest)).toBe(1);
  expect(findSentinels(minusOne(4), rest)).toBe(0);
});

test('one far time that calendars of computers begin with is enough', () => {
  const rest = { median: 1.7e9, otherEnd: 1.71e9, isTime: true, end: 'low' } as const;
  const times = [1.69e9, 1.6901e9, 1.6902e9].map((position) => ({
    position,
    rows: 1,
    text: '2023-07-22T04:26:40',
  }));
  expect(findSentinels([{ position: -2.2e9, rows: 1, text: '1900-01-01T00:00:00' }, ...times], rest)).toBe(1);
  expect(findSentinels([{ position: -2.2e9, rows: 1, text: '1900-04-17T00:00:00' }, ...times], rest)).toBe(0);
});

test.each([
  ['MÃ¼ller', 'Müller'],
  ['GroÃŸ', 'Groß'],
  ['naÃ¯ve â€“ â€œquotedâ€\u009d', 'naïve – “quoted”'],
  ['MÃƒÂ¼ller', 'Müller'],
  ['ÐœÐ¾ÑÐºÐ²Ð°', undefined],
  ['Москва', undefined],
  ['Müller', undefined],
  ['plain', undefined],
  ['«CAFÉ»', undefined],
  ['Ã', undefined],
])('%s was meant to be %s', (damaged, meant) => {
  expect(repaired(damaged)).toBe(meant);
});

const DAY = 86_400_000;

function daysOf(count: number, rowsOf: (day: number, weekday: number) => number) {
  return Array.from({ length: count }, (_, i) => {
    const date = new Date(Date.UTC(2025, 0, 6) + i * DAY);
    return { day: date.toISOString().slice(0, 10), rows: rowsOf(i, date.getUTCDay()) };
  }).filter(({ rows }) => rows > 0);
}

test('days without rows are missed in a table that has rows on every day', () => {
  const found = missingDays(daysOf(100, (i) => (i === 40 || i === 41 || i === 70 ? 0 : 20 + (i % 7))));
  expect(found).toMatchObject({ missing: 3, expected: 100 });
  expect(found?.runs.map(({ missing }) => missing)).toEqual([2, 1]);
});

test('weekends without rows are not missed, a Wednesday is', () => {
  const found = missingDays(daysOf(140, (i, weekday) => (weekday % 6 === 0 || i === 30 ? 0 : 12)));
  expect(found).toMatchObject({ missing: 1, expected: 100, weekdays: [1, 2, 3, 4, 5] });
});

test('a day without rows is no gap where few rows a day make one likely', () => {
  expect(missingDays(daysOf(200, (i) => [3, 0, 1, 5, 2, 7, 4][(i * i) % 7] ?? 0))).toBeUndefined();
  expect(missingDays(daysOf(15, () => 50))).toBeUndefined();
});

test('two columns are crossed: exceptions either way are the rows to take away', () => {
  const city = Int32Array.from([0, 0, 0, 1, 1, 2, 2, -1]);
  const country = Int32Array.from([0, 0, 1, 1, 1, 1, 1, 0]);
  expect(cross(city, country)).toEqual({
    rows: 7,
    exceptions: 1,
    reverseExceptions: 3,
    firstValues: 3,
    secondValues: 2,
  });
  expect(agreeingPairs(city, country)).toBe(3);
  expect(joinedAgreement([Int32Array.from([1, 1, 2, 2])])).toBeCloseTo(2 / 6, 12);
});
