import { expect, test } from 'vitest';
import { hasRunsOfEarlierDays } from '../../src/engine/back-up.ts';
import { freshState, ingest, newRun } from '../state/appdata.ts';

test('that there is no backup is told once a day has passed over a run, and not while there is nothing to lose', () => {
  const state = freshState();
  const at = (now: string) => ({ state, clock: { now: () => now, monotonicMs: () => 0 } });
  const version = ingest(state);
  expect(hasRunsOfEarlierDays(at('2025-03-09T00:00:00.000Z'))).toBe(false);
  state.runs.create({ ...newRun(version), created_at: '2025-03-01T10:00:00.000Z' });
  expect(hasRunsOfEarlierDays(at('2025-03-01T23:59:59.999Z'))).toBe(false);
  expect(hasRunsOfEarlierDays(at('2025-03-02T00:00:00.000Z'))).toBe(true);
});
