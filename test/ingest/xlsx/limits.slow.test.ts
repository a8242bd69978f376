import { createWriteStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { writeWorkbook } from '../../../bench/make-workbook.ts';
import { treeBytes } from '../../../bench/measure.ts';
import { root, start, temporaryFolder } from '../../run/command.ts';
import { sharedStringsXml, workbook, workbookParts } from './make-workbook.ts';
import { readingRoom } from './reading.ts';

const MB = 1e6;

/** Runs the command line and watches from outside how much memory it and all it starts have at most (0 off Linux). */
async function watched(args: readonly string[]) {
  const { child, ended } = start(args);
  let peak = 0;
  const sampler = setInterval(() => {
    peak = Math.max(peak, treeBytes(child.pid ?? 0));
  }, 50);
  const done = await ended;
  clearInterval(sampler);
  return { ...done, peak };
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('a table that is nearly all blank space is refused as a bomb', async () => {
  const room = readingRoom();
  try {
    const first = `<row>${'<c><v>1</v></c>'.repeat(16_000)}</row>`;
    const rows = Array.from({ length: 2000 }, () => '<row><c r="XFD1"><v>1</v></c></row>');
    const xml = `<sheetData>${first}${rows.join('')}</sheetData>`;
    await expect(room.read({ xml }, { header: 'no' })).rejects.toMatchObject({ code: 'SH_INPUT_BOMB' });
  } finally {
    room.remove();
  }
});

test('a bomb of shared texts is refused with next to no memory, and nothing of it stays', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'bomb.xlsx');
  const item = Buffer.from(`<si><t>${'a'.repeat(30_000)}</t></si>`.repeat(30));
  const start = sharedStringsXml([]).replace('</sst>', '');
  await writeZip(
    path,
    { ...workbookParts({ rows: [['a'], [1]], sharedStrings: ['<t>x</t>'] }) },
    'xl/sharedStrings.xml',
    [Buffer.from(start), ...Array.from({ length: 300 }, () => item), Buffer.from('</sst>')],
  );
  expect(statSync(path).size).toBeLessThan(MB);
  const appdata = join(folder, 'appdata');
  const done = await watched(['ingest', path, '--json', '--quiet', '--appdata', appdata]);
  expect(done.code).toBe(2);
  expect(done.out + done.err).toContain('xl/sharedStrings.xml would unpack from');
  expect(done.peak).toBeLessThan(250 * MB);
  expect(filesIn(join(appdata, 'blobs'))).toEqual([]);
});

test('a sheet of 100,000 rows and ten columns stays under the memory cap, watched from outside', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'orders.xlsx');
  await writeWorkbook(path, 100_001);
  const args = [
    'ingest',
    path,
    '--memory',
    '512MB',
    '--json',
    '--quiet',
    '--appdata',
    join(folder, 'appdata'),
  ];
  const done = await watched(args);
  expect(done.code, done.err).toBe(0);
  const summary = JSON.parse(done.out);
  expect(summary.row_count).toBe(100_000);
  const kinds = summary.columns.map((column: { type: { kind: string } }) => column.type.kind);
  expect(kinds).toEqual([
    'integer',
    'text',
    'timestamp',
    'decimal',
    'text',
    'decimal',
    'timestamp',
    'integer',
    'boolean',
    'text',
  ]);
  expect(done.peak).toBeLessThan(512 * MB);
});

test('run reads a workbook: the report says which sheet, lists the others, and --sheet takes another', async () => {
  const folder = temporaryFolder();
  const run = async (...args: string[]) => {
    const options = ['--plugins', 'profile_basic', '--json', '--quiet', '--appdata', join(folder, 'appdata')];
    const done = await start(['run', join(root, 'fixtures/xlsx/libreoffice.xlsx'), ...options, ...args])
      .ended;
    expect(done.code, done.err).toBe(0);
    const summary = JSON.parse(done.out);
    expect(summary.status).toBe('COMPLETED');
    return readFileSync(join(summary.run_dir, 'report.md'), 'utf8');
  };
  expect(await run()).toContain('the sheet "Orders" was read, one of 3');
  const raw = await run('--sheet', 'raw', '--dataset', 'raw');
  expect(raw).toContain('the sheet "Raw" is hidden in the workbook');
});

test('a workbook in a zip archive is read, and its sheet chosen there', async () => {
  const folder = temporaryFolder();
  const book = await workbook({
    sheets: [
      { name: 'small', rows: [['a'], [1]] },
      { name: 'large', rows: [['b'], [1], [2]] },
    ],
  });
  const path = join(folder, 'packed.zip');
  await writeZip(path, { 'inner.xlsx': book }, 'readme.md', [Buffer.from('nothing to see')]);
  for (const [args, name] of [
    [[], 'b'],
    [['--sheet', 'small'], 'a'],
  ] as const) {
    const done = await start([
      'ingest',
      path,
      '--json',
      '--quiet',
      '--appdata',
      join(folder, 'appdata'),
      ...args,
    ]).ended;
    expect(done.code, done.err).toBe(0);
    expect(JSON.parse(done.out).columns.map((column: { name: string }) => column.name)).toEqual([name]);
  }
});

/** A zip file with these entries, and one more that comes in blocks. */
async function writeZip(
  path: string,
  parts: Readonly<Record<string, string | Buffer>>,
  name: string,
  blocks: readonly Buffer[],
): Promise<void> {
  const zip = new ZipFile();
  for (const [other, content] of Object.entries(parts)) {
    if (other !== name) zip.addBuffer(Buffer.from(content), other);
  }
  zip.addReadStream(Readable.from(blocks), name);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(path)));
}
