import { expect, test } from 'vitest';
import { oneLine } from '../../src/cli/words.ts';

test('what a plugin threw in several lines is told on one', () => {
  expect(oneLine('Error: the sky\r\n  is falling\n\nnow')).toBe('Error: the sky is falling now');
});
