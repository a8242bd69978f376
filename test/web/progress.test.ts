import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProgressEvent } from '../../src/engine/index.ts';
import { NOTHING, progressAfter } from '../../web/pages/run/progress-after.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const started = (plugin: string): ProgressEvent => ({ kind: 'plugin_started', plugin });
const finished = (plugin: string): ProgressEvent => ({
  ...{ kind: 'plugin_finished', plugin, status: 'ok', reused: false, reason: '' },
});

test('rows per second are those read since the page first heard of it, not those read before', () => {
  const first = progressAfter(NOTHING, { kind: 'rows', stage: 'reading', rows: 5_000_000 });
  vi.advanceTimersByTime(2000);
  const later = progressAfter(first, { kind: 'rows', stage: 'reading', rows: 5_200_000 });
  expect([first.read?.perSecond, later.read?.perSecond]).toEqual([0, 100_000]);
});

test('a run that is resumed begins anew: nothing of the attempt that was killed executes or is done', () => {
  const events: ProgressEvent[] = [
    ...[started('a'), finished('a'), started('b')],
    ...[{ kind: 'stage', stage: 'queued again' } as const, started('b')],
  ];
  const { executing, finished: done } = events.reduce(progressAfter, NOTHING);
  expect(executing.map(({ plugin }) => plugin)).toEqual(['b']);
  expect(done).toBe(0);
});
