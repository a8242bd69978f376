import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Column } from '../../../src/contract/index.ts';
import { countValues, knownValues, listValues, toldValues } from '../../../src/ingest/roles/column-values.ts';
import { nothingKnown, type Run, type Source } from '../../../src/ingest/roles/sql.ts';
import { valueFactsSql } from '../../../src/sdk/value-facts.ts';

const COLUMNS = {
  few: [{ kind: 'integer' }, 'CAST(hash(i) % 40 AS BIGINT) - 20'],
  wide: [
    { kind: 'decimal', precision: 38, scale: 0 },
    'CAST(hash(i) % 300 AS DECIMAL(38,0)) * 100000000000000000000',
  ],
  many: [{ kind: 'integer' }, 'CASE WHEN i % 7 > 0 THEN CAST(hash(i) % 25000 AS BIGINT) - 20000 END'],
  skewed: [{ kind: 'integer' }, 'CASE WHEN i % 3 = 0 THEN i % 4 ELSE i END'],
  amount: [
    { kind: 'decimal', precision: 9, scale: 2 },
    'CAST((hash(i + 1) % 2000000) / 100 AS DECIMAL(9,2))',
  ],
  word: [
    { kind: 'text' },
    "CASE i % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN '  ' WHEN 3 THEN repeat('ä', 130) || i % 3 WHEN 4 THEN 'x' || chr(0) || '\\\"''' ELSE 'é' || i % 17 END",
  ],
  text: [
    { kind: 'text' },
    "CASE WHEN i % 2 = 0 THEN repeat('a''', 70) || hash(i) % 20000 ELSE chr(0) || 'b' || i END",
  ],
  flag: [{ kind: 'boolean' }, 'CASE WHEN i % 3 > 0 THEN hash(i) % 5 > 2 END'],
  day: [
    { kind: 'date' },
    "CASE WHEN i % 1000 = 1 THEN DATE 'infinity' ELSE DATE '2024-02-29' + CAST(i // 900 AS INTEGER) END",
  ],
  at: [
    { kind: 'timestamp' },
    "TIMESTAMP '2025-01-01' + to_microseconds(i * 1500000 + CAST(hash(i) % 60 AS BIGINT) * 500000)",
  ],
  zoned: [{ kind: 'timestamptz' }, "TIMESTAMPTZ '2025-01-01 00:00:00+02' + to_seconds(i // 2)"],
  clock: [{ kind: 'time' }, "TIME '00:00:00' + to_microseconds(CAST(hash(i) % 86400000000 AS BIGINT))"],
  nothing: [{ kind: 'integer' }, 'CAST(NULL AS BIGINT)'],
} as const satisfies Record<string, readonly [Column['type'], string]>;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];
const ROWS = 24_000;

let instance: DuckDBInstance;
let run: Run;
/** Statements that read rows of the first piece. */
let readEarlier = 0;
/** Characters of the longest statement, and of the longest answer. */
let longest = 0;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'UTC'`);
  const items = NAMES.map((name) => `${COLUMNS[name][1]} AS "${name}"`);
  await connection.run(`CREATE TABLE data AS SELECT i, ${items.join(', ')} FROM range(${ROWS}) AS r(i)`);
  for (const [name, where] of [
    ['earlier', 'i < 20000'],
    ['later', 'i >= 20000'],
  ])
    await connection.run(`CREATE VIEW ${name} AS SELECT * FROM data WHERE ${where}`);
  run = async (sql) => {
    if (/FROM earlier\b/.test(sql)) readEarlier += 1;
    const rows = (await connection.runAndReadAll(sql))
      .getRows()
      .map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    longest = Math.max(longest, sql.length, rows.flat().join('').length);
    return rows;
  };
});
afterAll(() => instance.closeSync());

function source(relation: string, pieces: readonly string[], knownBefore = nothingKnown()): Source {
  const known = nothingKnown();
  return {
    run,
    relation,
    known,
    knownBefore,
    pieces: pieces.map((piece) => ({ relation: piece, rows: 0, before: 0, known })),
  };
}

test('PERF-04 what is kept of values says what counting them says, for types of every kind; so does what is kept of the first rows with a count of the last', async () => {
  for (const sql_name of NAMES) {
    const column: Column = { name: sql_name, sql_name, type: COLUMNS[sql_name][0] };
    const counted = await run(valueFactsSql(column));
    expect(counted[0]?.[0], sql_name).toBe(String(ROWS));
    const all = source('data', ['data']);
    expect(await run(toldValues(await countValues(all, column), column)), sql_name).toEqual(counted);

    const first = source('earlier', ['earlier']);
    await countValues(first, column);
    readEarlier = 0;
    const grown = source('data', ['earlier', 'later'], first.known);
    const values = await countValues(grown, column);
    expect(await run(toldValues(values, column)), sql_name).toEqual(counted);
    const isListed = (await listValues(grown, column)) !== undefined;
    expect([sql_name, isListed, readEarlier]).toEqual([
      sql_name,
      !['many', 'skewed', 'amount', 'text', 'at', 'zoned', 'clock'].includes(sql_name),
      isListed ? 0 : 1,
    ]);
  }
});

test('PERF-04 long texts are counted where they are: neither a statement nor an answer holds them all', async () => {
  const column: Column = { name: 'trace', sql_name: 'trace', type: { kind: 'text' } };
  // Few, but too long together; so long that not even the most frequent are kept.
  for (const [characters, distinct, limit] of [
    [10_000, 480, 300_000],
    [500_000, 12, 20_000],
  ] as const) {
    const trace = (rows: string) =>
      `(SELECT repeat(chr(97 + CAST(i % 2 AS INTEGER)), ${characters}) || i % ${distinct} AS trace FROM range(${rows}) AS r(i))`;
    const pieces = [trace(`${distinct - 1}`), trace(`${distinct - 1}, ${distinct + 1}`)];
    const whole = trace(`${distinct + 1}`);
    longest = 0;
    const all = source(whole, [whole]);
    const values = await countValues(all, column);
    expect(await listValues(all, column)).toBeUndefined();
    const first = source(pieces[0] ?? '', pieces.slice(0, 1));
    await countValues(first, column);
    const grown = await countValues(source(whole, pieces, first.known), column);
    expect(longest).toBeLessThan(limit);

    expect(grown.facts).toEqual(values.facts);
    expect(values.facts['distinct_values']).toBe(String(distinct));
    expect(knownValues(all.known, column) === undefined).toBe(characters > 10_000);
    if (characters > 10_000) continue;
    const counted = await run(valueFactsSql(column).replace('FROM data', `FROM ${whole}`));
    expect(await run(toldValues(values, column))).toEqual(counted);
    expect(await run(toldValues(grown, column))).toEqual(counted);
  }
});

test('PERF-04 who asks what is known of values is not handed each of them', async () => {
  const column: Column = { name: 'n', sql_name: 'n', type: { kind: 'integer' } };
  const rows = '(SELECT i % 5000 AS n FROM range(20000) AS r(i))';
  const all = source(rows, [rows]);
  await countValues(all, column);
  expect(await listValues(all, column)).toHaveLength(5000);
  const handed: string[] = [];
  const get = (question: string) => {
    const answer = all.known.get(question);
    handed.push(answer ?? '');
    return answer;
  };
  expect(knownValues({ ...all.known, get }, column)?.facts['distinct_values']).toBe('5000');
  expect(handed.join('').length).toBeLessThan(1000);
});
