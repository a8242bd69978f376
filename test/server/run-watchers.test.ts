import { expect, test } from 'vitest';
import { HarnessError } from '../../src/base/index.ts';
import type { App, ProgressEvent } from '../../src/engine/index.ts';
import { newInstance } from '../../src/server/instance.ts';
import { answerProblems } from '../../src/server/problems.ts';
import { RunWatchers } from '../../src/server/run-watchers.ts';
import { freshAppdata, ingest, newRun, runId, stateOf } from '../state/appdata.ts';

const id = runId('a');

/** A run under way in an appdata whose looks at events are counted. */
function underWay() {
  const paths = freshAppdata();
  const state = stateOf(paths);
  state.runs.create(newRun(ingest(state)));
  let looks = 0;
  const after = (run: string, event: number) => {
    looks += 1;
    return state.events.after(run, event);
  };
  const clock = { now: () => '2025-03-01T00:00:00.000Z', monotonicMs: () => 0 };
  const watched = { ...state, events: { ...state.events, after } };
  const app: App = { paths, state: watched, clock, warnings: [], close: () => undefined };
  const happen = (plugin: string): void =>
    state.events.append({
      ...{ correlation_id: id, kind: 'execution.started', subject_kind: 'plugin', subject_id: plugin },
    });
  const follow = (watchers: RunWatchers, after = 0) => {
    const leaving = new AbortController();
    const told: string[] = [];
    const ids: number[] = [];
    let hear: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => (hear = resolve));
    const tell = (event: ProgressEvent, at?: number): void => {
      if (event.kind !== 'plugin_started') return;
      told.push(event.plugin);
      ids.push(at ?? 0);
      if (event.plugin === 'last') hear();
    };
    const end = watchers.follow(id, { after, signal: leaving.signal, tell });
    return { told, ids, heard, end, leave: () => leaving.abort() };
  };
  return { app, state, happen, follow, looks: () => looks };
}

test('a run that many follow is looked at once for all of them; each hears all, or what came after it left', async () => {
  const { app, state, happen, follow, looks } = underWay();
  const watchers = new RunWatchers(app);
  happen('first');
  const first = follow(watchers);
  const followers = [first, ...Array.from({ length: 30 }, () => follow(watchers))];
  const again = follow(watchers, first.ids[0]);
  happen('last');
  await Promise.all(followers.map(({ heard }) => heard));
  await again.heard;
  expect(looks()).toBeLessThan(20);
  for (const { told } of followers) expect(told).toEqual(['first', 'last']);
  expect(again.told).toEqual(['last']);

  first.leave();
  expect(await first.end).toBeUndefined();
  state.runs.start(id, newRun(ingest(state)).owner);
  state.runs.finish(id, { status: 'FAILED', reason: 'as it has to' });
  for (const { end } of followers.slice(1))
    expect(await end).toMatchObject({ status: 'FAILED', under_way: false });
});

test('a run that nobody follows any more is not looked at, and can be followed anew', async () => {
  const { app, happen, follow, looks } = underWay();
  const watchers = new RunWatchers(app);
  const one = follow(watchers);
  one.leave();
  await one.end;
  const before = looks();
  await new Promise((resolve) => setTimeout(resolve, 450));
  // A last look is part of ending.
  expect(looks()).toBeLessThanOrEqual(before + 1);
  happen('last');
  const another = follow(watchers);
  await another.heard;
  another.leave();
  await another.end;
});

test('where a follower can not be told what happened, nobody follows, and the run is not looked at for nobody', async () => {
  const { app, happen, looks } = underWay();
  happen('first');
  const tell = (): void => {
    throw new Error('busy');
  };
  const { signal } = new AbortController();
  await expect(new RunWatchers(app).follow(id, { after: 0, signal, tell })).rejects.toThrow('busy');
  const before = looks();
  await new Promise((resolve) => setTimeout(resolve, 450));
  expect(looks()).toBeLessThanOrEqual(before + 1);
});

test('more followers than there is room for are refused, and told when to ask again', async () => {
  const { app, follow } = underWay();
  const watchers = new RunWatchers(app);
  const followers = Array.from({ length: 200 }, () => follow(watchers));
  await expect(follow(watchers).end).rejects.toMatchObject({ code: 'SH_HTTP_BUSY' });
  for (const { leave } of followers) leave();
  await Promise.all(followers.map(({ end }) => end));
  const server = newInstance();
  answerProblems(server, () => undefined);
  server.get('/', () => {
    throw new HarnessError('SH_HTTP_BUSY', { what: 'so many' });
  });
  const { statusCode, headers } = await server.inject('/');
  expect([statusCode, headers['retry-after']]).toEqual([429, '5']);
});
