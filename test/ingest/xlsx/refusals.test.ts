import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardPackage } from '../../../src/ingest/zip/guard-package.ts';
import {
  contentTypes,
  sheetXml,
  typed,
  type WorkbookSpec,
  workbook,
  workbookParts,
  zipOf,
} from './make-workbook.ts';
import { directoryField, patched, renamed, withEntryCount } from './patch-zip.ts';
import { type ReadingRoom, readingRoom } from './reading.ts';

let room: ReadingRoom;
let good: Buffer;
beforeAll(async () => {
  room = readingRoom();
  const rows = Array.from({ length: 500 }, (_, i) => [i, `text ${i}`, i % 7]);
  good = await workbook({ rows: [['n', 'text', 'x'], ...rows] });
});
afterAll(() => room.remove());

const SHEET = 'xl/worksheets/sheet1.xml';
const refusal = (code: string, message: string) => ({ code, message: expect.stringContaining(message) });

async function refused(content: WorkbookSpec | Buffer, code: string, message: string): Promise<void> {
  await expect(room.read(content)).rejects.toMatchObject(refusal(code, message));
}

describe('bombs are refused by their directory, before anything is unpacked', () => {
  test('a part that unpacks to hundreds of times its size, whichever it is', async () => {
    const more = await workbook({ rows: [['a'], [1]], parts: { 'xl/embeddings/inner.zip': 'anything' } });
    for (const name of ['xl/workbook.xml', SHEET, 'xl/embeddings/inner.zip']) {
      await refused(
        patched(more, name, 'bytes', 1 << 30),
        'SH_INPUT_BOMB',
        `${name} would unpack from 1 KiB to 1.0 GiB`,
      );
    }
  });

  test('many parts that are small enough alone', () => {
    const entry = { fileNameLength: 4, compressedSize: 15_000, uncompressedSize: 15 << 20, encrypted: false };
    const entries = Array.from({ length: 100 }, (_, i) => ({
      ...entry,
      fileName: `p${i}`,
      relativeOffsetOfLocalHeader: i * 15_034,
    }));
    expect(() => guardPackage(entries, 1_600_000, 'x.xlsx')).toThrow(/100 entries would unpack/);
    expect(() => guardPackage(entries.slice(0, 1), 1_600_000, 'x.xlsx')).not.toThrow();
  });

  test('entries that lie over each other', async () => {
    const first = directoryField(good, '_rels/.rels', 'offset');
    await refused(patched(good, SHEET, 'offset', first), 'SH_INPUT_BOMB', 'lie over each other');
  });

  test('too many entries', async () => {
    await refused(withEntryCount(good, 60_000), 'SH_INPUT_BOMB', '60000 entries');
  });

  test('a part that unpacks to more than its directory says', async () => {
    const lying = patched(good, SHEET, 'bytes', 1000);
    await refused(lying, 'SH_INPUT_BOMB', 'unpacks to more than the 1000 bytes');
  });

  test('declared entities, in every part', async () => {
    const bomb = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>';
    const parts = workbookParts({ rows: [['a'], [1]], formats: [14], sharedStrings: ['<t>x</t>'] });
    for (const [name, content] of Object.entries(parts)) {
      await refused(await zipOf({ ...parts, [name]: bomb + content }), 'SH_INPUT_DAMAGED', 'document type');
    }
  });
});

