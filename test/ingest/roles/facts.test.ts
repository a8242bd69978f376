import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { Column, ColumnType } from '../../../src/contract/index.ts';
import { gatherFacts } from '../../../src/ingest/roles/facts.ts';

/** So many that distinct values are not counted for all columns at once. */
const ROWS = 300_000;

const COLUMNS: readonly (readonly [name: string, type: ColumnType, sql: string])[] = [
  ['rising', { kind: 'integer' }, 'n'],
  ['in_steps', { kind: 'integer' }, 'n // 7 - 50'],
  ['falls_once', { kind: 'integer' }, 'CASE WHEN n = 299999 THEN 5 ELSE n // 2 END'],
  ['with_gaps', { kind: 'integer' }, 'CASE WHEN n % 10 = 3 THEN NULL ELSE n END'],
  ['one_value', { kind: 'integer' }, '4'],
  ['price', { kind: 'decimal', precision: 9, scale: 2 }, 'CAST(n // 3 AS DECIMAL(9,2)) / 4'],
  ['ratio', { kind: 'double' }, "CASE WHEN n > 990 THEN CAST('nan' AS DOUBLE) ELSE n // 5 END"],
  ['day', { kind: 'date' }, "DATE '2025-01-01' + CAST(n // 50 AS INTEGER)"],
  [
    'at',
    { kind: 'timestamp' },
    "CASE WHEN n > 900 THEN CAST('infinity' AS TIMESTAMP) ELSE TIMESTAMP '2025-01-01' + to_seconds(n // 2) END",
  ],
  ['text', { kind: 'text' }, "'t' || n // 4"],
];

test('distinct values are counted as DuckDB counts them, whether rows rise, fall or have gaps', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const run = async (sql: string) =>
    (await connection.runAndReadAll(sql))
      .getRows()
      .map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  const items = COLUMNS.map(([name, , sql]) => `${sql} AS "${name}"`).join(', ');
  await connection.run(`CREATE TABLE t AS SELECT n + 1 AS row_number, ${items} FROM range(${ROWS}) AS r(n)`);
  const columns = COLUMNS.map(([name, type]): Column => ({ name, sql_name: name, type }));
  const schema = { schema_version: 'dataset_schema.v1', columns } as const;
  const asked: string[] = [];
  const counting = (sql: string) => {
    asked.push(sql);
    return run(sql);
  };
  const facts = await gatherFacts({ run: counting, relation: 't' }, schema, ROWS);
  const counted = COLUMNS.map(([name]) => `CAST(count(DISTINCT "${name}") AS VARCHAR)`).join(', ');
  const [expected] = await run(`SELECT ${counted} FROM t`);
  expect(facts.map(({ distinct }) => String(distinct))).toEqual(expected);
  const hashed = COLUMNS.map(([name]) => name).filter((name) =>
    asked.some((sql) => sql.includes(`DISTINCT "${name}"`)),
  );
  expect(hashed).toEqual(['falls_once', 'with_gaps', 'ratio', 'text']);
  connection.closeSync();
  instance.closeSync();
});
