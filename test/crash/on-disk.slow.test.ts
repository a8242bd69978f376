import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { isInMemory } from '../temporary-folder.ts';

test('tests of what a crash leaves have their temporary files on a disk', () => {
  expect(isInMemory(tmpdir()), tmpdir()).toBe(false);
});
