import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { keptWhileUnchanged } from '../../src/engine/kept-while-unchanged.ts';

const folder = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file that is kept track of, as it stands three seconds later than it was written. */
function watched(name: string) {
  const path = join(folder, name);
  writeFileSync(path, 'one');
  const keep = keptWhileUnchanged<number>();
  let made = 0;
  const ask = async (laterMs = 3000): Promise<number> => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + laterMs });
    try {
      return await keep(
        path,
        async () => [path],
        async () => (made += 1),
      );
    } finally {
      vi.useRealTimers();
    }
  };
  return { path, ask };
}

// The first: the clock of the program never goes back.
test('what was written a moment ago is not kept: it may be written again within the same tick of the clock', async () => {
  const { ask } = watched('fresh');
  expect([await ask(0), await ask(0)]).toEqual([1, 2]);
});

test('what was made of a file is kept as long as nobody writes it', async () => {
  const { ask } = watched('same');
  expect([await ask(), await ask(), await ask()]).toEqual([1, 1, 1]);
});

test('it is made anew where the file was written, with the same size and with its time set back', async () => {
  const { path, ask } = watched('written');
  const { atime, mtime } = statSync(path);
  expect(await ask()).toBe(1);
  writeFileSync(path, 'two');
  utimesSync(path, atime, mtime);
  expect(await ask()).toBe(2);
});

test('and where another was put in its place, or it is gone', async () => {
  const { path, ask } = watched('replaced');
  expect(await ask()).toBe(1);
  writeFileSync(`${path}.new`, 'one');
  renameSync(`${path}.new`, path);
  expect(await ask()).toBe(2);
  rmSync(path);
  expect([await ask(), await ask()]).toEqual([3, 4]);
});
