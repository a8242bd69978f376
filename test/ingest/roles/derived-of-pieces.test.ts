import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { Column } from '../../../src/contract/index.ts';
import { deriveColumns } from '../../../src/ingest/roles/derived/derive.ts';
import { gatherFacts } from '../../../src/ingest/roles/facts.ts';
import { inOnePiece, nothingKnown, type Piece } from '../../../src/ingest/roles/sql.ts';

const ROWS = 60_000;
const SELECT = `SELECT n + 1 AS row_number,
  'Payout ID=' || n % 500 || '; Accounting Month (date)=2025-0' || 1 + n % 9 || '-01; Note=it''s "' || n % 3 AS text,
  DATE '2025-01-31' + CAST(n % 40 AS INTEGER) AS month_end
FROM range(${ROWS}) AS r(n)`;

const columns: Column[] = [
  { name: 'PARAMETERS', sql_name: 'text', type: { kind: 'text' } },
  { name: 'Month', sql_name: 'month_end', type: { kind: 'date' } },
];
const schema = { schema_version: 'dataset_schema.v1', columns } as const;

test('texts with parameters of rows that stay are not read again, and what is derived is the same', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const asked: string[] = [];
  const run = async (sql: string) => {
    asked.push(sql);
    const reader = await connection.runAndReadAll(sql);
    return reader.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  };
  await run(`CREATE TABLE t AS ${SELECT}`);
  const whole = inOnePiece(run, 't', ROWS);
  const facts = await gatherFacts(whole, schema, ROWS);
  const pieces: Piece[] = [];
  for (const [i, from] of [0, 50_000].entries()) {
    await run(
      `CREATE VIEW piece_${i} AS SELECT * FROM t WHERE row_number > ${from} AND row_number <= ${50_000 + from}`,
    );
    pieces.push({
      relation: `piece_${i}`,
      rows: i === 0 ? 50_000 : 10_000,
      before: from,
      known: nothingKnown(),
    });
  }
  const expected = await deriveColumns(whole, schema, facts);
  expect(expected.map(({ sql_name }) => sql_name)).toEqual(
    expect.arrayContaining(['param_payout_id', 'param_accounting_month', 'param_note']),
  );
  const source = { ...whole, pieces };
  expect(await deriveColumns(source, schema, facts)).toEqual(expected);
  asked.length = 0;
  expect(await deriveColumns(source, schema, facts)).toEqual(expected);
  expect(asked.filter((sql) => /FROM (piece_\d|t)\b/.test(sql))).toEqual([]);
  connection.closeSync();
  instance.closeSync();
});
