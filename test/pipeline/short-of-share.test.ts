import { expect, it } from 'vitest';
import type { Limits } from '../../src/contract/index.ts';
import { withWhatHelps } from '../../src/pipeline/short-of-share.ts';
import { ceilingsFor } from '../../src/plugin-host/index.ts';

const allowed: Limits = ceilingsFor('analysis');

it('a sandbox that needed more than the run left it says that a larger --memory helps, and only such a one', () => {
  const left = { ...allowed, memory_mb: 60 };
  expect(withWhatHelps('memory: more than 60 MB', left, allowed)).toBe(
    'memory: more than 60 MB, all that --memory leaves it; with a larger one it may have more',
  );
  expect(withWhatHelps('memory: more than 60 MB', left, left)).toBe('memory: more than 60 MB');
  expect(withWhatHelps('it said no', left, allowed)).toBe('it said no');
});
