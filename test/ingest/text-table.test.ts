import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import { receiveUpload } from '../../src/ingest/receive-upload.ts';
import { ingestTextTable } from '../../src/ingest/text-table/ingest-text-table.ts';
import type { TextTable } from '../../src/ingest/text-table/text-table-reader.ts';
import { openTextTable } from '../../src/ingest/text-table/write-text-table.ts';
import { AUTO, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

let count = 0;

/** Makes a part of what `fill` puts into the table. */
async function ingest(fill: (table: TextTable) => void, types: Record<string, string> = {}) {
  const path = shop.write(`${++count}.x`, `file ${count}`);
  const upload = await receiveUpload(path, shop.paths);
  const stored = await ingestTextTable(
    {
      upload,
      shownPath: path,
      head: { bytes: Buffer.alloc(1), length: 0, whole: true },
      options: { ...AUTO, types },
      paths: shop.paths,
      resources: { memoryBytes: 512 << 20, threads: 2, spill: join(shop.folder, 'spill') },
      unpackedBy: '',
      openTable: async () => upload.blobPath,
      packedIn: () => ({ notes: [] }),
    },
    {
      format: 'json',
      version: 'test.1',
      options: { format: 'json', delimiter: null, quote: null, header: 'yes' },
      async read(_path, table) {
        fill(table);
        return { notes: () => [] };
      },
    },
  );
  const names = stored.report.columns.map(({ sql_name }) => `'_' || "${sql_name}"`).join(', ');
  const rows = await query(
    `SELECT row_number, _sh_source_line, ${names} FROM read_parquet('${stored.parquetPath}') ORDER BY row_number`,
  );
  return {
    ...stored,
    types: stored.report.columns.map(({ type }) => type.kind),
    rows: rows.map((row) => row.map((cell, i) => (i > 1 ? (cell?.slice(1) ?? null) : cell))),
  };
}

test('texts are typed on all rows, with missing and empty text told apart and source lines kept', async () => {
  const { types, rows, report } = await ingest((table) => {
    for (const header of ['id', 'note', 'amount']) table.addColumn(header);
    table.addRow(['1', '', '1.50'], 4);
    table.addRow(['2', null, '20'], 9);
    table.addRow(['3', 'a "b", c\r\nd'], 12);
  });
  expect(types).toEqual(['integer', 'text', 'decimal']);
  expect(rows).toEqual([
    ['1', '4', '1', '', '1.50'],
    ['2', '9', '2', null, '20.00'],
    ['3', '12', '3', 'a "b", c\r\nd', null],
  ]);
  expect(report.columns.map(({ missing }) => missing)).toEqual([0, 1, 1]);
});

test('a table of many bytes goes on in files beside the first, each with whole rows', () => {
  const path = join(shop.folder, 'pieces.csv');
  const table = openTextTable(path, `${path}.rejects`, new Map());
  table.addColumn('text');
  const long = 'many words '.repeat(200_000);
  for (let row = 1; row <= 9; row++) table.addRow([long], row);
  const { paths, rows } = table.finish();
  table.close();
  const pieces = paths.map((piece) => readFileSync(piece, 'utf8'));
  expect([rows, pieces.length]).toEqual([9, 2]);
  const whole = Array.from({ length: 9 }, (_, i) => `${i + 1},${i + 1},${long}\n`).join('');
  expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
  expect(pieces.join('') === whole).toBe(true);
});

test('a column that comes late is missing in the rows before it', async () => {
  const { rows } = await ingest((table) => {
    table.addColumn('a');
    table.addRow(['x'], 1);
    table.addRow(['line\nbreak'], 2);
    table.addColumn('b');
    table.addRow([null, '5'], 3);
    table.addRow([], 4);
  });
  expect(rows.map((row) => row.slice(2))).toEqual([
    ['x', null],
    ['line\nbreak', null],
    [null, '5'],
    [null, null],
  ]);
});

test('a rejected record keeps its number, and its text in a file of its own', async () => {
  const { part, rows, report, parquetPath } = await ingest((table) => {
    table.addColumn('a');
    table.addRow(['1'], 1);
    table.addReject('it is broken', '{"a": "x', 2);
    table.addRow(['3'], 3);
  });
  expect(rows.map((row) => row[0])).toEqual(['1', '3']);
  expect([part.row_count, part.rejected_rows]).toEqual([2, 1]);
  const kept = { row_number: 2, source_line: 2, reason: 'it is broken', text: '{"a": "x' };
  expect(report.rejected_records).toEqual([kept]);
  const rejects = parquetPath.replace('part.parquet', 'rejects.parquet');
  expect(await query(`SELECT * FROM read_parquet('${rejects}')`)).toEqual([
    ['2', '2', 'it is broken', kept.text],
  ]);
  expect(part.rejects_sha256).toBe(await hashFile(rejects));
});

test('forced types reject cells as they do in a CSV file, and must name a column', async () => {
  const fill = (table: TextTable) => {
    for (const header of ['zip', 'n']) table.addColumn(header);
    table.addRow(['007', '1'], 1);
    table.addRow(['12', 'one'], 2);
    table.addRow(['12', ' 2 '], 3);
  };
  const { rows, report } = await ingest(fill, { zip: 'text', n: 'integer' });
  expect(rows.map((row) => row.slice(2))).toEqual([
    ['007', '1'],
    ['12', null],
    ['12', '2'],
  ]);
  expect(report.columns[1]?.rejected).toEqual([{ row_number: 2, text: 'one' }]);
  await expect(ingest(fill, { zup: 'text' })).rejects.toMatchObject({ code: 'SH_INPUT_UNKNOWN_COLUMN' });
  await expect(ingest(fill, { n: 'date' })).rejects.toMatchObject({ code: 'SH_INPUT_TYPE_FITS_NOTHING' });
});

test('what UTF-8 text can not hold is replaced, with a note', async () => {
  const { rows, report } = await ingest((table) => {
    table.addColumn('a');
    table.addRow(['\ud83d'], 1);
    table.addRow(['x\0y'], 2);
    table.addRow(['😀'], 3);
  });
  expect(rows.map((row) => row[2])).toEqual(['\ufffd', 'x\ufffdy', '😀']);
  expect(report.notes.join()).toContain('2 cells hold characters that text can not hold');
});

test('a table without rows, and a reader that fails, leave nothing behind', async () => {
  const empty = ingest((table) => void table.addColumn('a'));
  await expect(empty).rejects.toMatchObject({ code: 'SH_INPUT_NO_ROWS' });
  await expect(
    ingest(() => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(shop.leftovers().filter((path) => path.includes(join('appdata', 'tmp')))).toEqual([]);
});
