import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { type ReadingRoom, readingRoom } from './reading.ts';

let room: ReadingRoom;
let folder: string;
beforeAll(() => {
  room = readingRoom();
  folder = mkdtempSync(join(tmpdir(), 'writers-'));
});
afterAll(() => {
  room.remove();
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = [
  'id integer',
  'customer text',
  'ordered date',
  'shipped at timestamp',
  'cut off time',
  'took integer',
  'amount double',
  'discount decimal',
  'paid boolean',
];
const ROWS = [
  ['1', 'Müller & Söhne', '2024-01-31', '2024-02-01T08:15:30', '17:00:00', '95400', '1234.5', '0.05', 'true'],
  ['2', 'Nordwest Ltd', '2024-02-29', '2024-03-01T00:00:00.125', '09:30:00', '90', '0.1', '0', 'false'],
  ['3', '  kept  ', '1999-12-31', null, null, null, '1e-7', '0.125', 'true'],
  [
    '4',
    'line\nbreak "quoted", <tag>',
    '2100-03-01',
    '2024-02-03T23:59:59.999',
    '00:00:00',
    '0',
    '-99.99',
    '1',
    'true',
  ],
];

describe('one table as four writers write it', () => {
  for (const name of ['openpyxl', 'openpyxl-1904', 'libreoffice', 'libreoffice-1904']) {
    test(`${name}: the same cells in both epochs, the larger visible sheet, formulas as far as they were calculated`, async () => {
      const { columns, rows, notes } = await room.readFile(`fixtures/xlsx/${name}.xlsx`);
      const calculated = name.startsWith('libreoffice');
      expect(columns.slice(0, 9)).toEqual(COLUMNS);
      expect(rows.map((row) => row.slice(0, 9))).toEqual(ROWS);
      expect(columns.slice(9)).toEqual(
        calculated ? ['total double', 'rate double'] : ['total text', 'rate text'],
      );
      const totals = rows.map((row) => (row[9] === null ? null : Number(row[9])));
      expect(totals).toEqual(calculated ? [1172.775, 0.1, 8.75e-8, 0] : [null, null, null, null]);
      expect(notes).toContain(
        'the sheet "Orders" was read, one of 3: 1 "Notes", 2 "Orders", 3 "Raw" (hidden)',
      );
      expect(notes).toContain('rows above it were not read (1: Orders of the week)');
      expect(notes).toContain('hidden columns of the sheet were read like the others: E');
      expect(notes).toContain(calculated ? '#DIV/0! × 1' : '4 formulas have no stored values');
      expect(notes.includes('1904-01-01')).toBe(name.endsWith('1904'));
    });
  }

  test('exceljs, at once and streamed: rich text, formulas with results, errors, hyperlinks, dates', async () => {
    const at = new Date(Date.UTC(2024, 1, 29, 8, 15, 30));
    const rows = [
      ['id', 'text', 'at', 'sum', 'bad', 'link'],
      [
        1,
        { richText: [{ text: 'rich ' }, { font: { bold: true }, text: 'text' }] },
        at,
        { formula: 'A2*2', result: 2 },
        { error: '#N/A' },
        { text: 'x', hyperlink: 'http://example.org' },
      ],
      [2, ' a & b ', at, { formula: 'A3*2', result: 4 }, 5, 'y'],
      [3, null, at, { formula: 'A4*2' }, 6, null],
    ];
    const book = new ExcelJS.Workbook();
    book.addWorksheet('S').addRows(rows);
    const whole = join(folder, 'exceljs.xlsx');
    await book.xlsx.writeFile(whole);
    const streamed = join(folder, 'streamed.xlsx');
    const stream = new ExcelJS.stream.xlsx.WorkbookWriter({
      filename: streamed,
      useSharedStrings: true,
      useStyles: true,
    });
    const sheet = stream.addWorksheet('S');
    for (const row of rows) sheet.addRow(row).commit();
    sheet.commit();
    await stream.commit();
    for (const path of [whole, streamed]) {
      const { columns, rows: read, notes } = await room.readFile(path);
      expect(columns).toEqual([
        'id integer',
        'text text',
        'at timestamp',
        'sum integer',
        'bad integer',
        'link text',
      ]);
      expect(read).toEqual([
        ['1', 'rich text', '2024-02-29T08:15:30', '2', null, 'x'],
        ['2', ' a & b ', '2024-02-29T08:15:30', '4', '5', 'y'],
        ['3', null, '2024-02-29T08:15:30', null, '6', null],
      ]);
      expect(notes).toContain('column "bad": 1 cell holds an error (#N/A × 1) and is missing');
      expect(notes).toContain('column "sum": 1 formula has no stored value');
    }
  });

  test('write-excel-file: texts, numbers, dates, truth values, a formula without a value', async () => {
    const path = join(folder, 'write-excel-file.xlsx');
    const data = [
      [{ value: 'id' }, { value: 'name' }, { value: 'day' }, { value: 'ok' }, { value: 'sum' }],
      [
        { value: 1 },
        { value: 'ä < b' },
        { value: new Date(Date.UTC(2024, 1, 29)), format: 'yyyy-mm-dd' },
        { value: true },
        { value: '=A2+1', type: 'Formula' as const },
      ],
      [
        { value: 2.5 },
        null,
        { value: new Date(Date.UTC(2024, 2, 1)), format: 'yyyy-mm-dd' },
        { value: false },
        { value: '=A3+1', type: 'Formula' as const },
      ],
    ];
    await writeXlsxFile(data).toFile(path);
    const { columns, rows, notes } = await room.readFile(path);
    expect(columns).toEqual(['id decimal', 'name text', 'day date', 'ok boolean', 'sum text']);
    expect(rows).toEqual([
      ['1', 'ä < b', '2024-02-29', 'true', null],
      ['2.5', null, '2024-03-01', 'false', null],
    ]);
    expect(notes).toContain('column "sum": 2 formulas have no stored values');
  });
});
