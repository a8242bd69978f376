import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AppPaths } from '../../src/base/index.ts';
import { abandonRun, recoverRuns } from '../../src/pipeline/recover.ts';
import { takeRunLock } from '../../src/pipeline/run-lock.ts';
import { currentOwner, type State } from '../../src/state/index.ts';
import { completeRun, freshAppdata, ingest, newRun, runId, stateOf } from '../state/appdata.ts';

const DEAD = runId('d');
const CONTENT = ['report.json', 'report.md', 'report.html', 'trace.json', 'run_manifest.json'];

/** A process that lived before this machine was started. */
const deadOwner = { ...currentOwner(), boot_id: 'an earlier start', process_start: '1', pid: 2 ** 22 + 1 };

function appdataWithDeadRun(): { state: State; paths: AppPaths; staged: string } {
  const paths = freshAppdata();
  const state = stateOf(paths);
  state.runs.create(newRun(ingest(state), DEAD));
  state.runs.start(DEAD, deadOwner);
  const staged = paths.stagedRun(DEAD);
  for (const name of ['results', 'artifacts/p', 'logs', 'work/p'])
    mkdirSync(join(staged, name), { recursive: true });
  writeFileSync(join(staged, 'journal.json'), '{"phases":[]}');
  writeFileSync(join(staged, 'logs', 'p.log'), 'a line\n');
  return { state, paths, staged };
}

function writeEverything(staged: string): void {
  for (const name of [...CONTENT, 'results/p.json', 'artifacts/p/a.txt', 'work/p/rest'])
    writeFileSync(join(staged, name), name);
}

type Appdata = ReturnType<typeof appdataWithDeadRun>;
const STATES: [string, (appdata: Appdata) => void][] = [
  ['was executing', () => undefined],
  ['had written everything', ({ staged }) => writeEverything(staged)],
  [
    'had renamed its folder, and died again while it was taken back',
    ({ paths, staged }) => {
      writeEverything(staged);
      mkdirSync(paths.run(DEAD), { recursive: true });
      renameSync(join(staged, 'journal.json'), join(paths.run(DEAD), 'journal.json'));
      renameSync(join(staged, 'logs'), join(paths.run(DEAD), 'logs'));
    },
  ],
  [
    'had been stripped already, but not yet noted',
    ({ staged }) => {
      for (const name of ['results', 'artifacts', 'work']) rmSync(join(staged, name), { recursive: true });
    },
  ],
];

test.each(STATES)(
  'FND-01 a dead run that %s reads ABORTED and keeps logs and journal only',
  async (_, died) => {
    const appdata = appdataWithDeadRun();
    died(appdata);
    const { state, paths, staged } = appdata;
    expect(await recoverRuns(state, paths)).toEqual([DEAD]);
    expect(state.runs.get(DEAD)).toMatchObject({
      status: 'ABORTED',
      manifest_sha256: null,
      reason: expect.stringContaining(String(deadOwner.pid)),
    });
    expect(existsSync(paths.run(DEAD))).toBe(false);
    expect(readdirSync(staged).sort()).toEqual(['journal.json', 'logs']);
    expect(readFileSync(join(staged, 'logs', 'p.log'), 'utf8')).toBe('a line\n');
    expect(state.chain.list()).toEqual([]);
    expect(state.events.byCorrelation(DEAD).map((event) => event.kind)).toEqual(['run.aborted']);
  },
);

test('a sealed folder that is not whole is set aside as it is, and its run reads ABORTED', async () => {
  const { state, paths, staged } = appdataWithDeadRun();
  writeEverything(staged);
  mkdirSync(paths.runs, { recursive: true });
  renameSync(staged, paths.run(DEAD));
  const files = readdirSync(paths.run(DEAD), { recursive: true }).sort();
  expect(await recoverRuns(state, paths)).toEqual([DEAD]);
  expect(state.runs.get(DEAD)).toMatchObject({ status: 'ABORTED', manifest_sha256: null });
  expect(existsSync(paths.run(DEAD))).toBe(false);
  expect(readdirSync(paths.setAside(DEAD), { recursive: true }).sort()).toEqual(files);
  expect(state.events.bySubject('run', DEAD).map(({ kind, data }) => [kind, data])).toEqual([
    ['run.set_aside', { reason: 'its manifest is no JSON' }],
    ['run.aborted', expect.anything()],
  ]);
});

