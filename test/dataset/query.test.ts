import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashJson } from '../../src/base/index.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import { watchMemory } from '../../src/dataset/memory-watch.ts';
import { plainDuckdb, plainRows } from './plain-duckdb.ts';
import { makeSample, type Sample } from './sample.ts';

let sample: Sample;
let data: Dataset;
beforeAll(async () => {
  sample = await makeSample();
  data = await sample.open();
});
afterAll(async () => {
  await data.close();
  await sample.remove();
});

const SLOW = 'SELECT count(*) AS n FROM data x, data y, data z WHERE x.id + y.id > z.id + 17';

describe('A query', () => {
  it('gives cells as exact text', async () => {
    const { rows } = await data.query({
      sql: `SELECT 9007199254740993 AS i, 0.10 AS m, CAST(0.1 AS DOUBLE) AS d, CAST('nan' AS DOUBLE) AS nan,
        CAST('-inf' AS DOUBLE) AS inf, -0.0e0 AS zero, true AS b, DATE '2025-01-31' AS dd, TIME '10:20:30.5' AS tt,
        TIMESTAMP '1969-12-31 23:59:59.000001' AS ts, TIMESTAMPTZ '2025-01-31 10:00:00+02' AS tz,
        CAST('a' AS BLOB) AS x, [1, NULL, 3] AS l, {'k': 1.50, 'a': DATE '2025-01-01'} AS s, NULL AS none,
        DATE '0044-03-15 (BC)' AS bc, DATE '12345-01-01' AS far, CAST('infinity' AS DATE) AS never, 1e21 AS big FROM data WHERE id = 1`,
    });
    expect(rows).toEqual([
      [
        '9007199254740993',
        '0.10',
        '0.1',
        'NaN',
        '-Infinity',
        '0',
        'true',
        '2025-01-31',
        '10:20:30.500000',
        '1969-12-31T23:59:59.000001',
        '2025-01-31T08:00:00.000000Z',
        'YQ==',
        '["1",null,"3"]',
        '{"a":"2025-01-01","k":"1.50"}',
        null,
        '-000043-03-15',
        '+012345-01-01',
        'infinity',
        '1e+21',
      ],
    ]);
  });

  it('is hashed with its columns and rows', async () => {
    const { columns, rows, resultSha256 } = await data.query({
      sql: 'SELECT a, count(*) AS n FROM data GROUP BY a',
    });
    expect(columns).toEqual([
      { name: 'a', type: 'BIGINT' },
      { name: 'n', type: 'BIGINT' },
    ]);
    expect(resultSha256).toBe(hashJson({ columns, rows }));
  });

  it('repeats with its evidence in DuckDB alone, derived columns and chunk included', async () => {
    const chunked = await sample.open({ chunkRows: 1024 });
    const plain = await plainDuckdb(chunked, sample.folder);
    const derived = [
      { name: 'tenth', sql: 'd * 1e-1' },
      { name: 'shifted', sql: 'tenth + a -- a comment' },
    ];
    for (const chunk of [undefined, ...chunked.chunks]) {
      const request = {
        sql: 'SELECT a, max(shifted) AS top FROM data x WHERE x.tenth > 1 GROUP BY a',
        derived,
      };
      const result = await chunked.query(chunk ? { ...request, chunk } : request);
      const rows = await plainRows(plain.connection, result.sql);
      expect(rows.map((row) => JSON.parse(row)[0])).toEqual(result.rows.map(([key]) => key));
      expect(rows).toHaveLength(result.rows.length);
    }
    plain.close();
    await chunked.close();
  });

  it('sees only the rows of its chunk', async () => {
    const chunked = await sample.open({ chunkRows: 1024 });
    const counts = await Promise.all(
      chunked.chunks.map((chunk) =>
        chunked.query({ sql: 'SELECT count(*) AS n, min(_sh_row_number) AS f FROM data', chunk }),
      ),
    );
    expect(counts.map(({ rows }) => rows[0])).toEqual([
      ['1024', '1'],
      ['1024', '1025'],
      ['952', '2049'],
      ['500', '1'],
    ]);
    expect(chunked.chunks.map(({ rows }) => rows)).toEqual([1024, 1024, 952, 500]);
    await chunked.close();
  });

  it('inlines only those derived columns that it uses', async () => {
    const derived = [
      { name: 'one', sql: 'a + 1' },
      { name: 'two', sql: 'one + 1' },
      { name: 'other', sql: 'd * 2' },
    ];
    const { sql } = await data.query({ sql: 'SELECT max(two) AS m FROM data', derived });
    expect(sql).toContain('AS one');
    expect(sql).not.toContain('other');
    const whole = await data.query({ sql: 'SELECT * FROM data WHERE id < 3', derived });
    expect(whole.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['one', 'two', 'other']));
  });

  it('reads derived columns anew for each reference, for to keep all of them aside costs more', async () => {
    const asked =
      'SELECT count(*) AS n FROM data JOIN (SELECT min(two) AS least FROM data) AS l ON two = least';
    const { sql } = await data.query({ sql: asked, derived: [{ name: 'two', sql: 'a + 1' }] });
    expect(sql).toContain('_sh_data AS NOT MATERIALIZED (');
  });

  it('is run once for the same question, also when asked at the same time', async () => {
    const ask = () => data.query({ sql: 'SELECT count(*) AS once FROM data' });
    const [a, b] = await Promise.all([ask(), ask()]);
    expect(b.rows).toBe(a.rows);
    expect((await ask()).rows).toBe(a.rows);
  });

  it('binds its parameters as text that the SQL casts', async () => {
    const sql =
      'SELECT CAST($1 AS DOUBLE) AS d, CAST($2 AS BIGINT) AS i, CAST($3 AS BOOLEAN) AS b, CAST($4 AS VARCHAR) AS t FROM data WHERE id = 1';
    const result = await data.query({ sql, parameters: [0.1, '9007199254740993', true, null] });
    expect(result.rows).toEqual([['0.1', '9007199254740993', 'true', null]]);
    expect(result.parameters).toEqual(['0.1', '9007199254740993', 'true', null]);
  });

  it('fails with the message of DuckDB when it does not bind or run', async () => {
    await expect(data.query({ sql: 'SELECT nope FROM data' })).rejects.toMatchObject({
      code: 'SH_QUERY_FAILED',
    });
    await expect(data.query({ sql: "SELECT CAST('x' AS BIGINT) AS n FROM data" })).rejects.toMatchObject({
      code: 'SH_QUERY_FAILED',
    });
  });
});