describe('a damaged workbook is told from one that is not', () => {
  test('one that is cut off, wherever', async () => {
    for (const share of [0.001, 0.2, 0.5, 0.9, 0.999]) {
      await refused(good.subarray(0, Math.floor(good.length * share)), 'SH_INPUT_DAMAGED', 'cut off?');
    }
  });

  test('one with other bytes inside', async () => {
    const start = directoryField(good, SHEET, 'offset') + 30 + SHEET.length;
    const broken = Buffer.from(good);
    broken.fill(0xff, start + 200, start + 260);
    await refused(broken, 'SH_INPUT_DAMAGED', SHEET);
    await refused(
      patched(good, SHEET, 'checksum', (was) => was ^ 1),
      'SH_INPUT_DAMAGED',
      'size and checksum',
    );
    await refused(
      patched(good, SHEET, 'bytes', (was) => was + 1),
      'SH_INPUT_DAMAGED',
      'size and checksum',
    );
    await refused(patched(good, SHEET, 'method', 12), 'SH_INPUT_DAMAGED', 'method 12');
  });

  test('one whose entries climb out, or occur twice', async () => {
    const outside = '../../../etc/cron.d/xlsx';
    await refused(renamed(good, SHEET, outside), 'SH_INPUT_DAMAGED', 'its directory can not be read');
    const twin = await workbook({ rows: [['a'], [1]], parts: { 'xl/Workbook.xm_': '' } });
    await refused(renamed(twin, 'xl/Workbook.xm_', 'xl/Workbook.xml'), 'SH_INPUT_DAMAGED', 'twice');
  });

  const sheets: readonly (readonly [string, string, string])[] = [
    ['a sheet that ends early', '<worksheet><sheetData><row><c>', 'ends in the middle'],
    ['a sheet that is none', '<html/>', 'its root is not "worksheet"'],
    ['a cell type that there is not', sheetXml({ rows: [[typed('x', '1')]] }), 'has the type "x"'],
    ['a shared text that is not there', sheetXml({ rows: [[typed('s', '5')]] }), 'the shared text 5'],
    ['a row behind the last', sheetXml({ xml: '<sheetData><row r="1048577"/></sheetData>' }), 'row 1048577'],
    [
      'a column behind the last',
      sheetXml({ xml: '<sheetData><row><c r="XFE1"/></row></sheetData>' }),
      'XFE1',
    ],
  ];
  for (const [what, xml, message] of sheets) {
    test(what, () => refused({ parts: { [SHEET]: xml } }, 'SH_INPUT_DAMAGED', message));
  }

  test('parts that are named and not there, and XML that is none', async () => {
    await refused({ parts: { [SHEET]: undefined } }, 'SH_INPUT_DAMAGED', '"Data" is listed, but not there');
    await refused({ parts: { 'xl/workbook.xml': '<workbook' } }, 'SH_INPUT_DAMAGED', 'xl/workbook.xml');
    await refused(
      { parts: { 'xl/workbook.xml': '<book/>' } },
      'SH_INPUT_DAMAGED',
      'its root is not "workbook"',
    );
  });
});

describe('what is no workbook is called by its name', () => {
  test('a password on the zip itself', async () => {
    await refused(patched(good, SHEET, 'flags', 1), 'SH_INPUT_PASSWORD', 'has a password');
  });

  const others: readonly (readonly [string, Record<string, string | undefined>])[] = [
    [
      'a binary workbook (XLSB)',
      { '[Content_Types].xml': contentTypes('application/vnd.ms-excel.sheet.binary.macroEnabled.main') },
    ],
    [
      'a Word document (DOCX)',
      {
        '[Content_Types].xml': contentTypes(
          'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
        ),
      },
    ],
    ['an OpenDocument spreadsheet (ODS)', { mimetype: 'application/vnd.oasis.opendocument.spreadsheet' }],
    ['a zip archive without a workbook', { '_rels/.rels': undefined }],
  ];
  for (const [what, parts] of others) {
    test(what, () => refused({ parts }, 'SH_INPUT_FORMAT_UNSUPPORTED', what));
  }

  test('a workbook with macros is read', async () => {
    const parts = {
      '[Content_Types].xml': contentTypes('application/vnd.ms-excel.sheet.macroEnabled.main+xml'),
      'xl/vbaProject.bin': 'macros',
    };
    expect((await room.read({ rows: [['a'], [1]], parts })).columns).toEqual(['a integer']);
  });
});

test('parts are found by their relationships, not by their names', async () => {
  const parts = workbookParts({ rows: [['a'], [typed('s', '0')]], sharedStrings: ['<t>x</t>'] });
  const moved = Object.fromEntries(
    Object.entries(parts).map(([name, content]) => {
      const to = name
        .replace('xl/sharedStrings', 'texts')
        .replace('xl/worksheets/sheet1', 'xl/A B')
        .replace('xl/', 'book/');
      const text = String(content)
        .replace('"xl/workbook.xml"', '"/book/workbook.xml"')
        .replace('"/xl/workbook.xml"', '"/BOOK/Workbook.xml"')
        .replace('"worksheets/sheet1.xml"', '"./A%20B.xml"')
        .replace('"sharedStrings.xml"', '"..\\texts.xml"');
      return [to, text];
    }),
  );
  expect(Object.keys(moved)).toContain('book/A B.xml');
  expect((await room.read(await zipOf(moved))).rows).toEqual([['x']]);
});
