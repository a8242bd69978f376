import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appPaths } from '../../src/base/index.ts';
import { type Ended, filesBelow, start, temporaryFolder } from './command.ts';
import { say } from './say.ts';

/** A table that takes a while to read. */
function writeTable(path: string, seed: number): string {
  const rows = Array.from(
    { length: 30_000 },
    (_, i) => `${i},${(i * seed) % 9973},${i % 7 ? 'north' : 'south'}`,
  );
  writeFileSync(path, `id,amount,region\n${rows.join('\n')}\n`);
  return path;
}

const ingests = (appdata: string, files: readonly (readonly string[])[]): Promise<Ended[]> =>
  Promise.all(files.map((args) => start(['ingest', ...args, '--appdata', appdata]).ended));

test('FND-03 two ingests of one file at once both end well: one upload, one part, one version, two receptions', async () => {
  const folder = temporaryFolder();
  const paths = appPaths(join(folder, 'appdata'));
  const table = writeTable(join(folder, 'orders.csv'), 7919);
  for (const ended of await ingests(paths.root, [[table], [table]])) expect(ended.code, ended.err).toBe(0);
  const stored = filesBelow(paths.root).map((path) => path.replaceAll('\\', '/').split('/')[0]);
  const count = (name: string): number => stored.filter((found) => found === name).length;
  expect([count('blobs'), count('parts'), count('datasets')]).toEqual([1, 3, 3]);
  expect([count('quarantine'), count('tmp')]).toEqual([0, 0]);
  const shown = await say(['datasets', 'show', 'orders', '--json', '--appdata', paths.root]);
  expect(shown.code, shown.err).toBe(0);
  expect((await say(['doctor', '--full', '--appdata', paths.root])).code).toBe(0);
});

test('two ingests of different files at once are both recorded; of two that append to one dataset, one may be overtaken and says so', async () => {
  const folder = temporaryFolder();
  const paths = appPaths(join(folder, 'appdata'));
  const [may, june, july] = ['may', 'june', 'july'].map((name, i) =>
    writeTable(join(folder, `${name}.csv`), 31 + 2 * i),
  ) as [string, string, string];
  for (const ended of await ingests(paths.root, [[may, '--dataset', 'sales'], [june]]))
    expect(ended.code, ended.err).toBe(0);
  const append = ['--dataset', 'sales', '--append'];
  const both = await ingests(paths.root, [
    [june, ...append],
    [july, ...append],
  ]);
  const done = both.filter(({ code }) => code === 0).length;
  expect(done).toBeGreaterThan(0);
  for (const { code, err } of both.filter(({ code }) => code !== 0)) {
    expect(code).toBe(2);
    expect(err).toContain('sales');
  }
  const listed = await say(['datasets', 'list', '--json', '--appdata', paths.root]);
  const names = JSON.parse(listed.out) as { name: string; versions: readonly object[] }[] | object;
  expect(JSON.stringify(names)).toContain('"june"');
  expect((await say(['doctor', '--full', '--appdata', paths.root])).code).toBe(0);
});