test('FND-01 recovering twice changes nothing more', async () => {
  const appdata = appdataWithDeadRun();
  const { state, paths, staged } = appdata;
  writeEverything(staged);
  await recoverRuns(state, paths);
  const after = () => ({
    run: state.runs.get(DEAD),
    events: state.events.byCorrelation(DEAD),
    files: readdirSync(paths.staging, { recursive: true, encoding: 'utf8' }).sort(),
  });
  const once = after();
  expect(await recoverRuns(state, paths)).toEqual([]);
  expect(after()).toEqual(once);
});

test('FND-01 the run of a live process is left alone, and so is a finished one', async () => {
  const { state, paths } = appdataWithDeadRun();
  const live = runId('e');
  const version = ingest(state, 'b');
  state.runs.create(newRun(version, live));
  state.runs.start(live, currentOwner());
  completeRun(state, version, runId('f'));
  for (const folder of [paths.stagedRun(live), paths.run(live), paths.run(runId('f'))]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'report.json'), '{}');
  }
  expect(await recoverRuns(state, paths)).toEqual([DEAD]);
  expect(state.runs.get(live)?.status).toBe('RUNNING');
  expect(state.runs.get(runId('f'))?.status).toBe('COMPLETED');
  for (const folder of [paths.stagedRun(live), paths.run(live), paths.run(runId('f'))])
    expect(readdirSync(folder)).toEqual(['report.json']);
});

test('a run that a process of another pid space holds is left alone: it can not be seen from here', async () => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  state.runs.create(newRun(ingest(state), DEAD));
  state.runs.start(DEAD, { ...currentOwner(), host: 'another machine' });
  expect(await recoverRuns(state, paths)).toEqual([]);
  expect(state.runs.get(DEAD)?.status).toBe('RUNNING');
});

test('while another run is under way recovery waits for a later start', async () => {
  const { state, paths, staged } = appdataWithDeadRun();
  writeEverything(staged);
  const lock = { name: 'run', owner: currentOwner(), purpose: runId('e') } as const;
  state.locks.acquire(lock);
  expect(await recoverRuns(state, paths)).toEqual([]);
  expect(existsSync(join(staged, 'report.json'))).toBe(true);
  state.locks.release(lock);
  expect(await recoverRuns(state, paths)).toEqual([DEAD]);
});

test('a run of a process that can not be seen holds its lock, with words on what to do, until the operator says that it is gone', async () => {
  const { state, paths } = appdataWithDeadRun();
  await recoverRuns(state, paths);
  const foreign = { ...deadOwner, host: 'win32:box' };
  const live = runId('e');
  state.runs.create({ ...newRun(ingest(state, 'b'), live), owner: foreign });
  state.runs.start(live, foreign);
  state.locks.acquire({ name: 'run', owner: foreign, purpose: live });
  for (const name of ['results', 'artifacts/p', 'logs', 'work/p'])
    mkdirSync(join(paths.stagedRun(live), name), { recursive: true });
  writeEverything(paths.stagedRun(live));
  writeFileSync(join(paths.stagedRun(live), 'journal.json'), '{}');
  expect(await recoverRuns(state, paths)).toEqual([]);
  const options = { wait: false, signal: undefined, onWait: () => undefined };
  const refused = await takeRunLock(state, runId('f'), options).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'SH_LOCK_FOREIGN',
    message: expect.stringContaining('4194305 on win32:box'),
    hint: expect.stringContaining(`runs cancel ${live} --owner-is-gone`),
  });
  const run = state.runs.get(live);
  if (run !== undefined) await abandonRun(state, paths, run);
  expect(state.runs.get(live)).toMatchObject({
    status: 'ABORTED',
    reason: expect.stringContaining('operator'),
  });
  expect(state.locks.holder('run')).toBeUndefined();
  expect(readdirSync(paths.stagedRun(live)).sort()).toEqual(['journal.json', 'logs']);
  (await takeRunLock(state, runId('f'), options))();
});

test('what the dead process was writing into the cache goes, and what it had kept stays', async () => {
  const { state, paths } = appdataWithDeadRun();
  const folder = join(paths.cache, 'chunks', 'ab');
  mkdirSync(folder, { recursive: true });
  for (const name of ['abcd', 'abcd.0123456789ab.tmp']) writeFileSync(join(folder, name), 'x');
  await recoverRuns(state, paths);
  expect(readdirSync(folder)).toEqual(['abcd']);
});
