import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { currentOwner, openState } from '../../src/state/index.ts';
import { COUNTS, freshAppdata, freshState, ingest, newRun, runId } from './appdata.ts';

test('OBS-01 one query gives the timeline of a run, from the upload on, and its time to first result', () => {
  const state = freshState();
  const run_id = runId('a');
  const note = (kind: string, subject_kind = 'run', subject_id = run_id) =>
    state.events.append({ correlation_id: run_id, kind, subject_kind, subject_id, data: { kind } });
  const version = ingest(state); // The clock stands at 03:01:00.000 + one second for each look.
  const created_at = '2025-03-01T00:00:00.500Z';
  note('upload.received', 'upload', 'x');
  state.runs.create({ ...newRun(version), created_at });
  state.runs.start(run_id, currentOwner());
  note('run.started');
  state.runs.markFirstResult(run_id);
  state.events.append({ correlation_id: 'other', kind: 'noise', subject_kind: 'run', subject_id: 'b' });
  state.runs.finish(run_id, { status: 'COMPLETED', manifest_sha256: sha256('m'), counts: COUNTS });
  note('run.completed');
  const run = state.runs.get(run_id);
  const since = (at: string | null | undefined) => Date.parse(at ?? '') - Date.parse(created_at);
  const timeline = state.events.timeline(run_id);
  expect(timeline.ttfr_ms).toBe(since(run?.first_result_at));
  expect(timeline.duration_ms).toBe(since(run?.finished_at));
  expect(timeline.ttfr_ms).toBeGreaterThan(0);
  expect(timeline.moments.map((moment) => moment.kind)).toEqual([
    'upload.received',
    'run.started',
    'run.completed',
  ]);
  expect(timeline.moments.map((moment) => moment.since_created_ms)).toEqual(
    timeline.moments.map((moment) => since(moment.at)),
  );
  expect(timeline.moments[0]?.data).toEqual({ kind: 'upload.received' });
});

test('a run without a result has no time to first result, and an unknown one no timeline', () => {
  const state = freshState();
  state.runs.create(newRun(ingest(state)));
  const subject = { subject_kind: 'run', subject_id: runId('a') };
  state.events.append({ correlation_id: runId('a'), kind: 'run.queued', ...subject });
  expect(state.events.timeline(runId('a'))).toMatchObject({ ttfr_ms: null, duration_ms: null });
  expect(state.events.timeline(runId('b'))).toEqual({
    ...{ ttfr_ms: null, first_provisional_ms: null, duration_ms: null },
    moments: [],
  });
});

test('events are found by what they belong to and by what they are about, in order', () => {
  const state = freshState();
  for (const kind of ['one', 'two', 'three']) {
    state.events.append({ correlation_id: 'c', kind, subject_kind: 'upload', subject_id: kind });
  }
  expect(state.events.byCorrelation('c').map((event) => event.kind)).toEqual(['one', 'two', 'three']);
  expect(state.events.bySubject('upload', 'two').map((event) => event.kind)).toEqual(['two']);
  expect(state.events.bySubject('run', 'two')).toEqual([]);
});

test('where the clock was set back in between, no duration is negative: it is not known', () => {
  const paths = freshAppdata();
  const times = ['2026-03-01T10:00:00.000Z', '2026-03-01T09:00:00.000Z'];
  const state = openState(paths, { clock: { now: () => times[0] ?? '', monotonicMs: () => 0 } });
  const version = ingest(state);
  state.runs.create(newRun(version, runId('a')));
  times.shift();
  state.runs.create(newRun(version, runId('b')));
  state.runs.start(runId('a'), currentOwner());
  state.runs.finish(runId('a'), { status: 'FAILED', reason: 'a reason' });
  const subject = { subject_kind: 'run', subject_id: runId('a') };
  state.events.append({ correlation_id: runId('a'), kind: 'run.failed', ...subject });
  const timeline = state.events.timeline(runId('a'));
  expect(timeline).toMatchObject({ duration_ms: null, moments: [{ since_created_ms: null }] });
  expect(state.runs.list().map((run) => run.run_id)).toEqual([runId('b'), runId('a')]);
  state.close();
});

test('the end of a run is asked for until it is queued again', () => {
  const state = freshState();
  const of = { correlation_id: runId('a'), subject_kind: 'run', subject_id: runId('a') };
  const asked = (kind: string): boolean => {
    state.events.append({ ...of, kind });
    return state.events.isCancelRequested(runId('a'));
  };
  expect(state.events.isCancelRequested(runId('a'))).toBe(false);
  expect(['run.queued', 'run.cancel_requested', 'execution.started', 'run.resumed'].map(asked)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
