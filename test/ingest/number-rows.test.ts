import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PARQUET } from '../../src/ingest/duckdb.ts';
import { fieldsOf, integer, integerIn, structOf } from '../../src/ingest/parquet/compact-protocol.ts';
import { numberRows } from '../../src/ingest/parquet/number-rows.ts';
import { query } from './ingesting.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'number-rows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More row groups and columns than a short list holds, of each kind that a part can have. */
const COLUMNS = [
  'i AS id',
  'i / 7 AS real',
  'CAST(i % 100 AS DECIMAL(7,2)) AS price',
  'CAST(i AS DECIMAL(38,3)) AS wide',
  `CASE WHEN i % 3 > 0 THEN 'text ' || i END AS text`,
  'i % 2 = 0 AS yes',
  `DATE '2025-01-01' + CAST(i % 900 AS INTEGER) AS day`,
  `TIMESTAMP '2025-01-01' + to_seconds(i) AS at`,
  `TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_seconds(i) AS tz`,
  'CAST(NULL AS SMALLINT) AS _sh_offset_tz',
  `TIME '10:20:30' AS clock`,
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `'constant' AS ${name}`),
].join(', ');

async function written(name: string, rows: number): Promise<string> {
  const path = join(folder, name);
  await query(
    `COPY (SELECT ${COLUMNS} FROM range(${rows}) AS t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  return path;
}

test('the rows of a Parquet file get their places as numbers, and nothing else of it changes', async () => {
  const rows = 2048 * 20 + 5;
  const path = await written('numbered.parquet', rows);
  const before = join(folder, 'before.parquet');
  writeFileSync(before, readFileSync(path));
  await numberRows(path);
  const counts = 'count(*), count_if(row_number = file_row_number + 1), count_if(row_number = id + 1)';
  expect(await query(`SELECT ${counts} FROM read_parquet('${path}', file_row_number = true)`)).toEqual([
    [rows, rows, rows].map(String),
  ]);
  const others = `SELECT * EXCLUDE (row_number) FROM '${path}'`;
  expect(await query(`${others} EXCEPT ALL SELECT * FROM '${before}'`)).toEqual([]);
  expect(await query(`SELECT name FROM parquet_schema('${path}') OFFSET 1`)).toEqual([
    ['row_number'],
    ...(await query(`SELECT name FROM parquet_schema('${before}') OFFSET 1`)),
  ]);
});

test('each row group says which numbers it holds, so that a range of rows is found without reading the others', async () => {
  const path = await written('groups.parquet', 2048 * 2 + 5);
  await numberRows(path);
  expect(
    await query(
      `SELECT stats_min_value, stats_max_value, stats_null_count, num_values FROM parquet_metadata('${path}')
       WHERE path_in_schema = 'row_number' ORDER BY row_group_id`,
    ),
  ).toEqual([
    ['1', '2048', '0', '2048'],
    ['2049', '4096', '0', '2048'],
    ['4097', '4101', '0', '5'],
  ]);
  const sizes = `SELECT any_value(row_group_bytes), sum(total_uncompressed_size), any_value(row_group_num_columns), count(*)`;
  for (const [bytes, sum, columns, count] of await query(
    `${sizes} FROM parquet_metadata('${path}') GROUP BY row_group_id`,
  )) {
    expect([bytes, columns]).toEqual([sum, count]);
  }
});

test('a file of one row, and one of none, can be numbered', async () => {
  for (const rows of [1, 0]) {
    const path = await written(`${rows}.parquet`, rows);
    await numberRows(path);
    expect(await query(`SELECT count(*), max(row_number) FROM '${path}'`)).toEqual([
      [String(rows), rows === 0 ? null : '1'],
    ]);
  }
});

test('rows that several threads read are written in their order, also where DuckDB is told that order does not matter', async () => {
  const [source, csv, target] = ['source.parquet', 'source.csv', 'target.parquet'].map((name) =>
    join(folder, name),
  );
  const instance = await DuckDBInstance.create(':memory:', { threads: '4' });
  const connection = await instance.connect();
  const run = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  try {
    const rows = '(SELECT i FROM range(300000) AS t(i))';
    await run(`COPY ${rows} TO '${source}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    await run(`COPY ${rows} TO '${csv}' (FORMAT csv, HEADER)`);
    await run('SET preserve_insertion_order = false');
    for (const from of [
      `read_parquet('${source}')`,
      `read_csv('${csv}', buffer_size = 65536, max_line_size = 1000)`,
    ]) {
      await run(`COPY (SELECT i FROM ${from}) TO '${target}' (${PARQUET}, ROW_GROUP_SIZE 2048)`);
      const misplaced = `SELECT count(*), count_if(i <> file_row_number) FROM read_parquet('${target}', file_row_number = true)`;
      expect(await run(misplaced)).toEqual([[300_000n, 0n]]);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test('what does not end as a Parquet file is not touched', async () => {
  const path = join(folder, 'cut.parquet');
  const whole = readFileSync(await written('whole.parquet', 10));
  writeFileSync(path, whole.subarray(0, -3));
  await expect(numberRows(path)).rejects.toThrow('does not end as a Parquet file');
  expect(readFileSync(path).equals(whole.subarray(0, -3))).toBe(true);
});

test('metadata that come apart into fields are put together to the same bytes', async () => {
  const bytes = readFileSync(await written('footer.parquet', 2048 * 20));
  const footer = bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8), -8);
  expect(structOf(fieldsOf(footer)).equals(footer)).toBe(true);
});

test('integers of all sizes are read as they were written', () => {
  for (const value of [0, 1, -1, 63, 64, -64, -65, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53 - 1)]) {
    expect(integerIn(integer(value))).toBe(value);
  }
});
