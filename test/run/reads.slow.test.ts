import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeTable } from '../../bench/make-data.ts';
import { type Reads, readsOf } from './reads.ts';
import { run } from './say.ts';

const ROWS = 150_000;

const counted = {} as Record<'fixed' | 'first' | 'second' | 'append', Reads>;
/** Bytes of the table, of what is appended, and of the Parquet files of both. */
const sizes = { table: 0, more: 0, parquet: 0, moreParquet: 0 };

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stat-harness-test-'));
  const files = tablesIn(folder);
  // What a run reads whatever the table, once everything is loaded that is loaded once.
  await analyse(join(folder, 'tiny'), files.tiny);
  counted.fixed = await analyse(join(folder, 'tiny'), files.tiny);
  const appdata = join(folder, 'appdata');
  counted.first = await analyse(appdata, files.table);
  // the kernel counts for the process: what an earlier test left to finish may read beside one of them
  const again = [await analyse(appdata, files.table), await analyse(appdata, files.table)] as const;
  counted.second = again[0].bytes < again[1].bytes ? again[0] : again[1];
  counted.append = await analyse(appdata, files.more, true);
  const parts = readdirSync(join(appdata, 'parts'));
  const [less = 0, more = 0] = parts
    .map((part) => statSync(join(appdata, 'parts', part, 'part.parquet')).size)
    .sort((a, b) => a - b);
  Object.assign(sizes, { parquet: more, moreParquet: less });
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A table, a tenth of it again with other rows, and one of a few rows. */
function tablesIn(folder: string) {
  const files = { table: join(folder, 'table.csv'), more: join(folder, 'more.csv'), tiny: '' };
  writeTable(files.table, ROWS);
  const [header, ...rows] = readFileSync(files.table, 'utf8').trimEnd().split('\n');
  writeFileSync(files.more, [header, ...rows.slice(0, ROWS / 10).map((row) => `9${row}`), ''].join('\n'));
  files.tiny = join(dirname(files.table), 'tiny.csv');
  writeFileSync(files.tiny, [header, ...rows.slice(0, 100), ''].join('\n'));
  Object.assign(sizes, { table: statSync(files.table).size, more: statSync(files.more).size });
  return files;
}

function analyse(appdata: string, file: string, append = false): Promise<Reads> {
  const args = ['--plugins', 'profile_basic', '--dataset', 'table', ...(append ? ['--append'] : [])];
  return readsOf(() => run(file, appdata, args));
}

/** The beginning of a file is read once more, to see how it is written; where it is large and new, twice more for a first look. */
const HEAD = 1 << 20;

interface Text {
  readonly bytes: number;
  readonly times: number;
  readonly heads: number;
}

/** What was read beside so many times the text, in Parquet files of the table: less than half of one is amiss. */
function parquetFiles(reads: Reads, { bytes, times, heads }: Text): number {
  const text = times * bytes + heads * Math.min(bytes, HEAD);
  return (reads.bytes - counted.fixed.bytes - text) / sizes.parquet;
}

test('QA-06 a first run reads the upload and the table no more often than it says here', () => {
  // The upload: received, verified, scanned, read by DuckDB. Each scan of the table reads some of its columns only; the
  // moments of a chunk take two, for the ranges and the sums.
  expect(parquetFiles(counted.first, { bytes: sizes.table, times: 4, heads: 3 })).toBeLessThan(11.3);
  expect(counted.first.csvScans).toBe(1);
  expect(counted.first.tableScans).toBeLessThanOrEqual(27);
});

test('QA-06 the same run again reads the upload, its copy and the part once each, and asks the table nothing', () => {
  expect(parquetFiles(counted.second, { bytes: sizes.table, times: 2, heads: 1 })).toBeLessThan(1.5);
  expect(counted.second).toMatchObject({ csvScans: 0, tableScans: 0 });
});

test('QA-06 an append reads nothing of the text that was there before', () => {
  expect(parquetFiles(counted.append, { bytes: sizes.more, times: 4, heads: 1 })).toBeLessThan(10.3);
  expect(counted.append.csvScans).toBe(1);
  expect(counted.append.tableScans).toBeLessThanOrEqual(25);
});
