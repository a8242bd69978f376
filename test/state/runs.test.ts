import { describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { currentOwner } from '../../src/state/index.ts';
import { COUNTS, completeRun, freshState, ingest, newRun, runId } from './appdata.ts';

describe('a run', () => {
  test('goes from QUEUED over RUNNING to COMPLETED, with its times and counts', () => {
    const state = freshState();
    const version = ingest(state);
    state.runs.create(newRun(version));
    expect(state.runs.get(runId('a'))).toMatchObject({
      status: 'QUEUED',
      started_at: null,
      dataset: 'orders',
    });
    state.runs.start(runId('a'), currentOwner());
    state.runs.markFirstResult(runId('a'));
    const first = state.runs.get(runId('a'))?.first_result_at;
    state.runs.markFirstResult(runId('a'));
    const manifest_sha256 = sha256('manifest');
    state.runs.finish(runId('a'), { status: 'COMPLETED', manifest_sha256, counts: COUNTS });
    const run = state.runs.get(runId('a'));
    expect(run).toMatchObject({ status: 'COMPLETED', manifest_sha256, ...COUNTS, config: { workers: 2 } });
    expect(run?.first_result_at).toBe(first);
    expect(run?.owner).toEqual(currentOwner());
    expect([run?.created_at, run?.started_at, run?.first_result_at, run?.finished_at]).toEqual(
      [run?.created_at, run?.started_at, run?.first_result_at, run?.finished_at].toSorted(),
    );
  });

  test('that has ended can not end again, and one that was not started can not be sealed', () => {
    const state = freshState();
    const version = ingest(state);
    completeRun(state, version);
    expect(() => state.runs.finish(runId('a'), { status: 'FAILED', reason: 'late' })).toThrow(/can not end/);
    expect(() => state.runs.start(runId('a'), currentOwner())).toThrow(/can not be started/);
    state.runs.create(newRun(version, runId('b')));
    const end = { status: 'COMPLETED', manifest_sha256: sha256('m'), counts: COUNTS } as const;
    expect(() => state.runs.finish(runId('b'), end)).toThrow(/can not end/);
    expect(state.runs.get(runId('b'))?.status).toBe('QUEUED');
  });

  test('that was aborted keeps its id and first start when it is resumed', () => {
    const state = freshState();
    state.runs.create(newRun(ingest(state)));
    state.runs.start(runId('a'), currentOwner());
    const started = state.runs.get(runId('a'))?.started_at;
    state.runs.finish(runId('a'), { status: 'ABORTED', reason: 'killed' });
    expect(state.runs.get(runId('a'))).toMatchObject({ status: 'ABORTED', reason: 'killed' });
    expect([1, 2].map(() => state.runs.requeue(runId('a'), currentOwner()))).toEqual([true, false]);
    expect(state.runs.get(runId('a'))).toMatchObject({ status: 'QUEUED', reason: '', finished_at: null });
    state.runs.start(runId('a'), currentOwner());
    expect(state.runs.get(runId('a'))).toMatchObject({
      status: 'RUNNING',
      reason: '',
      started_at: started,
      finished_at: null,
    });
  });

  test('counts from when it was asked for, if that is given', () => {
    const state = freshState();
    state.runs.create({ ...newRun(ingest(state)), created_at: '2025-01-01T00:00:00.000Z' });
    expect(state.runs.get(runId('a'))?.created_at).toBe('2025-01-01T00:00:00.000Z');
  });

  test('needs a dataset that lists its version', () => {
    const state = freshState();
    const run = newRun(ingest(state));
    expect(() => state.runs.create({ ...run, dataset: 'other' })).toThrow(/NOT NULL/);
    expect(() => state.runs.create({ ...run, dataset_version_id: sha256('other') })).toThrow(/FOREIGN KEY/);
  });
});

describe('finding a run', () => {
  test('takes a unique beginning of its id in any case, the whole id, or latest', () => {
    const state = freshState();
    const version = ingest(state);
    state.runs.create(newRun(version, `abcd${runId('0').slice(4)}`));
    state.runs.create(newRun(version, `abce${runId('0').slice(4)}`));
    expect(state.runs.find('abcd').ordinal).toBe(1);
    expect(state.runs.find('ABCE').ordinal).toBe(2);
    expect(state.runs.find(`abcd${runId('0').slice(4)}`).ordinal).toBe(1);
    expect(state.runs.find('latest').ordinal).toBe(2);
  });

  test('refuses a beginning of several ids, and says how many', () => {
    const state = freshState();
    const version = ingest(state);
    state.runs.create(newRun(version, `abcdf${runId('0').slice(5)}`));
    state.runs.create(newRun(version, `abcd0${runId('0').slice(5)}`));
    expect(() => state.runs.find('abcd')).toThrow('"abcd" fits 2 runs.');
  });

  test('says that there is no run yet where the newest is asked for', () => {
    expect(() => freshState().runs.find('latest')).toThrow(expect.objectContaining({ code: 'SH_RUN_NONE' }));
  });

  test.each(['ffff', '', 'a', "' OR 1=1", '%', 'abcg'])('says that there is no run "%s"', (text) => {
    const state = freshState();
    expect(() => state.runs.find(text)).toThrow(expect.objectContaining({ code: 'SH_RUN_UNKNOWN' }));
  });
});

test('runs are listed newest first, by status and dataset, page by page', () => {
  const state = freshState();
  const orders = ingest(state, 'a', 'orders');
  const stock = ingest(state, 'b', 'stock');
  for (const digit of '1234') state.runs.create(newRun(orders, runId(digit)));
  for (const digit of '56') state.runs.create(newRun(stock, runId(digit), 'stock'));
  for (const digit of '136') state.runs.start(runId(digit), currentOwner());
  const listed = (...filter: Parameters<typeof state.runs.list>) =>
    state.runs.list(...filter).map((run) => run.ordinal);
  expect(listed()).toEqual([6, 5, 4, 3, 2, 1]);
  expect(listed({ limit: 2 })).toEqual([6, 5]);
  expect(listed({ limit: 2, before: 5 })).toEqual([4, 3]);
  expect(listed({ status: 'RUNNING' })).toEqual([6, 3, 1]);
  expect(listed({ dataset: 'orders' })).toEqual([4, 3, 2, 1]);
  expect(listed({ dataset: 'orders', status: 'RUNNING' })).toEqual([3, 1]);
  expect(listed({ dataset: 'none' })).toEqual([]);
  expect(state.runs.underWay().map((run) => run.ordinal)).toEqual([1, 2, 3, 4, 5, 6]);
});
