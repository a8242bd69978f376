import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { heldBytes, textsOf } from '../../src/dataset/hold.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import { rolesOfParts } from '../../src/ingest/roles-of-parts.ts';
import { makePart, openParts, schemaOf, temporaryFolder } from './make-part.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const TYPES = ['integer', 'decimal(9,2)', 'double', 'boolean', 'date', 'timestamptz', 'text'];
const VALUES = ['i % 7', 'i / 100', "CAST('-0' AS DOUBLE) * i", 'i % 2 = 0'];
const OF_TIME = [
  "DATE '2025-01-31' + CAST(i AS INTEGER)",
  'to_timestamp(i * 1e6)',
  "CASE WHEN i % 3 > 0 THEN 'x' || i END",
];

/** A table of so many columns by name, of all types by turns. */
function wide(columns: number) {
  const values = [...VALUES, ...OF_TIME];
  const names = Array.from({ length: columns }, (_, i) => `c${i}`);
  const of = (list: readonly string[], i: number) => list[i % list.length] ?? '';
  return {
    spec: Object.fromEntries(names.map((name, i) => [name, of(TYPES, i)])),
    sql: (first: number, rows: number) =>
      `SELECT i - ${first} + 1 AS row_number, ${names.map((name, i) => `${of(values, i)} AS ${name}`).join(', ')}
       FROM range(${first}, ${first + rows}) t(i)`,
  };
}

const QUESTIONS = [
  'SELECT c0, count(*) AS n, sum(c1) AS total FROM data GROUP BY c0',
  'SELECT CAST(c2 AS VARCHAR) AS text, c6, c119 FROM data WHERE _sh_part = 2 ORDER BY _sh_row_number LIMIT 9',
  'SELECT _sh_part, max(c4) AS latest, count(DISTINCT c6) AS n FROM data GROUP BY _sh_part',
  'SELECT * FROM data ORDER BY _sh_part, _sh_row_number LIMIT 3',
];

async function answersOf(data: Dataset) {
  const answers = [];
  for (const sql of QUESTIONS) answers.push(await data.query({ sql }));
  const batches = [];
  for await (const batch of data.batches({ columns: ['c0', 'c2', 'c6'] })) batches.push(batch);
  const exact = await data.exact({ kind: 'moments', columns: ['c1', 'c2'], groupBy: ['c0'] });
  return { answers, batches, exact, rows: await data.preview({ rows: 900 }) };
}

it('a wide table that is held in memory answers as its files do', async () => {
  const { spec, sql } = wide(120);
  const parts = [
    await makePart(folder.path, 'one', spec, sql(0, 700)),
    await makePart(folder.path, 'two', spec, sql(700, 300)),
  ];
  const [files, held] = [
    await openParts(folder.path, parts, spec),
    await openParts(folder.path, parts, spec, { manyQuestions: true }),
  ];
  expect(await answersOf(held)).toEqual(await answersOf(files));
  expect(held.createViewSql).toBe(files.createViewSql);
  await Promise.all([files.close(), held.close()]);
});

it.each([
  ['one that is wide and small', 120, 'c0', true],
  ['a narrow one is not', 99, 'c0', false],
  ['one whose texts take more than a quarter of the memory is not', 120, "repeat('x', 40000)", false],
])('many questions are asked of a table in memory: %s', async (name, columns, text, isHeld) => {
  const { spec, sql } = wide(columns);
  const select = `SELECT * REPLACE (CAST(${text} AS VARCHAR) AS c6) FROM (${sql(0, 500)})`;
  const part = await makePart(folder.path, name.replaceAll(' ', '_'), spec, select);
  const memoryBytes = 64 * 1024 * 1024;
  const data = await openParts(folder.path, [part], spec, { manyQuestions: true, memoryBytes });
  await rm(part.parquetPath);
  const asked = data.query({ sql: 'SELECT count(c3) AS n FROM data' });
  if (isHeld) expect((await asked).rows).toEqual([['500']]);
  else await expect(asked).rejects.toThrow();
  await data.close();
});

