import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, PartFile } from '../../src/dataset/index.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';
import { plainDuckdb, plainRows } from './plain-duckdb.ts';

const SPEC = { x: 'double' };
const ROWS = `SELECT i + 1 AS row_number,
  CASE i WHEN 0 THEN CAST('-0' AS DOUBLE) WHEN 1 THEN 0 WHEN 2 THEN CAST('nan' AS DOUBLE) WHEN 3 THEN CAST('-inf' AS DOUBLE)
    WHEN 4 THEN -5e-324 WHEN 5 THEN NULL ELSE 0.1 END AS x FROM range(7) r(i)`;
const TEXTS = ['0.0', '0.0', 'nan', '-inf', '-5e-324', null, '0.1'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let part: PartFile;
let data: Dataset;
beforeAll(async () => {
  folder = await temporaryFolder();
  part = await makePart(folder.path, 'part-00001', SPEC, ROWS);
  data = await openParts(folder.path, [part], SPEC);
});
afterAll(async () => {
  await data.close();
  await folder.remove();
});

describe('-0 in a column of doubles is 0', () => {
  const sql = 'SELECT CAST(x AS VARCHAR) AS t FROM data ORDER BY _sh_part, _sh_row_number';

  it('in the part it is -0, so that this test tests something', async () => {
    const plain = await plainDuckdb(data, folder.path);
    const path = part.parquetPath.replaceAll("'", "''");
    const rows = await plainRows(
      plain.connection,
      `SELECT CAST(x AS VARCHAR) FROM read_parquet('${path}') LIMIT 1`,
    );
    plain.close();
    expect(rows).toEqual(['["-0.0"]']);
  });

  it('for queries; other values stay as they are', async () => {
    expect((await data.query({ sql })).rows.map(([text]) => text)).toEqual(TEXTS);
  });

  it('in DuckDB alone with the printed view', async () => {
    const plain = await plainDuckdb(data, folder.path);
    const rows = await plainRows(plain.connection, sql);
    plain.close();
    expect(rows.map((row) => JSON.parse(row)[0])).toEqual(TEXTS);
  });

  it('for batches', async () => {
    const values: number[] = [];
    for await (const { columns } of data.batches({ columns: ['x'] })) {
      const x = columns['x'];
      if (x?.kind !== 'float64') throw new Error('not a column of doubles');
      values.push(...x.values);
    }
    expect(Object.is(values[0], 0)).toBe(true);
    expect(Object.is(values[1], 0)).toBe(true);
    expect(values[4]).toBe(-5e-324);
  });

  it('for states of exact aggregates: two datasets that differ in the sign only have one', async () => {
    const where = 'x = 0';
    const other = await makePart(
      folder.path,
      'part-plain',
      SPEC,
      'SELECT i + 1 AS row_number, 0 AS x FROM range(2) r(i)',
    );
    const plain = await openParts(folder.path, [other], SPEC);
    const signed = await data.exact({ kind: 'moments', columns: ['x'], where });
    const unsigned = await plain.exact({ kind: 'moments', columns: ['x'], where });
    await plain.close();
    expect(signed.groups).toEqual(unsigned.groups);
    expect(Object.is(signed.groups[0]?.columns['x']?.['sum']?.value, 0)).toBe(true);
  });
});
