import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byCodePoint, nearest } from '../../src/base/index.ts';

test('strings order by code point, beyond the basic plane too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
  expect(byCodePoint('\ufb33', '\u{1f602}')).toBeLessThan(0);
});

test('the nearest name is suggested, and none where none is near', () => {
  expect(nearest('profile_basik', ['profile_basic', 'profile_roles'])).toBe('profile_basic');
  expect(nearest('zzzzzzzzzzzz', ['profile_basic'])).toBeUndefined();
});
