import { expect, test } from 'vitest';
import { keepPlaces } from '../../src/engine/cited-places.ts';

test('places of cited rows are kept up to a limit in bytes, and those that were not asked for the longest go first', () => {
  const places = (count: number) =>
    Array.from({ length: count }, (_, row_number) => ({ part: 1, row_number }));
  const kept = keepPlaces(48 * 100);
  for (const result of ['a', 'b', 'c', 'd', 'e']) kept.add(result, places(20));
  const there = () =>
    ['a', 'b', 'c', 'd', 'e', 'f'].filter((result) => kept.get(result) !== undefined).join('');
  expect(there()).toBe('abcde');
  kept.get('a');
  kept.add('f', places(40));
  expect(there()).toBe('adef');
  expect(kept.get('f')).toEqual(places(40));
  kept.add('all', places(101));
  expect([kept.get('all'), there()]).toEqual([undefined, 'adef']);
});
