import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

/** Writes rows of a SELECT as a Parquet file. */
async function writeRows(name: string, select: string): Promise<string> {
  const path = join(shop.folder, name);
  await query(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  return path;
}

/** Ingests one column `x` of these values, besides numbers of the rows. */
async function ingestColumn(name: string, values: readonly string[]) {
  const rows = values.map((value, i) => `SELECT ${i + 1} AS id, ${value} AS x`).join(' UNION ALL ');
  const done = await shop.ingest([await writeRows(`${name}.parquet`, rows)]);
  const part = parquetPath(shop.paths, done.version.parts[0]);
  const found = await query(`SELECT CAST(x AS VARCHAR) FROM read_parquet('${part}') ORDER BY row_number`);
  const [report] = done.reports;
  return { report, column: report?.columns[1], cells: found.map(([cell]) => cell) };
}

const TEXT = { kind: 'text' };
const NESTED = 'column "x": nested in the file: read as JSON text';
const BYTES =
  'column "x": bytes in the file, not all of them text: read as hexadecimal digits, two for each byte';
const KEPT_AS_TEXT = 'column "x": read as text, in the words of DuckDB';

describe('a column of a type that a table has no own for is read as text, which its note says', () => {
  test.each([
    [
      'structs, members in the order of the file',
      ["{'b': 1, 'a': 'x\"y'}", "{'b': NULL, 'a': ''}", 'NULL'],
      ['{"b":1,"a":"x\\"y"}', '{"b":null,"a":""}', null],
      NESTED,
    ],
    [
      'lists, empty and missing ones told apart',
      ['[1, NULL, 3]', 'CAST([] AS INTEGER[])', 'NULL'],
      ['[1,null,3]', '[]', null],
      NESTED,
    ],
    ['maps', ["MAP {'k': 1, 'a': NULL}", 'MAP {}'], ['{"k":1,"a":null}', '{}'], NESTED],
    [
      'lists of structs of lists',
      ["[{'a': [{'b': TIMESTAMP '2025-01-31 10:20:30.5'}]}]"],
      ['[{"a":[{"b":"2025-01-31 10:20:30.5"}]}]'],
      NESTED,
    ],
    [
      'numbers inside of them, to the last digit',
      [
        "{'d': 0.1234567890123456789012345678901234567::DECIMAL(38,37), 'i': 9007199254740993, 'u': 18446744073709551615::UBIGINT, 'f': 0.1::DOUBLE}",
      ],
      ['{"d":0.1234567890123456789012345678901234567,"i":9007199254740993,"u":18446744073709551615,"f":0.1}'],
      NESTED,
    ],
    ['variants', ["CAST({'b': 1} AS VARIANT)", 'CAST(NULL AS VARIANT)'], ['{"b":1}', null], NESTED],
    ['bytes', ["'\\x00\\xFFab'::BLOB", "''::BLOB", 'NULL'], ['00ff6162', '', null], BYTES],
    [
      'bytes that are text which nobody called so',
      ["'M\\xC3\\xBCller\\x0A'::BLOB", 'NULL'],
      ['Müller\n', null],
      'column "x": bytes in the file, all of them UTF-8: read as text',
    ],
    ['bytes with signs that no text has', ["'ab\\x00'::BLOB"], ['616200'], BYTES],
    [
      'spans of time',
      ["INTERVAL '1 month 2 days 3.5 seconds'", 'NULL'],
      ['1 month 2 days 00:00:03.5', null],
      KEPT_AS_TEXT,
    ],
    ['shapes', ["'POINT (1 2)'::GEOMETRY"], ['POINT (1 2)'], KEPT_AS_TEXT],
  ])('%s', async (name, values, cells, note) => {
    const { column, report, cells: read } = await ingestColumn(name.replaceAll(/\W/g, '_'), values);
    expect(read).toEqual(cells);
    expect(column).toMatchObject({ type: TEXT, missing: cells.filter((cell) => cell === null).length });
    expect(column?.why).toMatch(/^stored as .+ in the file$/);
    expect(report?.notes).toEqual([note]);
  });
});

test.each([
  ['UUIDs', ["UUID '00000000-0000-0000-0000-00000000000A'"], TEXT, ['00000000-0000-0000-0000-00000000000a']],
  ['JSON', ['\'{"a":  1.0}\'::JSON'], TEXT, ['{"a":  1.0}']],
  ['ENUMs', ["'y'::ENUM('x', 'y')"], TEXT, ['y']],
  ['bits', ["'0101'::BIT"], TEXT, ['0101']],
  ['large whole numbers', ['18446744073709551615::UBIGINT'], { kind: 'decimal' }, ['18446744073709551615']],
])('%s are taken over without a note', async (name, values, type, cells) => {
  const { column, report, cells: read } = await ingestColumn(name.replaceAll(' ', '_'), values);
  expect({ read, notes: report?.notes }).toEqual({ read: cells, notes: [] });
  expect(column?.type).toMatchObject(type);
});

test.each([
  ["TIME_NS '01:02:03.000001999'", '01:02:03.000002', 'nanoseconds in the file, microseconds here'],
  ["TIMETZ '01:02:03+02'", '23:02:03', 'times of day in UTC'],
])('of the time of day %s a note says what became of it', async (value, cell, note) => {
  const { column, report, cells } = await ingestColumn(value.replaceAll(/\W/g, '_'), [value]);
  expect(column?.type).toEqual({ kind: 'time' });
  expect({ cells, notes: report?.notes }).toEqual({ cells: [cell], notes: [`column "x": ${note}`] });
});

test('beside nested columns the others keep their names as in the file, of which two may differ by case only', async () => {
  const path = await writeRows('names.parquet', `SELECT 1 AS name, {'name': 1, 'n': [2]} AS x, 3 AS "MAME"`);
  const bytes = readFileSync(path).toString('latin1').replaceAll('MAME', 'NAME');
  const renamed = shop.write('renamed.parquet', Buffer.from(bytes, 'latin1'));
  const { version } = await shop.ingest([renamed]);
  expect(version.schema.columns.map(({ name }) => name)).toEqual(['name', 'x', 'NAME']);
});

test('what is appended goes on in the same column, whatever else it nests', async () => {
  const files = [
    await writeRows('first.parquet', `SELECT i AS id, {'n': i} AS x FROM range(3000) t(i)`),
    await writeRows('second.parquet', `SELECT i AS id, [i] AS x FROM range(3000) t(i)`),
  ];
  const { version, parts } = await shop.ingest(files);
  expect(version.schema.columns).toMatchObject([{ type: { kind: 'integer' } }, { type: TEXT }]);
  const last = parts.map(({ part_id }) => `'${parquetPath(shop.paths, part_id)}'`).join(', ');
  const rows = `SELECT row_number, x FROM read_parquet([${last}]) WHERE id = 2999 ORDER BY x`;
  expect(await query(rows)).toEqual([
    ['3000', '[2999]'],
    ['3000', '{"n":2999}'],
  ]);
});

test('the same rows have the same hash, whether a column is nested in the file or its JSON text', async () => {
  const nested = await writeRows('nested.parquet', `SELECT i AS id, {'n': i} AS x FROM range(9) t(i)`);
  const flat = await writeRows('flat.parquet', `SELECT i AS id, '{"n":' || i || '}' AS x FROM range(9) t(i)`);
  const [one, other] = [await shop.ingest([nested]), await shop.ingest([flat])];
  expect(one.parts[0]?.rows_sha256).toBe(other.parts[0]?.rows_sha256);
  expect(one.parts[0]?.rows_sha256).toBeDefined();
});
