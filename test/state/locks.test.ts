import { describe, expect, test } from 'vitest';
import { abortOrphans, currentOwner, isProcessAlive, type Owner, ownerState } from '../../src/state/index.ts';
import { freshState, ingest, newRun, runId } from './appdata.ts';

const self: Owner = {
  pid: 100,
  process_start: '5000',
  boot_id: 'boot 1',
  host: 'linux:box',
  pid_space: 'pid:[1]',
};
const other: Owner = { ...self, pid: 200, process_start: '6000' };
const alive = () => true;
const dead = () => false;
const unasked = () => {
  throw new Error('nobody may ask for a pid of another space');
};

describe('an owner is', () => {
  test.each<[string, Partial<Owner>, typeof alive, string]>([
    ['alive when its process is', {}, alive, 'alive'],
    ['dead when its process is gone', {}, dead, 'dead'],
    ['dead after a restart of the machine, whatever its pid', { boot_id: 'boot 0' }, unasked, 'dead'],
    [
      'dead after a restart, in a container too',
      { boot_id: 'boot 0', pid_space: 'pid:[2]' },
      unasked,
      'dead',
    ],
    ['foreign in another pid space', { pid_space: 'pid:[2]' }, unasked, 'foreign'],
    ['foreign on another host', { host: 'win32:box' }, unasked, 'foreign'],
    [
      'foreign on another host that was started at another time',
      { host: 'x', boot_id: 'b' },
      unasked,
      'foreign',
    ],
    ['judged by its process where the boot is unknown', { boot_id: 'unknown' }, dead, 'dead'],
  ])('%s', (_name, difference, isAlive, expected) => {
    expect(ownerState({ ...other, ...difference }, self, isAlive)).toBe(expected);
  });
});

describe('the real test for life', () => {
  test('says that this process lives', () => {
    expect(isProcessAlive(currentOwner())).toBe(true);
  });
  test.skipIf(process.platform !== 'linux')('sees through a pid that was given to another process', () => {
    expect(isProcessAlive({ ...currentOwner(), process_start: '1' })).toBe(false);
  });
  test('says that a pid beyond all pids is dead', () => {
    expect(isProcessAlive({ ...currentOwner(), pid: 2 ** 22 + 1 })).toBe(false);
  });
});

describe('the run lock', () => {
  const request = { name: 'run', owner: self, purpose: 'run 1', isAlive: alive } as const;

  test('is held by one at a time, until it is given back', () => {
    const { locks } = freshState();
    expect(locks.acquire(request)).toEqual({ acquired: true });
    const second = { ...request, owner: other, purpose: 'run 2' };
    expect(locks.acquire(second)).toMatchObject({
      acquired: false,
      holder: { purpose: 'run 1', owner: self },
    });
    expect(locks.release(second)).toBe(false);
    expect(locks.release(request)).toBe(true);
    expect(locks.holder('run')).toBeUndefined();
    expect(locks.acquire(second)).toEqual({ acquired: true });
  });

  test('is not given twice to one process, nor given back for another purpose', () => {
    const { locks } = freshState();
    locks.acquire(request);
    expect(locks.acquire({ ...request, purpose: 'run 2' })).toMatchObject({ acquired: false });
    expect(locks.release({ ...request, purpose: 'run 2' })).toBe(false);
  });

  test('is taken over from a dead owner, who is named', () => {
    const { locks } = freshState();
    locks.acquire({ ...request, owner: other });
    const answer = locks.acquire({ ...request, purpose: 'run 2', isAlive: dead });
    expect(answer).toMatchObject({ acquired: true, stale: { owner: other, purpose: 'run 1' } });
    expect(locks.holder('run')).toMatchObject({ owner: self, purpose: 'run 2' });
  });

  test('is never taken over from an owner that can not be seen', () => {
    const { locks } = freshState();
    locks.acquire({ ...request, owner: { ...other, host: 'win32:box' } });
    expect(locks.acquire({ ...request, isAlive: dead })).toMatchObject({ acquired: false });
  });

  test('excludes maintenance, and the other way round', () => {
    const { locks } = freshState();
    locks.acquire(request);
    const maintenance = { ...request, name: 'maintenance', owner: other, purpose: 'gc' } as const;
    expect(locks.acquire(maintenance)).toMatchObject({ acquired: false, holder: { name: 'run' } });
    locks.release(request);
    expect(locks.acquire(maintenance)).toEqual({ acquired: true });
    expect(locks.acquire(request)).toMatchObject({ acquired: false, holder: { name: 'maintenance' } });
  });
});

test('FND-01 runs of dead processes read ABORTED; those of living and of unseen ones are left alone', () => {
  const state = freshState();
  const version = ingest(state);
  const owners = { a: other, b: self, c: { ...other, host: 'win32:box' }, d: other };
  for (const [digit, owner] of Object.entries(owners)) {
    state.runs.create({ ...newRun(version, runId(digit)), owner });
    if (digit !== 'd') state.runs.start(runId(digit), owner);
  }
  const aborted = abortOrphans(state, self, (owner) => owner.pid === self.pid);
  expect(aborted).toEqual([runId('a'), runId('d')]);
  const status = ['a', 'b', 'c', 'd'].map((digit) => state.runs.get(runId(digit))?.status);
  expect(status).toEqual(['ABORTED', 'RUNNING', 'RUNNING', 'ABORTED']);
  expect(state.runs.get(runId('a'))?.reason).toMatch(/process 200 ended/);
  expect(state.events.bySubject('run', runId('a')).map((event) => event.kind)).toEqual(['run.aborted']);
  expect(abortOrphans(state, self, dead)).toEqual([runId('b')]);
});
