import { expect, test } from 'vitest';
import { worthTelling } from '../../src/engine/worth-telling.ts';

const finding = (share: number, statement: string) => ({
  provisional: true as const,
  statement,
  coverage: { rows: 1, of_rows: null, share, sampled: false },
});

test('of each source the first findings are told, then those that cover three times as much, never the same words again', () => {
  const isWorthTelling = worthTelling();
  const told = [0.01, 0.02, 0.03, 0.05, 0.1, 0.4].filter((share) =>
    isWorthTelling('file', finding(share, `at ${share}`)),
  );
  expect(told).toEqual([0.01, 0.03, 0.1, 0.4]);
  expect(isWorthTelling('file', finding(0.4, 'another of the same look'))).toBe(true);
  expect(isWorthTelling('plugin', finding(0.02, 'at 0.02'))).toBe(true);
  expect(isWorthTelling('file', finding(0.95, 'at 0.01'))).toBe(false);
});

test('of a run at most sixty are told', () => {
  const isWorthTelling = worthTelling();
  const told = Array.from({ length: 100 }, (_, i) => isWorthTelling('file', finding(0.5, `fact ${i}`)));
  expect(told.filter(Boolean)).toHaveLength(60);
});
