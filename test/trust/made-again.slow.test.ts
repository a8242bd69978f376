import { mkdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, test } from 'vitest';
import { appPaths, canonicalJsonFile, hashFile, type Sha256 } from '../../src/base/index.ts';
import type { Part, RunManifest } from '../../src/contract/index.ts';
import { hashRows } from '../../src/ingest/rows-hash.ts';
import { folderOfFile, readJson, run, testPlugins } from '../run/command.ts';
import { say } from '../run/say.ts';

const folder = folderOfFile('again');
const appdata = join(folder, 'appdata');
const table = join(folder, 'orders.csv');
const PLUGINS = ['--plugins', 'counts_rows,profile_basic', '--plugin-dir', testPlugins];
let older: string;
let part: string;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const rows = Array.from(
    { length: 5000 },
    (_, i) => `${i},${(i * 7919) % 1000},${i % 3 ? 'north' : 'south'}`,
  );
  writeFileSync(table, `id,amount,region\n${rows.join('\n')}\n`);
  const made = await run(table, appdata, PLUGINS);
  older = made.run_id;
  const [input] = readJson<RunManifest>(made.manifest_path).inputs;
  part = appPaths(appdata).part(input?.part_id as Sha256);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Puts another Parquet file in the place of the part's, as another DuckDB would have made it, with what its document says of it. */
async function writeAgain(select: string): Promise<string> {
  const path = join(part, 'part.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT ${select} FROM '${path}') TO '${path}.new' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  renameSync(`${path}.new`, path);
  const document = readJson<Part>(join(part, 'part.json'));
  const again: Part = {
    ...document,
    parquet_sha256: await hashFile(path),
    parquet_bytes: statSync(path).size,
    rows_sha256: (await hashRows(connection, path)).sha256,
  };
  connection.closeSync();
  instance.closeSync();
  expect(again.parquet_sha256).not.toBe(document.parquet_sha256);
  writeFileSync(join(part, 'part.json'), canonicalJsonFile(again));
  return again.parquet_sha256;
}

async function codes(...commands: readonly (readonly string[])[]): Promise<(number | null)[]> {
  const ended: (number | null)[] = [];
  for (const args of commands) ended.push((await say([...args, '--appdata', appdata])).code);
  return ended;
}

test('a part whose file was made again with other row groups is the same part: older runs verify, recompute and are exported with it', async () => {
  await writeAgain('*');
  expect(await codes(['verify', older])).toEqual([4]);
  // The same file again: what lies there is whole, and is recorded.
  expect(await codes(['ingest', table])).toEqual([0]);
  const pack = join(folder, 'pack.zip');
  expect(
    await codes(
      ['verify', older, '--recompute', '--plugin-dir', testPlugins],
      ['replay', older],
      ['doctor', '--full'],
      ['export', older, '--out', pack, '--include-data'],
      ['verify', pack],
    ),
  ).toEqual([0, 0, 0, 0, 0]);
});

test('one that is put right is recorded at once, whatever becomes of the command that did it', async () => {
  const otherBytes = readJson<Part>(join(part, 'part.json')).parquet_sha256;
  truncateSync(join(part, 'part.parquet'), 1000);
  expect(await codes(['doctor', '--full'])).toEqual([4]);
  expect(await codes(['run', table, '--dry-run', ...PLUGINS])).toEqual([0]);
  expect(readJson<Part>(join(part, 'part.json')).parquet_sha256).not.toBe(otherBytes);
  expect(await codes(['doctor', '--full'], ['verify', older])).toEqual([0, 0]);
});

test('one with another row is damage, though its document fits it', async () => {
  await writeAgain('* REPLACE (CASE WHEN id = 77 THEN amount + 1 ELSE amount END AS amount)');
  expect(await codes(['ingest', table])).toEqual([0]);
  const verified = await say(['verify', older, '--appdata', appdata]);
  expect(verified.code).toBe(4);
  expect(verified.out + verified.err).toContain('rows_sha256');
});
