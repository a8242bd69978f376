import { expect, test } from 'vitest';
import type { App } from '../../src/engine/index.ts';
import { outcomesIn } from '../../src/engine/outcomes-in.ts';
import { showTimeline } from '../../src/engine/show-timeline.ts';
import { chunkRecorder } from '../../src/pipeline/record-chunks.ts';
import { freshAppdata, freshState, ingest, newRun, runId, stateOf } from '../state/appdata.ts';

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
  // One more than the 500 that are told, by which it is seen that there were more.
  expect(stored()).toHaveLength(1 + 501);
});

/** A recorded run with chunks as attempts tell them, and its timeline. */
function timelineOf(
  ...attempts: readonly (readonly { chunk: number; second: number; takenOver?: true }[])[]
) {
  const paths = freshAppdata();
  const state = stateOf(paths);
  state.runs.create(newRun(ingest(state)));
  const clock = { now: () => '2025-03-01T00:00:00.000Z', monotonicMs: () => 0 };
  for (const attempt of attempts) {
    const { add, flush } = chunkRecorder(run, { state, clock });
    for (const { chunk, second, takenOver = false } of attempt) {
      const at = new Date(Date.UTC(2025, 2, 2) + second * 1000).toISOString();
      add('profile_basic', { chunk, from: at, to: at, takenOver });
    }
    flush();
  }
  const app: App = { paths, state, clock, warnings: [], close: () => undefined };
  const { chunks, more_chunks } = showTimeline(app, run.runId);
  return { chunks: chunks.map(({ detail, reused }) => [detail, reused]), more_chunks };
}

test('OBS-04 a chunk that a resumed run takes over from itself is told once, as computed; one that it computes anew, when that was', () => {
  const first = [
    { chunk: 1, second: 1, takenOver: true as const },
    { chunk: 2, second: 2 },
  ];
  const again = [
    ...[1, 2].map((chunk) => ({ chunk, second: 8, takenOver: true as const })),
    { chunk: 3, second: 9 },
  ];
  expect(timelineOf(first, again)).toEqual({
    chunks: [
      ['1', true],
      ['2', false],
      ['3', false],
    ],
    more_chunks: [],
  });
  expect(timelineOf([{ chunk: 1, second: 1, takenOver: true }], [{ chunk: 1, second: 9 }]).chunks).toEqual([
    ['1', false],
  ]);
});

test('OBS-04 of a plugin that has more than 500 chunks so many are told, and that there were more', () => {
  const some = (count: number) => Array.from({ length: count }, (_, i) => ({ chunk: i + 1, second: i }));
  const { chunks, more_chunks } = timelineOf(some(501));
  expect([chunks.length, more_chunks]).toEqual([500, ['profile_basic']]);
  expect(timelineOf(some(500)).more_chunks).toEqual([]);
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
