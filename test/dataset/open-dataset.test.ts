import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkRowsFor, duckdbVersion, exportTable, openDataset } from '../../src/dataset/index.ts';
import { makePart, openParts, schemaOf, temporaryFolder } from './make-part.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

describe('Rows per chunk', () => {
  it('are the largest power of two within 64 MiB by the table of widths', () => {
    expect(chunkRowsFor([])).toBe(8_388_608);
    expect(chunkRowsFor(schemaOf({ a: 'integer' }).columns)).toBe(4_194_304);
    expect(chunkRowsFor(schemaOf({ a: 'decimal(10,2)', b: 'double' }).columns)).toBe(2_097_152);
    expect(chunkRowsFor(schemaOf({ a: 'text', b: 'date', c: 'boolean', d: 'timestamptz' }).columns)).toBe(
      1_048_576,
    );
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`c${index}`, 'text']));
    expect(chunkRowsFor(schemaOf(wide).columns)).toBe(2048);
  });
});

describe('An open dataset', () => {
  it('casts the columns of a part to the wider types of the schema', async () => {
    const narrow = await makePart(folder.path, 'narrow', { x: 'integer' }, 'SELECT 1 AS row_number, 7 AS x');
    const wide = await makePart(
      folder.path,
      'wide',
      { x: 'decimal(20,1)' },
      'SELECT 1 AS row_number, 7.5 AS x',
    );
    const data = await openParts(folder.path, [narrow, wide], { x: 'decimal(20,1)' });
    expect(data.createViewSql).toBe(
      [
        "SET TimeZone = 'UTC';",
        'CREATE VIEW data AS',
        'SELECT CAST(1 AS INTEGER) AS _sh_part, row_number AS _sh_row_number, CAST("x" AS DECIMAL(20,1)) AS "x"',
        "FROM read_parquet('part-00001.parquet')",
        'UNION ALL',
        'SELECT CAST(2 AS INTEGER) AS _sh_part, row_number AS _sh_row_number, "x"',
        "FROM read_parquet('part-00002.parquet');",
      ].join('\n'),
    );
    expect((await data.query({ sql: 'SELECT x FROM data' })).rows).toEqual([['7.0'], ['7.5']]);
    await data.close();
  });

  it('leaves the numbers of rejected records out and its chunks count what is there', async () => {
    const spec = { x: 'integer' };
    const select =
      'SELECT i AS row_number, i AS x FROM range(1, 41) r(i) WHERE i NOT BETWEEN 9 AND 16 AND i <> 3';
    const part = await makePart(folder.path, 'gaps', spec, select, 9);
    const data = await openParts(folder.path, [part], spec, { chunkRows: 8 });
    expect(
      data.chunks.map(({ ordinal, firstRow, lastRow, rows }) => [ordinal, firstRow, lastRow, rows]),
    ).toEqual([
      [0, 1, 8, 7],
      [1, 17, 24, 8],
      [2, 25, 32, 8],
      [3, 33, 40, 8],
    ]);
    expect(data.rowCount).toBe(31);
    await data.close();
  });

  it('may be empty', async () => {
    const spec = { x: 'integer' };
    const part = await makePart(folder.path, 'empty', spec, 'SELECT 1 AS row_number, 1 AS x WHERE false');
    const data = await openParts(folder.path, [part], spec);
    expect(data.chunks).toEqual([]);
    expect((await data.query({ sql: 'SELECT count(*) AS n FROM data' })).rows).toEqual([['0']]);
    for await (const _ of data.batches({ columns: ['x'] })) expect.unreachable();
    await data.close();
  });

  it('opens parts in folders whose names hold quotes, brackets and stars', async () => {
    const { mkdir } = await import('node:fs/promises');
    const odd = join(folder.path, "it's [a] folder");
    await mkdir(odd);
    const part = await makePart(odd, 'part', { x: 'integer' }, 'SELECT 1 AS row_number, 1 AS x');
    const data = await openParts(odd, [part], { x: 'integer' });
    expect(await data.preview({ rows: 5 })).toEqual([{ part: 1, row_number: 1, cells: ['1'] }]);
    await data.close();
  });

  it('shows rows from a place on through the parts that follow, and some of the columns', async () => {
    const types = { x: 'integer', y: 'text' } as const;
    const sql = (first: number) =>
      `SELECT i * 2 + 1 AS row_number, i + ${first} AS x, 'y' || (i + ${first}) AS y FROM range(3) AS t(i)`;
    const parts = [
      await makePart(folder.path, 'one', types, sql(10)),
      await makePart(folder.path, 'two', types, sql(20)),
    ];
    const data = await openParts(folder.path, parts, types);
    const rows = await data.preview({ rows: 3, from: { part: 1, row: 4 }, places: [1, 7] });
    expect(rows.map(({ part, row_number, cells }) => [part, row_number, ...cells])).toEqual([
      [1, 5, 'y12'],
      [2, 1, 'y20'],
      [2, 3, 'y21'],
    ]);
    expect(await data.preview({ rows: 3, from: { part: 2, row: 6 } })).toEqual([]);
    await data.close();
  });

  it('shows rows by their numbers, as they are named, and leaves out what has no row', async () => {
    const types = { x: 'integer', y: 'text' } as const;
    const sql = (first: number) =>
      `SELECT i * 2 + 1 AS row_number, i + ${first} AS x, 'y' || (i + ${first}) AS y FROM range(3) AS t(i)`;
    const parts = [
      await makePart(folder.path, 'first', types, sql(10)),
      await makePart(folder.path, 'second', types, sql(20)),
    ];
    const data = await openParts(folder.path, parts, types);
    const numbered = [
      { part: 2, row_number: 3 },
      { part: 1, row_number: 2 },
      { part: 1, row_number: 5 },
      { part: 3, row_number: 1 },
    ];
    expect(await data.numberedRows({ numbered })).toEqual([
      { part: 2, row_number: 3, cells: ['21', 'y21'] },
      { part: 1, row_number: 5, cells: ['12', 'y12'] },
    ]);
    const second = await data.numberedRows({ numbered, places: [1] });
    expect(second.map(({ cells }) => cells)).toEqual([['y21'], ['y12']]);
    expect(await data.numberedRows({ numbered: [] })).toEqual([]);
    await data.close();
  });

  it('does not open when a part file does not have the recorded types', async () => {
    const part = await makePart(folder.path, 'lies', { x: 'integer' }, 'SELECT 1 AS row_number, 1 AS x');
    const parts = [{ ...part, part: { ...part.part, columns: schemaOf({ x: 'text' }).columns } }];
    const options = {
      parts,
      schema: schemaOf({ x: 'text' }),
      temporaryDirectory: folder.path,
      memoryBytes: 1e8,
      threads: 1,
    };
    await expect(openDataset(options)).rejects.toThrow('BIGINT');
  });

  it('answers nothing once closed', async () => {
    const part = await makePart(folder.path, 'closed', { x: 'integer' }, 'SELECT 1 AS row_number, 1 AS x');
    const data = await openParts(folder.path, [part], { x: 'integer' });
    await data.close();
    await data.close();
    await expect(data.query({ sql: 'SELECT 1 AS x' })).rejects.toThrow('closed');
  });

  it('names the version of DuckDB', () => {
    expect(duckdbVersion()).toMatch(/^v?\d+\.\d+\.\d+/);
  });
});