it('the ids that rows of a table have are refused, but a column of their name is one like any other', async () => {
  const { spec, sql } = wide(120);
  const part = await makePart(folder.path, 'ids', spec, sql(0, 3));
  const data = await openParts(folder.path, [part], spec, { manyQuestions: true });
  await expect(data.query({ sql: 'SELECT rowid FROM data' })).rejects.toMatchObject({
    code: 'SH_QUERY_REFUSED',
  });
  await data.close();
  const own = { ...spec, RowId: 'integer' };
  const named = await makePart(
    folder.path,
    'named',
    own,
    `SELECT *, i + 5 AS RowId FROM (SELECT *, row_number AS i FROM (${sql(0, 3)}))`,
  );
  const other = await openParts(folder.path, [named], own, { manyQuestions: true });
  const found = await other.query({ sql: 'SELECT rowid FROM data ORDER BY _sh_part, _sh_row_number' });
  expect(found.rows).toEqual([['6'], ['7'], ['8']]);
  await other.close();
});

it.each([
  ['integer', 'i', [10, 2048, 2500, 20_000, 130_000]],
  ['decimal(38,2)', 'i', [10, 2500, 20_000]],
  ['text', "'abcdefghijkl' || i", [10, 2500, 20_000, 130_000]],
  ['text', "repeat('x', 4090) || i", [200, 2500]],
  ['text', "repeat('x', 140000) || i", [1, 20]],
])(
  'what a held column of %s takes, %s, is reckoned: at least what DuckDB takes, and not twice that',
  async (type, sql, sizes) => {
    const { columns } = schemaOf({ c: type });
    for (const rows of sizes) {
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      await connection.run(`CREATE VIEW v AS SELECT CAST(${sql} AS ${type === 'integer' ? 'BIGINT' : type}) AS c
                          FROM range(${rows}) t(i)`);
      const reckoned = heldBytes(columns, rows, await textsOf(connection, 'v', columns));
      await connection.run('CREATE TABLE held AS SELECT * FROM v');
      const memory = await connection.runAndReadAll(
        'SELECT CAST(sum(memory_usage_bytes + temporary_storage_bytes) AS DOUBLE) FROM duckdb_memory()',
      );
      const taken = Number(memory.getRows()[0]?.[0]);
      expect(reckoned).toBeGreaterThanOrEqual(taken);
      expect(reckoned).toBeLessThan(2 * taken);
      instance.closeSync();
    }
  },
);

/** So many columns of 2,500 rows, of which `saidRows` are told: held each would take 0.28 MB. */
async function tooLarge(name: string, columns: number, saidRows: number) {
  const spec = Object.fromEntries(Array.from({ length: columns }, (_, i) => [`c${i}`, 'integer']));
  const values = Object.keys(spec).map((column, i) => `i + ${i} AS ${column}`);
  const select = `SELECT i + 1 AS row_number, ${values.join(', ')} FROM range(2500) t(i)`;
  const { part, parquetPath } = await makePart(folder.path, name, spec, select);
  return { spec, parts: [{ parquetPath, part: { ...part, row_count: saidRows } }] };
}

it.each([
  ['not begun where it is reckoned to be too large', 2500],
  ['given up where DuckDB runs out of memory', 1],
])('a table in memory is %s: the files are read', async (name, saidRows) => {
  const { spec, parts } = await tooLarge(name.replaceAll(' ', '_'), 400, saidRows);
  const least = { memoryBytes: 92_000_000, threads: 1 };
  const data = await openParts(folder.path, parts, spec, { ...least, manyQuestions: true });
  const { rows } = await data.query({ sql: 'SELECT count(*) AS n, max(c399) AS most FROM data' });
  expect(rows).toEqual([['2500', '2898']]);
  await data.close();
});

it('roles of a table that is too large to be held are inferred from its files', async () => {
  const { spec, parts } = await tooLarge('roles', 120, 1);
  const resources = { memoryBytes: 25_000_000, threads: 1, spill: join(folder.path, 'roles') };
  const cache = join(folder.path, 'cache');
  const roles = await rolesOfParts({ parts, schema: schemaOf(spec), resources, cache });
  expect(roles.schema_version).toBe('role_map.v1');
});
