import { expect, test } from 'vitest';
import { forwardClock } from '../../src/base/index.ts';

test('a clock that is set back goes on from where it was, and is followed again once it is ahead', () => {
  let wall = Date.parse('2026-03-01T10:00:00.000Z');
  let monotonic = 5;
  const clock = forwardClock({ wall: () => wall, monotonic: () => monotonic });
  const later = (wallMs: number, monotonicMs: number): string => {
    wall += wallMs;
    monotonic += monotonicMs;
    return clock.now();
  };
  expect(later(0, 0)).toBe('2026-03-01T10:00:00.000Z');
  expect(later(-3_600_000, 1000)).toBe('2026-03-01T10:00:01.000Z');
  expect(later(2000, 2000)).toBe('2026-03-01T10:00:03.000Z');
  expect(later(3_600_000, 500)).toBe('2026-03-01T10:00:03.500Z');
  expect(later(3_600_000, 0)).toBe('2026-03-01T11:00:02.000Z');
});
