import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { Column, ColumnType } from '../../../src/contract/index.ts';
import { gatherFacts } from '../../../src/ingest/roles/facts.ts';
import { inOnePiece, nothingKnown, type Piece } from '../../../src/ingest/roles/sql.ts';

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

/** A table of the columns on a real DuckDB, and what was asked of it. */
async function table(rows = ROWS) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const asked: string[] = [];
  const ask = async (sql: string) =>
    (await connection.runAndReadAll(sql))
      .getRows()
      .map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  const items = COLUMNS.map(([name, , sql]) => `${sql} AS "${name}"`).join(', ');
  await connection.run(`CREATE TABLE t AS SELECT n + 1 AS row_number, ${items} FROM range(${rows}) AS r(n)`);
  const columns = COLUMNS.map(([name, type]): Column => ({ name, sql_name: name, type }));
  return {
    schema: { schema_version: 'dataset_schema.v1', columns } as const,
    asked,
    ask,
    run(sql: string) {
      asked.push(sql);
      return ask(sql);
    },
    async countEach(condition: string): Promise<(string | null)[]> {
      const counted = COLUMNS.map(([name]) => `CAST(count(DISTINCT "${name}") AS VARCHAR)`).join(', ');
      const [row = []] = await ask(`SELECT ${counted} FROM t WHERE ${condition}`);
      return row;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

test('distinct values are counted as DuckDB counts them, whether rows rise, fall or have gaps', async () => {
  const { run, schema, asked, countEach, close } = await table();
  const facts = await gatherFacts(inOnePiece(run, 't', ROWS), schema, ROWS);
  expect(facts.map(({ distinct }) => String(distinct))).toEqual(await countEach('true'));
  const hashed = COLUMNS.map(([name]) => name).filter((name) =>
    asked.some((sql) => sql.includes(`DISTINCT "${name}"`) || sql.includes(`"${name}" AS value`)),
  );
  // Rows that never fall and hold a value each are seen to be unlike; all others are counted value by value.
  expect(hashed).toEqual(COLUMNS.map(([name]) => name).filter((name) => name !== 'rising'));
  close();
});

test('of few rows with many columns, distinct values are counted as DuckDB counts them', async () => {
  const { run, schema, countEach, close } = await table(1000);
  const many = { ...schema, columns: Array.from({ length: 5 }, () => schema.columns).flat() };
  const facts = await gatherFacts(inOnePiece(run, 't', 1000), many, 1000);
  const counted = facts.slice(0, COLUMNS.length).map(({ distinct }) => String(distinct));
  expect(counted).toEqual(await countEach('true'));
  close();
});

test('what is known of rows that stay is not asked again, and what is behind them changes no fact', async () => {
  const { run, schema, asked, ask, countEach, close } = await table();
  // The second begins inside a run of equal values, the third lies before them all.
  const bounds = [
    [40_001, 250_003],
    [250_004, ROWS],
    [1, 40_000],
  ] as const;
  const pieces: Piece[] = [];
  const tables = [nothingKnown()];
  for (const [i, [first, last]] of bounds.entries()) {
    await ask(`CREATE VIEW piece_${i} AS SELECT * FROM t WHERE row_number BETWEEN ${first} AND ${last}`);
    const known = i === 0 ? (tables[0] ?? nothingKnown()) : nothingKnown();
    pieces.push({ relation: `piece_${i}`, rows: last - first + 1, before: 0, known });
    const views = pieces.map(({ relation }) => `SELECT * FROM ${relation}`).join(' UNION ALL ');
    await ask(`CREATE OR REPLACE VIEW whole AS ${views}`);
    const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
    const together = i === 0 ? known : nothingKnown();
    const knownBefore = tables.at(-1) ?? nothingKnown();
    asked.length = 0;
    const source = { run, relation: 'whole', pieces, known: together, knownBefore };
    const grown = await gatherFacts(source, schema, rows);
    const numbers = bounds.slice(0, i + 1).map(([from, to]) => `row_number BETWEEN ${from} AND ${to}`);
    expect(grown.map(({ distinct }) => String(distinct))).toEqual(await countEach(numbers.join(' OR ')));
    if (i > 0) {
      const ofOld = asked.filter((sql) => !sql.includes('ANTI JOIN') && !sql.includes(`piece_${i}`));
      expect(ofOld.filter((sql) => sql.includes('FROM whole') || sql.includes('FROM piece_'))).toEqual(
        // Only the ends of what never falls.
        ofOld.filter((sql) => sql.includes('min(') && !sql.includes('count(')),
      );
    }
    const fresh = await gatherFacts(
      {
        ...source,
        pieces: pieces.map((piece) => ({ ...piece, known: nothingKnown() })),
        ...{ known: nothingKnown(), knownBefore: nothingKnown() },
      },
      schema,
      rows,
    );
    expect(grown).toEqual(fresh);
    tables.push(together);
  }
  close();
});
