import { describe, expect, it } from 'vitest';
import { formatFieldValue, formatNumber, formatValue } from '../../src/report/index.ts';

/** The text with plain spaces. */
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('a number for readers', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [7, '7'],
    [2400, '2400'],
    [12345, '12 345'],
    [-1234567, '−1 234 567'],
    [0.1 + 0.2, '0.3'],
    [412.25, '412.25'],
    [412.253, '412.3'],
    [999999.99, '999 999.99'],
    [98765.43219, '98 765'],
    [0.000123456, '0.0001235'],
    [0.0000123456, '1.235 × 10⁻⁵'],
    [6.02214076e23, '6.022 × 10²³'],
    [999.96, '999.96'],
    [999.961, '1000'],
    [Number.NaN, 'NaN'],
  ])('%d is written %s', (value, text) => {
    expect(plain(formatNumber(value))).toBe(text);
  });

  it.each([
    [0.42, '0.42 s'],
    [59, '59 s'],
    [60, '1 min'],
    [312.4, '5 min 12 s'],
    [3600, '1 h'],
    [12_300, '3 h 25 min'],
    [-12_300, '−3 h 25 min'],
    [514_812, '143 h'],
    [90_000_000, '25 000 h'],
  ])('%d seconds are written %s', (value, text) => {
    expect(plain(formatFieldValue({ value, unit: 's' }))).toBe(text);
  });

  it('carries its unit, and bytes in thousands', () => {
    expect(plain(formatFieldValue({ value: 61.4, unit: '%' }))).toBe('61.4 %');
    expect(plain(formatFieldValue({ value: 1_234_000, unit: 'B' }))).toBe('1.234 MB');
  });

  it('shows every digit of an integer that no double holds', () => {
    const shown = formatValue({ value: 2 ** 53, exact: '9007199254740993', unit: 'rows' });
    expect(plain(shown.text)).toBe('9 007 199 254 740 993 rows');
  });

  it('keeps the full precision beside what was rounded, and nothing beside what was not', () => {
    expect(formatValue({ value: 412.253 }).full).toBe('412.253');
    expect(formatValue({ value: 412.25 }).full).toBeNull();
    expect(formatValue({ value: 0.1, exact: '0.1000000000000000055', unit: 'kg' }).full).toBe(
      '0.1000000000000000055 kg',
    );
    expect(formatValue({ value: 412, unit: 'rows' }).full).toBeNull();
  });

  it('leaves names as they are, codes with leading zeros too, and writes times plainly', () => {
    expect(formatFieldValue({ value: '00123456' })).toBe('00123456');
    expect(formatFieldValue({ value: '2025-01-31T10:20:30.000000' })).toBe('2025-01-31 10:20:30');
    expect(formatFieldValue({ value: '2025-01-31T10:20:30.250000Z' })).toBe('2025-01-31 10:20:30.25 UTC');
    expect(formatFieldValue({ value: null })).toBe('none');
  });
});
