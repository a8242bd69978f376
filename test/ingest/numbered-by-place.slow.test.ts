import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appPaths } from '../../src/base/index.ts';
import { ingestFiles } from '../../src/ingest/index.ts';
import { AUTO, noRoles, parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const ROWS = 150_000;

/** A file of 70 MB, which threads read in pieces, with a column of each type. */
function writeLarge(path: string): void {
  const file = openSync(path, 'w');
  writeSync(file, 'id,price,at,day,clock,yes,rate,text\n');
  const long = 'x'.repeat(400);
  for (let from = 1; from <= ROWS; from += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const id = from + i;
      const at = `2025-01-02T03:04:${String(id % 60).padStart(2, '0')}+0${id % 3}:00`;
      const text = id % 11 === 0 ? '""' : id % 5 === 0 ? '' : `${long} ${id}`;
      return `${id},${id % 997}.5,${at},2025-03-${10 + (id % 20)},10:20:30,${id % 2 === 0},${id}e-3,${text}\n`;
    });
    writeSync(file, rows.join(''));
  }
  closeSync(file);
}

test('a large file has the same rows under the same numbers with two threads as with one', async () => {
  const path = join(shop.folder, 'large.csv');
  writeLarge(path);
  const hashes: unknown[] = [];
  for (const threads of [1, 2]) {
    const paths = appPaths(join(shop.folder, `appdata-${threads}`));
    const done = await ingestFiles({
      ...{ files: [{ path }], options: AUTO, paths, memoryBytes: 256 << 20, threads },
      ...{ engineCode: 'code', inferRoles: noRoles },
    });
    const [part] = done.parts;
    hashes.push(part?.rows_sha256);
    const counted = `SELECT count(*), count_if(row_number = id), count_if(row_number = file_row_number + 1)
      FROM read_parquet('${parquetPath(paths, part?.part_id)}', file_row_number = true)`;
    expect(await query(counted)).toEqual([[ROWS, ROWS, ROWS].map(String)]);
  }
  expect(hashes[0]).toBeDefined();
  expect(hashes[1]).toBe(hashes[0]);
});
