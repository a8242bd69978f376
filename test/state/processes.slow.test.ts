import { statSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connect } from '../../src/state/database.ts';
import { currentOwner } from '../../src/state/index.ts';
import { freshAppdata, stateOf } from './appdata.ts';
import { child } from './child-process.ts';

const kinds = (state: ReturnType<typeof stateOf>) => state.events.byCorrelation('child').map((e) => e.kind);

test('several processes may open a new appdata at once', async () => {
  const { root } = freshAppdata();
  expect(await Promise.all(['open', 'open', 'open'].map((command) => child(command, root)))).toEqual([
    0, 0, 0,
  ]);
});

test('two processes that write at once lose nothing', async () => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  expect(await Promise.all([child('link-20', paths.root, 'x'), child('link-20', paths.root, 'y')])).toEqual([
    0, 0,
  ]);
  const chain = state.chain.list();
  expect(chain.map((link) => link.ordinal)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(chain.map((link) => link.previous_manifest_sha256)).toEqual([
    null,
    ...chain.slice(0, -1).map((link) => link.manifest_sha256),
  ]);
});

test.skipIf(process.platform === 'win32')(
  'FND-01 a process killed inside a transaction leaves what was committed before, and no more',
  async () => {
    const paths = freshAppdata();
    expect(await child('die-in-transaction', paths.root)).toBe('SIGKILL');
    const state = stateOf(paths);
    expect(kinds(state)).toEqual(['committed']);
    expect(state.check('full')).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'a write-ahead log that was torn in its last commit yields the commits before it',
  async () => {
    const paths = freshAppdata();
    expect(await child('die-after-two-commits', paths.root)).toBe('SIGKILL');
    const log = `${paths.state}-wal`;
    truncateSync(log, statSync(log).size - 10);
    const state = stateOf(paths);
    expect(kinds(state)).toEqual(['first']);
    expect(state.check('full')).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')('the lock of a process that was killed is taken over', async () => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  expect(await child('die-with-lock', paths.root, 'run 1')).toBe('SIGKILL');
  expect(state.locks.holder('run')?.purpose).toBe('run 1');
  const answer = state.locks.acquire({ name: 'run', owner: currentOwner(), purpose: 'run 2' });
  expect(answer).toMatchObject({ acquired: true, stale: { purpose: 'run 1' } });
});

test('a reader does not wait for a writer, and a second writer gives up with an explanation', () => {
  const paths = freshAppdata();
  const state = stateOf(paths);
  const other = connect(paths.state, { busyTimeoutMs: 10 });
  try {
    state.transaction(() => {
      state.datasets.ensure('orders');
      expect(other.all('SELECT * FROM datasets', {}, (row) => row)).toEqual([]);
      expect(() => other.run("INSERT INTO datasets (name, created_at) VALUES ('x', 'y')", {})).toThrow(
        expect.objectContaining({ code: 'SH_STATE_BUSY', exitCode: 2 }),
      );
    });
    expect(other.all('SELECT name FROM datasets', {}, (row) => row['name'])).toEqual(['orders']);
  } finally {
    other.close();
  }
});
