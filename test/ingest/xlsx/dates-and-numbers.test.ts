import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtInFormat, formatOfCode } from '../../../src/ingest/xlsx/number-format.ts';
import { isShortest, numberText, shortestValue } from '../../../src/ingest/xlsx/number-text.ts';
import { isoText, serialText } from '../../../src/ingest/xlsx/serial-date.ts';

const codes: Readonly<Record<string, string | undefined>> = {
  General: undefined,
  '0.00': undefined,
  '#,##0.00;[Red]-#,##0.00': undefined,
  '0.00E+00': undefined,
  '0%': undefined,
  '# ?/?': undefined,
  '@': undefined,
  '"days: "0': undefined,
  '0.0\\d': undefined,
  '_-* #,##0.00\\ _€_-;-* #,##0.00\\ _€_-': undefined,
  '[$USD] #,##0.00': undefined,
  '[$-409]#,##0': undefined,
  'yyyy-mm-dd': 'date',
  'm/d/yy': 'date',
  'd. mmmm yyyy': 'date',
  mmm: 'date',
  'dddd, mmmm dd, yyyy': 'date',
  '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy': 'date',
  '[$-409]d\\-mmm\\-yy;@': 'date',
  '[$-411]ggge"年"m"月"d"日"': 'date',
  '[Red]dd/mm/yyyy;[Blue]0': 'date',
  'd/m/bb': 'date',
  yyyy: 'date',
  'h:mm': 'time',
  'mm:ss': 'time',
  'mm:ss.0': 'time',
  'h:mm AM/PM': 'time',
  '[$-F400]h:mm:ss\\ AM/PM': 'time',
  'hh:mm:ss.000': 'time',
  'yyyy-mm-dd hh:mm': 'timestamp',
  'yyyy\\-mm\\-dd"T"hh:mm:ss.000"Z"': 'timestamp',
  'm/d/yy h:mm AM/PM': 'timestamp',
  'h:mm d/m/yy': 'timestamp',
  'mmm hh:mm': 'timestamp',
  '[h]:mm:ss': 'elapsed',
  '[mm]:ss': 'elapsed',
  '[ss].00': 'elapsed',
  '[h]"h "mm"m"': 'elapsed',
};

test('a format code shows a date, a time, both, an elapsed time, or a number', () => {
  const found = Object.fromEntries(Object.keys(codes).map((code) => [code, formatOfCode(code)]));
  expect(found).toEqual(codes);
});

test('built-in formats by id', () => {
  const ids = [0, 1, 9, 13, 14, 17, 18, 21, 22, 27, 36, 37, 44, 45, 46, 47, 48, 49, 50, 58, 59];
  expect(ids.map(builtInFormat)).toEqual([
    ...[undefined, undefined, undefined, undefined],
    ...['date', 'date', 'time', 'time', 'timestamp', 'date', 'date'],
    ...[undefined, undefined, 'time', 'elapsed', 'time', undefined, undefined, 'date', 'date', undefined],
  ]);
});

const DAY = 86_400_000;

test('every millisecond of both epochs comes back from the double that Excel stores', () => {
  const days = fc.integer({ min: 61, max: 2_957_003 });
  const times = fc.integer({ min: 0, max: DAY - 1 });
  fc.assert(
    fc.property(days, times, fc.boolean(), (day, ms, epoch1904) => {
      const epoch = epoch1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
      const expected = new Date(epoch + day * DAY + ms).toISOString().slice(0, -1).replace('.000', '');
      expect(serialText(day + ms / DAY, 'timestamp', epoch1904)).toBe(expected);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('serials of fifteen digits, as older programs write them, give whole seconds', () => {
  for (let second = 0; second < 86_400; second += 61) {
    const serial = Number((45_000 + second / 86_400).toPrecision(15));
    expect(serialText(serial, 'timestamp', false)).toBe(
      `2023-03-15T${new Date(second * 1000).toISOString().slice(11, 19)}`,
    );
  }
});

test('the days around the one that there never was', () => {
  const days = [0, 1, 59, 60, 61].map((day) => serialText(day, 'date', false));
  expect(days).toEqual([undefined, '1900-01-01', '1900-02-28', undefined, '1900-03-01']);
  const last = [2_958_465, 2_958_465.999_999, 2_958_466].map((day) => serialText(day, 'date', false));
  expect(last).toEqual(['9999-12-31', '9999-12-31T23:59:59.914', undefined]);
});

test('a fraction is a time of day; a time format never hides a day', () => {
  expect(serialText(0.5, 'date', false)).toBe('12:00:00');
  expect(serialText(0.5, 'timestamp', true)).toBe('1904-01-01T12:00:00');
  expect(serialText(0, 'time', false)).toBe('00:00:00');
  expect(serialText(45_000.5, 'time', false)).toBe('2023-03-15T12:00:00');
  expect(serialText(-0.5, 'elapsed', false)).toBe('-43200');
  expect(['either', 'either'].map((_, i) => serialText(45_000 + i / 2, 'either', false))).toEqual([
    '2023-03-15',
    '2023-03-15T12:00:00',
  ]);
});

test('dates written out keep their zone; what is none stays as written', () => {
  expect(isoText('2023-03-15T10:20:30.1234567Z', undefined)).toBe('2023-03-15T10:20:30.123456Z');
  expect(isoText('2023-03-15T00:00:00+01:00', 'date')).toBe('2023-03-15T00:00:00+01:00');
  expect(isoText('tomorrow', 'date')).toBe('tomorrow');
});

test('the shortest text of a double, whichever way it is written', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const shortest = value === 0 ? '0' : String(value);
      for (const written of [String(value), value.toPrecision(17), value.toExponential(17)]) {
        const bytes = Buffer.from(written);
        const text = isShortest(bytes, 0, bytes.length) ? written : numberText(written).text;
        if (!(Math.abs(value) > Number.MAX_SAFE_INTEGER)) expect(text).toBe(shortest);
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('what passes for shortest at once is, and its value is read from its bytes', () => {
  const number = fc.tuple(
    fc.boolean(),
    fc.integer({ min: 0, max: 99_999_999 }),
    fc.option(fc.stringMatching(/^\d{1,7}$/)),
  );
  fc.assert(
    fc.property(number, ([negative, whole, fraction]) => {
      const written = `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`;
      const bytes = Buffer.from(`x${written}y`);
      if (!isShortest(bytes, 1, bytes.length - 1)) return;
      expect(written).toBe(String(Number(written)));
      expect(shortestValue(bytes, 1, bytes.length - 1)).toBe(Number(written));
    }),
    { numRuns: 2000, seed: 1 },
  );
  const not = [
    '',
    '-',
    '.',
    '1.',
    '.5',
    '-0',
    '00',
    '01',
    '1.50',
    '1e5',
    '0.0000001',
    '1234567890123456',
    ' 1',
  ];
  expect(not.filter((text) => isShortest(Buffer.from(text), 0, text.length))).toEqual([]);
});
