import { expect, test } from 'vitest';
import { outcomesIn } from '../../src/engine/outcomes-in.ts';
import { chunkRecorder } from '../../src/pipeline/record-chunks.ts';
import { freshState, runId } from '../state/appdata.ts';

const run = { runId: runId('a') };

function recording() {
  const state = freshState();
  let ms = 0;
  const clock = { now: () => '2025-03-01T00:00:00.000Z', monotonicMs: () => ms };
  const recorder = chunkRecorder(run, { state, clock });
  const add = (chunk: number, plugin = 'profile_basic') => {
    const second = (s: number): string => `2025-03-01T00:00:0${s}.000Z`;
    recorder.add(plugin, { chunk, from: second(1), to: second(2), takenOver: false });
  };
  const stored = () => state.events.byCorrelation(run.runId);
  return { ...recorder, add, stored, pass: (more: number) => (ms += more) };
}

test('OBS-04 chunks are written down together, once a second and at the end', () => {
  const { add, flush, stored, pass } = recording();
  add(1);
  expect(stored()).toEqual([]);
  pass(1000);
  add(2);
  expect(stored()).toMatchObject([
    { at: '2025-03-01T00:00:02.000Z', kind: 'chunk.finished', subject_id: 'profile_basic' },
    { data: { chunk: 2, from: '2025-03-01T00:00:01.000Z', taken_over: false } },
  ]);
  add(3);
  flush();
  flush();
  expect(stored()).toHaveLength(3);
});

test('a plugin that asks for one chunk again and again, or cuts a table into rows, fills no database', () => {
  const { add, flush, stored } = recording();
  for (let time = 0; time < 1000; time++) add(1);
  for (let chunk = 1; chunk <= 2000; chunk++) add(chunk, 'another');
  flush();
  expect(stored()).toHaveLength(1 + 500);
});

test('UX-05 how plugins ended is told from events while nothing else is recorded, since the run was asked for last', () => {
  const event = (kind: string, subject_id: string, data = {}) => ({ kind, subject_id, data });
  const failed = event('execution.finished', 'a', {
    status: 'failed',
    reused: false,
    reason: 'out of memory',
  });
  const reused = event('execution.finished', 'b', { status: 'ok', reused: true, reused_from: 'earlier' });
  const events = [event('run.queued', 'r'), event('execution.started', 'a'), failed, reused];
  expect(outcomesIn(events)).toMatchObject([
    { plugin_id: 'a', status: 'failed', reason: 'out of memory', reused_from_run: null },
    { plugin_id: 'b', status: 'ok', reason: '', reused_from_run: 'earlier' },
  ]);
  expect(outcomesIn([...events, event('run.resumed', 'r'), reused])).toMatchObject([{ plugin_id: 'b' }]);
});