describe('Limits of a query', () => {
  it.each([
    ['cells', { maxCells: 100 }, 'SELECT id FROM data'],
    ['bytes', { maxBytes: 1000 }, "SELECT id, repeat('x', 100) AS t FROM data"],
    ['time', { timeoutMs: 100 }, SLOW],
  ])('%s stop it with SH_QUERY_LIMIT', async (_, limits, sql) => {
    await expect(data.query({ sql, limits })).rejects.toMatchObject({ code: 'SH_QUERY_LIMIT' });
  });

  it('memory: a process that grows beyond what a query may take is over it', async () => {
    let grown = 0;
    const watch = watchMemory(1_500_000_000, () => grown);
    grown = 1_400_000_000;
    await sleep(250);
    expect(watch.signal.aborted).toBe(false);
    grown = 1_600_000_000;
    await vi.waitFor(() => expect(watch.signal.aborted).toBe(true));
    watch.stop();
  });

  it('an abort interrupts it, and the dataset works on', async () => {
    const controller = new AbortController();
    const asked = data.query({ sql: SLOW, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(asked).rejects.toThrow('abort');
    expect((await data.query({ sql: 'SELECT count(*) AS n FROM data' })).rows).toEqual([['3500']]);
  });

  it('an abort of one does not stop another who waits for the same', async () => {
    const controller = new AbortController();
    const sql = 'SELECT count(*) AS n FROM data x, data y WHERE x.id > y.id';
    const first = data.query({ sql, signal: controller.signal });
    const second = data.query({ sql });
    controller.abort();
    await expect(first).rejects.toThrow('abort');
    expect((await second).rows).toEqual([[String((3500 * 3499) / 2)]]);
  });
});
