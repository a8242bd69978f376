import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { type IngestProgress, ingestFiles } from '../../src/ingest/index.ts';
import { writeUnpacked } from '../../src/ingest/unpack/write-unpacked.ts';
import { AUTO, noRoles, parquetPath, query, type Workshop, workshop } from './ingesting.ts';
import { crookedZip, zipOf } from './pack.ts';

let shop: Workshop;
beforeEach(() => {
  shop = workshop();
});
afterEach(() => shop.remove());

const CSV = 'id,name\n1,x\n2,\n';
const ROWS = [
  ['1', 'x'],
  ['2', null],
];

/** The report and rows (id, name) of a file. */
async function read(name: string, content: string | Uint8Array, options = {}) {
  const done = await shop.ingest([shop.write(name, content)], options);
  const path = parquetPath(shop.paths, done.version.parts[0]);
  const rows = await query(`SELECT id, name FROM read_parquet('${path}') ORDER BY row_number`);
  return { ...done, rows, report: done.reports[0], part: done.parts[0] };
}

async function parquet(): Promise<Buffer> {
  const path = join(shop.folder, 'source.parquet');
  await query(`COPY (SELECT * FROM (VALUES (1, 'x'), (2, NULL)) t(id, name)) TO '${path}' (FORMAT parquet)`);
  return readFileSync(path);
}

describe('what is packed is read', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['log.csv.gz', () => gzipSync(CSV), 'csv'],
    ['log.tsv.gz', () => gzipSync(CSV.replaceAll(',', '\t')), 'csv'],
    ['log.jsonl.gz', () => gzipSync('{"id":1,"name":"x"}\n{"id":2}\n'), 'jsonl'],
    ['log.parquet.gz', async () => gzipSync(await parquet()), 'parquet'],
    [
      'members.gz',
      () => Buffer.concat([gzipSync(CSV.slice(0, 9)), gzipSync(CSV.slice(9)), Buffer.alloc(512)]),
      'csv',
    ],
    ['log.zip', () => zipOf({ 'x/log.csv': CSV }), 'csv'],
    [
      'hidden.zip',
      () => zipOf({ '__MACOSX/._log.csv': 'y'.repeat(99), '.DS_Store': 'z', 'log.csv': CSV }),
      'csv',
    ],
    [
      'with-a-letter.zip',
      () => zipOf({ 'README.txt': 'hello '.repeat(99), 'log.json': '[{"id":1,"name":"x"},{"id":2}]' }),
      'json',
    ],
    ['zip64.zip', () => zipOf({ 'log.csv': CSV }, { forceZip64Format: true }), 'csv'],
    ['parquet.zip', async () => zipOf({ 'log.parquet': await parquet() }), 'parquet'],
    ['no-ending.zip', () => zipOf({ data: CSV }), 'csv'],
  ])('%s', async (name, content, format) => {
    const packed = await content();
    const { rows, report, part } = await read(name, packed);
    expect(rows).toEqual(ROWS);
    expect(report?.format).toBe(format);
    expect(report?.container?.bytes).toBeGreaterThan(0);
    expect(part?.upload_sha256).toBe(sha256(packed));
    expect(shop.leftovers().filter((path) => path.includes(join('appdata', 'tmp')))).toEqual([]);
  });

  test('a workbook, packed or put into an archive as it is', async () => {
    const workbook = readFileSync(join(import.meta.dirname, '../../fixtures/xlsx/openpyxl.xlsx'));
    const files = [
      shop.write('book.xlsx', workbook),
      shop.write('book.xlsx.gz', gzipSync(workbook)),
      shop.write('deflated.zip', await zipOf({ 'x/book.xlsx': workbook })),
      shop.write('stored.zip', await zipOf({ 'x/book.xlsx': workbook }, { compress: false })),
    ];
    const hashes: (string | undefined)[] = [];
    for (const file of files) {
      const { reports, parts } = await shop.ingest([file]);
      expect(reports[0]).toMatchObject({ format: 'xlsx', row_count: 4 });
      hashes.push(parts[0]?.parquet_sha256);
    }
    expect(new Set(hashes).size).toBe(1);
  });

  test('of several tables in an archive the largest, or the one that is asked for; the others are listed', async () => {
    const zip = await zipOf({ 'a.csv': CSV, 'b.csv': `${CSV}3,y\n`, 'notes.txt': 'n' });
    const largest = await read('several.zip', zip);
    expect(largest.rows).toHaveLength(3);
    expect(largest.report?.container).toEqual({ kind: 'zip', entry: 'b.csv', bytes: CSV.length + 4 });
    expect(largest.report?.tables).toEqual([
      { name: 'a.csv', rows: null, read: false },
      { name: 'b.csv', rows: null, read: true },
    ]);
    expect(largest.report?.notes[0]).toBe(
      '"b.csv" was read, one of 2 tables in the archive; not read: "a.csv" (--table 1)',
    );
    const asked = await read('several.zip', zip, { table: 2 });
    expect(asked.part).toEqual(largest.part);
    expect((await read('several.zip', zip, { table: 'b.csv' })).part).toEqual(largest.part);
    await expect(read('several.zip', zip, { table: 'c.csv' })).rejects.toMatchObject({
      code: 'SH_INPUT_TABLE_UNKNOWN',
      parameters: { table: 'c.csv', tables: '1 "a.csv", 2 "b.csv"' },
    });
    const other = await read('several.zip', zip, { table: 1 });
    expect(other.rows).toEqual(ROWS);
    expect(other.part?.options.table).toBe(1);
    expect(other.part?.part_id).not.toBe(largest.part?.part_id);
    await expect(read('several.zip', zip, { table: 3 })).rejects.toMatchObject({
      code: 'SH_INPUT_TABLE_UNKNOWN',
      parameters: { tables: '1 "a.csv", 2 "b.csv"' },
    });
  });

  test('the number of a table goes on to the file inside where the archive holds but one', async () => {
    const json = '{"p":[{"id":9,"name":"z"}],"q":[{"id":1,"name":"x"},{"id":2}]}';
    expect((await read('one.zip', await zipOf({ 'x.json': json }), { table: 1 })).rows).toEqual([['9', 'z']]);
    expect((await read('x.json.gz', gzipSync(json))).rows).toEqual(ROWS);
  });

  test('the same table, plain and packed, has other parts with the same rows; packed again, it is not read again', async () => {
    const plain = await read('log.csv', CSV);
    const packed = await read('log.csv.gz', gzipSync(CSV));
    expect(packed.part?.part_id).not.toBe(plain.part?.part_id);
    expect(packed.part?.reader_version).toBe(`gzip.1/${plain.part?.reader_version}`);
    expect(packed.part?.parquet_sha256).toBe(plain.part?.parquet_sha256);
    expect((await read('other.csv.gz', gzipSync(CSV))).parts).toEqual(packed.parts);
  });
});

