import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstLook } from '../../../src/ingest/csv/first-look.ts';
import { previewFiles } from '../../../src/ingest/index.ts';
import { receiveUpload } from '../../../src/ingest/receive-upload.ts';
import { AUTO, type Workshop, workshop } from '../ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const ROWS = 60_000;
const CSV = `id,amount,said\n${Array.from({ length: ROWS }, (_, i) => `${i},${i % 97},Müller ${'x'.repeat(70)}`).join('\n')}\n`;
const LINES = Array.from({ length: ROWS }, (_, i) => `{"id":${i},"said":"Müller ${'x'.repeat(70)}"}`).join(
  '\n',
);
const wide = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

test.each<[string, () => Uint8Array]>([
  ['windows-1252.csv', () => Buffer.from(CSV, 'latin1')],
  ['utf-16.csv', () => wide(CSV)],
  ['utf-16.csv.gz', () => gzipSync(wide(CSV))],
  ['utf-16.jsonl', () => wide(LINES)],
])(
  'UX-02 how many rows a large file has is told by its own bytes, not by those of its UTF-8: %s',
  async (name, bytes) => {
    const { sha256, bytes: size } = await receiveUpload(shop.write(name, bytes()), shop.paths);
    const { files, rows } = await previewFiles({
      uploads: [{ sha256, bytes: size, name }],
      options: AUTO,
      ...{ paths: shop.paths, memoryBytes: 256 << 20, threads: 1, rows: 1 },
    });
    expect(rows[0]?.cells.at(-1)).toMatch(/^Müller x+$/);
    expect(files[0]?.whole).toBe(false);
    expect(Math.abs((files[0]?.rows?.count ?? 0) / ROWS - 1)).toBeLessThan(0.02);
  },
);

test('PERF-01 the beginning of a large file in UTF-16 tells what it holds before the file is received', async () => {
  const seen = await firstLook(shop.write('look.csv', wide(`${CSV}1,2,x\n`)), AUTO, shop.paths);
  expect(seen?.columns.map(({ name, type }) => [name, type.kind])).toEqual([
    ['id', 'integer'],
    ['amount', 'integer'],
    ['said', 'text'],
  ]);
  const share = (seen?.bytes ?? 0) / (seen?.ofBytes ?? 1);
  expect(Math.abs((seen?.rows ?? 0) / ROWS / share - 1)).toBeLessThan(0.02);
});
