import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withDuckDb } from '../../src/ingest/duckdb.ts';
import { hashRows } from '../../src/ingest/rows-hash.ts';

const ROWS = `SELECT range + 1 AS row_number, range * 7 AS a, CAST(range AS DOUBLE) / 3 AS b, 'text ' || range AS c,
  CASE WHEN range % 5 = 0 THEN NULL ELSE DATE '2025-01-01' + CAST(range AS INTEGER) END AS d,
  CAST(range AS DECIMAL(30, 4)) / 8 AS e, range % 2 = 0 AS f FROM range(5000)`;

/** The hashes of the rows of some selections, each written with its options. */
async function hashesOf(...tables: readonly (readonly [string, string])[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rows-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const resources = { memoryBytes: 256 << 20, threads: 2, spill: join(folder, 'spill') };
  return withDuckDb(resources, async (connection) => {
    const hashes: string[] = [];
    for (const [select, options] of tables) {
      const path = join(folder, `${hashes.length}.parquet`);
      await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`);
      hashes.push((await hashRows(connection, path)).sha256);
    }
    return hashes;
  });
}

test('the hash of rows is the same for other row groups and compression, and stays what it is for these rows', async () => {
  const hashes = await hashesOf([ROWS, ''], [ROWS, ', ROW_GROUP_SIZE 2048, COMPRESSION zstd']);
  // Where an upgrade of DuckDB changes it: raise the method in src/ingest/rows-hash.ts, as stored ones can't be compared then.
  const known = 'sha256:7a9de33397379a565f2f38f183a74fd9a8045f8e37e38a73d3905d460feee25c';
  expect(hashes).toEqual([known, known]);
});

test('one other cell, a missing value, two rows that changed places, another name or type: another hash', async () => {
  const other = (items: string): [string, string] => [`SELECT ${items} FROM (${ROWS})`, ''];
  const hashes = await hashesOf(
    [ROWS, ''],
    other('* REPLACE (CASE WHEN row_number = 77 THEN a + 1 ELSE a END AS a)'),
    other('* REPLACE (CASE WHEN row_number = 77 THEN NULL ELSE c END AS c)'),
    other('* REPLACE (CASE row_number WHEN 7 THEN 8 WHEN 8 THEN 7 ELSE row_number END AS row_number)'),
    other('* RENAME (a AS z)'),
    other('* REPLACE (CAST(a AS INTEGER) AS a)'),
  );
  expect(new Set(hashes).size).toBe(hashes.length);
});