test('progress is told while a file is received, unpacked and read', async () => {
  const text = Array.from({ length: 100_000 }, (_, i) => `{"id":${i},"name":"job ${i}"}`).join('\n');
  const seen = new Map<string, IngestProgress>();
  await ingestFiles({
    files: [{ path: shop.write('log.jsonl.gz', gzipSync(text)) }],
    options: AUTO,
    paths: shop.paths,
    memoryBytes: 512 << 20,
    threads: 1,
    engineCode: 'code',
    inferRoles: noRoles,
    onProgress: (progress) => void seen.set(progress.stage, progress),
  });
  expect([...seen.keys()]).toEqual(['receiving', 'unpacking', 'reading']);
  expect(seen.get('unpacking')?.bytes).toBe(text.length);
  expect(seen.get('reading')?.bytes).toBe(text.length);
});

const big = Buffer.alloc(20 << 20, 'a,b\n');
const flipped = (bytes: Buffer, fromEnd: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[copy.length - fromEnd] = (copy.at(-fromEnd) ?? 0) ^ 1;
  return copy;
};
const longGzip = gzipSync(Array.from({ length: 5000 }, (_, i) => `${i},${(i * 7919) % 251}`).join('\n'));

describe('what is damaged or hostile is refused, and leaves nothing behind', () => {
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string, string]>([
    ['cut-off.gz', () => longGzip.subarray(0, longGzip.length - 100), 'SH_INPUT_DAMAGED', 'cut off'],
    ['only-a-header.gz', () => longGzip.subarray(0, 5), 'SH_INPUT_DAMAGED', 'cut off'],
    ['checksum.gz', () => flipped(longGzip, 6), 'SH_INPUT_DAMAGED', 'incorrect data check'],
    ['length.gz', () => flipped(longGzip, 2), 'SH_INPUT_DAMAGED', 'incorrect length check'],
    [
      'rubbish-behind.gz',
      () => Buffer.concat([longGzip, Buffer.from('rubbish')]),
      'SH_INPUT_DAMAGED',
      'incorrect header',
    ],
    ['empty.csv.gz', () => gzipSync(''), 'SH_INPUT_EMPTY', 'is empty'],
    ['bomb.csv.gz', () => gzipSync(big), 'SH_INPUT_BOMB', 'unpacks from'],
    [
      'bomb-in-a-bomb.gz',
      () => gzipSync(gzipSync(big)),
      'SH_INPUT_FORMAT_UNSUPPORTED',
      'a gzip file inside a gzip file',
    ],
    [
      'a.tar.gz',
      () => gzipSync(Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar'), Buffer.alloc(300)])),
      'SH_INPUT_FORMAT_UNSUPPORTED',
      'a tar archive',
    ],
    [
      'cut-off.zip',
      async () => (await zipOf({ 'a.csv': CSV })).subarray(0, -30),
      'SH_INPUT_DAMAGED',
      'cut off',
    ],
    ['nothing.zip', () => zipOf({}), 'SH_INPUT_MALFORMED', 'there is no file in it'],
    ['only-hidden.zip', () => zipOf({ '.x.csv': CSV }), 'SH_INPUT_MALFORMED', 'hidden'],
    ['empty-table.zip', () => zipOf({ 'a.csv': '' }), 'SH_INPUT_EMPTY', 'a.csv in '],
    ['climbing.zip', () => crookedZip('../a.csv', CSV), 'SH_INPUT_DAMAGED', '../a.csv'],
    ['absolute.zip', () => crookedZip('/etc/a.csv', CSV), 'SH_INPUT_DAMAGED', '/etc/a.csv'],
    ['encrypted.zip', () => crookedZip('a.csv', CSV, 1), 'SH_INPUT_PASSWORD', 'has a password'],
    ['bomb.zip', () => zipOf({ 'a.csv': big }), 'SH_INPUT_BOMB', 'a.csv would unpack from'],
    [
      'zip-in-zip.zip',
      async () => zipOf({ 'a.csv': await zipOf({ 'b.csv': CSV }) }),
      'SH_INPUT_FORMAT_UNSUPPORTED',
      'a zip archive inside a zip archive',
    ],
    [
      'gz-in-zip.zip',
      () => zipOf({ 'a.csv.gz': gzipSync(CSV) }),
      'SH_INPUT_FORMAT_UNSUPPORTED',
      'a gzip file inside a zip archive',
    ],
    [
      'picture.zip',
      () => zipOf({ 'a.png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') }),
      'SH_INPUT_FORMAT_UNSUPPORTED',
      'an image (PNG)',
    ],
    ['ragged.csv.gz', () => gzipSync('a,b\n1,2\n3\n'), 'SH_INPUT_RAGGED', 'line 3'],
  ])('%s', async (name, content, code, message) => {
    const path = shop.write(name, await content());
    await expect(shop.ingest([path])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(shop.leftovers()).toEqual([]);
  });

  test('an entry that holds other bytes than it declares', async () => {
    const zip = crookedZip('a.csv', CSV);
    zip.writeUInt32LE(7, 14);
    zip.writeUInt32LE(7, zip.indexOf('PK\x01\x02') + 16);
    await expect(shop.ingest([shop.write('x.zip', zip)])).rejects.toMatchObject({
      code: 'SH_INPUT_DAMAGED',
      message: expect.stringContaining('a.csv does not have the size and checksum it declares'),
    });
  });

  test('a table for which the disk has no room is refused before it is full', async () => {
    async function* blocks() {
      for (let i = 0; i < 70; i++) yield Buffer.alloc(1 << 20);
    }
    const unpacking = {
      blocks: blocks(),
      target: join(shop.folder, 'x'),
      shownPath: 'x',
      packedBytes: 1 << 30,
    };
    const full = { ...unpacking, freeBytes: async () => 300 << 20 };
    await expect(writeUnpacked(full)).rejects.toMatchObject({ code: 'SH_DISK_FULL' });
    const early = { ...full, target: join(shop.folder, 'y'), expectedBytes: 400 << 20 };
    await expect(writeUnpacked(early)).rejects.toMatchObject({ code: 'SH_DISK_FULL' });
  });
});
