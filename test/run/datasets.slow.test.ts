import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetSummary } from '../../src/engine/index.ts';
import { root, temporaryFolder, testPlugins } from './command.ts';
import { say } from './say.ts';

const sales = join(root, 'examples', 'sales.csv');

test('an export never writes over a file unless told so: it may be the very file that was uploaded', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'sales.csv');
  writeFileSync(file, readFileSync(sales));
  await say(['ingest', file, '--appdata', folder]);
  const args = ['datasets', 'export', 'sales', '--out', file, '--appdata', folder];
  const refused = await say(args);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('exists already');
  expect(readFileSync(file)).toEqual(readFileSync(sales));
  expect((await say([...args, '--force'])).code).toBe(0);
});

test('the format of an export follows the ending of the file', async () => {
  const folder = temporaryFolder();
  await say(['ingest', sales, '--appdata', folder]);
  const out = join(folder, 'x.parquet');
  await say(['datasets', 'export', 'sales', '--out', out, '--appdata', folder]);
  expect(readFileSync(out).subarray(0, 4).toString()).toBe('PAR1');
});

test('a dry run gives no dataset a version', async () => {
  const folder = temporaryFolder();
  const dry = await say(['run', sales, '--dry-run', '--delimiter', ';', '--appdata', folder]);
  expect(dry.code, dry.err).toBe(0);
  expect(dry.out).toContain('no dataset was changed');
  const listed = await say(['datasets', 'list', '--json', '--appdata', folder]);
  expect(JSON.parse(listed.out) as DatasetSummary[]).toEqual([]);
});

test.each([
  ['that is not there', (folder: string) => join(folder, 'nowhere'), 'it is no folder'],
  ['that is a plugin itself', () => join(testPlugins, 'counts_rows'), 'it is a plugin itself'],
  ['without a plugin', (folder: string) => join(folder, 'empty'), 'none of its folders has a plugin.json'],
])('a folder of plugins %s is a clear error', async (_what, path, reason) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'empty'));
  const ended = await say(['plugins', 'list', '--plugin-dir', path(folder)]);
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(reason);
});
