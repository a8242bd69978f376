import { existsSync, readdirSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { previewFiles } from '../../src/ingest/index.ts';
import { receiveUpload } from '../../src/ingest/receive-upload.ts';
import { AUTO, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const ROWS = 30_000;
const row = (i: number) => ({ id: i, amount: i % 97, said: `line one\nline "${i}" two ${'x'.repeat(40)}` });
const rows = () => Array.from({ length: ROWS }, (_, i) => row(i));

async function preview(path: string, options = {}) {
  const { sha256, bytes } = await receiveUpload(path, shop.paths);
  const seen = await previewFiles({
    uploads: [{ sha256, bytes, name: path }],
    options: { ...AUTO, ...options },
    ...{ paths: shop.paths, memoryBytes: 256 << 20, threads: 1, rows: 3 },
  });
  return { ...seen, file: seen.files[0], types: seen.schema.columns.map(({ type }) => type.kind) };
}

const FORMATS: Record<string, () => Promise<string>> = {
  'CSV with cells over several lines': async () => {
    const cells = rows().map(({ id, amount, said }) => `${id},${amount},"${said.replaceAll('"', '""')}"`);
    return shop.write('many.csv', `id,amount,said\r\n${cells.join('\r\n')}\r\n`);
  },
  'JSON lines, packed': async () => {
    const lines = rows().map((one) => JSON.stringify(one));
    return shop.write('many.jsonl.gz', gzipSync(lines.join('\n')));
  },
  JSON: async () => shop.write('many.json', JSON.stringify(rows())),
  Parquet: async () => {
    const path = shop.write('many.parquet', '');
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT i AS id, i % 97 AS amount, 'text ' || i AS said FROM range(${ROWS}) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    return path;
  },
  XLSX: async () => {
    const path = shop.write('many.xlsx', '');
    const cells = rows().slice(0, 12_000);
    const data = [['id', 'amount', 'said'], ...cells.map(({ id, amount, said }) => [id, amount, said])];
    await writeXlsxFile(data.map((line) => line.map((value) => ({ value })))).toFile(path);
    return path;
  },
};

test.each(Object.keys(FORMATS))(
  'UX-02 the beginning of a large file tells its format, types, rows and roles: %s',
  async (format) => {
    const path = (await FORMATS[format]?.()) ?? '';
    const { file, types, roles, rows: shown } = await preview(path);
    expect(types).toEqual(['integer', 'integer', 'text']);
    expect(file?.whole).toBe(false);
    expect(file?.report.row_count).toBeLessThan(ROWS);
    expect(file?.report.bytes).toBe(statSync(path).size);
    expect(roles.bindings.map(({ role }) => role)).toContain('identifier');
    expect(shown.map(({ row_number }) => row_number)).toEqual([1, 2, 3]);
    // Of JSON that is smaller than what is read at once, the bytes tell nothing.
    const expected = { Parquet: { count: ROWS, exact: true }, XLSX: null, JSON: null }[format];
    if (expected !== undefined) expect(file?.rows).toEqual(expected);
    else expect(Math.abs((file?.rows?.count ?? 0) / ROWS - 1)).toBeLessThan(0.2);
    expect(readdirSync(shop.paths.temporary)).toEqual([]);
    expect(existsSync(`${shop.paths.root}/parts`)).toBe(false);
  },
);

test('UX-02 a small file is read whole, with its rejected records, and an override changes what is seen', async () => {
  const path = shop.write('small.csv', `zip;amount\n${'01234;1\n'.repeat(200)}1;2;3\n99999;x\n`);
  const { file, types } = await preview(path);
  expect(file).toMatchObject({ whole: true, rows: { count: 202, exact: true } });
  expect(file?.report).toMatchObject({ row_count: 201, rejected_rows: 1, dialect: { delimiter: ';' } });
  expect(types).toEqual(['text', 'text']);
  expect((await preview(path, { delimiter: ',' })).types).toEqual(['text']);
  expect((await preview(path, { types: { amount: 'integer' } })).types).toEqual(['text', 'integer']);
});

test('UX-02 files that are no parts of one table are refused before anything is made of them', async () => {
  const [one, other] = ['a,b\n1,2\n', 'a,c\n1,2\n'].map((text, i) => shop.write(`part${i}.csv`, text));
  const uploads = await Promise.all(
    [one ?? '', other ?? ''].map(async (path) => ({
      ...(await receiveUpload(path, shop.paths)),
      name: path,
    })),
  );
  const request = { uploads, options: AUTO, paths: shop.paths, memoryBytes: 256 << 20, threads: 1, rows: 1 };
  await expect(previewFiles(request)).rejects.toMatchObject({ code: 'SH_INPUT_SCHEMA_DIFFERS' });
});

test('UX-02 a table of a thousand columns is shown whole in the memory of any other', async () => {
  const line = (cell: (i: number) => unknown) => Array.from({ length: 1000 }, (_, i) => cell(i)).join(',');
  const lines = Array.from({ length: 60 }, (_, row) => line((i) => (row * 31 + i * 17) % 97));
  const { rows: shown, types } = await preview(
    shop.write('wide.csv', [line((i) => `c${i}`), ...lines].join('\n')),
  );
  expect(types).toHaveLength(1000);
  expect(shown.map(({ cells }) => cells.join(','))).toEqual(lines.slice(0, 3));
});
