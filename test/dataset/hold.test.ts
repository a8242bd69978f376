import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';

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