describe('Export', () => {
  const spec = { n: 'integer', m: 'decimal(5,2)', t: 'text' };
  const select = `SELECT unnest([1, 2, 3, 4, 5, 6]) AS row_number, unnest([1, -2, 3, NULL, 5, 6]) AS n, -1.5 AS m,
    unnest(['=1+1', 'a,b', 'say "x"', '', NULL, '@x']) AS t`;

  it('writes CSV whose formulas do not run, in source order', async () => {
    const part = await makePart(folder.path, 'formulas', spec, select);
    const path = join(folder.path, 'out.csv');
    await exportTable({ parts: [part], schema: schemaOf(spec), format: 'csv', path });
    expect(await readFile(path, 'utf8')).toBe(
      'n,m,t\n1,-1.50,\'=1+1\n-2,-1.50,"a,b"\n3,-1.50,"say ""x"""\n,-1.50,""\n5,-1.50,\n6,-1.50,\'@x\n',
    );
    await exportTable({ parts: [part], schema: schemaOf(spec), format: 'csv', path, escapeFormulas: false });
    expect(await readFile(path, 'utf8')).toContain('1,-1.50,=1+1\n');
  });

  it('writes Parquet with the same cells', async () => {
    const part = await makePart(folder.path, 'same', spec, select);
    const path = join(folder.path, 'out.parquet');
    await exportTable({ parts: [part, part], schema: schemaOf(spec), format: 'parquet', path });
    const again = await makePart(
      folder.path,
      'again',
      spec,
      `SELECT file_row_number + 1 AS row_number, n, m, t FROM read_parquet('${path}', file_row_number = true)`,
    );
    const data = await openParts(folder.path, [again], spec);
    const cells = (await data.preview({ rows: 100 })).map((row) => row.cells);
    expect(cells).toHaveLength(12);
    expect(cells.slice(0, 3)).toEqual([
      ['1', '-1.50', '=1+1'],
      ['-2', '-1.50', 'a,b'],
      ['3', '-1.50', 'say "x"'],
    ]);
    await data.close();
  });
});
