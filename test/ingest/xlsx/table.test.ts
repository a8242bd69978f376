import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cell, type SheetSpec, styled } from './make-workbook.ts';
import { type ReadingRoom, readingRoom } from './reading.ts';

let room: ReadingRoom;
beforeAll(() => {
  room = readingRoom();
});
afterAll(() => room.remove());

const data = (rows: number): Cell[][] =>
  Array.from({ length: rows }, (_, i) => [`k${i}`, i, i / 2, i % 2 === 0]);
const header = ['key', 'n', 'half', 'even'];
const names = ['key text', 'n integer', 'half decimal', 'even boolean'];

describe('where the table begins', () => {
  test('behind empty rows and columns', async () => {
    const rows = [[], [], [null, null, ...header], ...data(3).map((row) => [null, null, ...row])];
    const found = await room.read({ rows });
    expect(found.columns).toEqual(names);
    expect(found.sheetRows).toEqual([4, 5, 6]);
  });

  test('behind titles and parameters, which a note repeats', async () => {
    const rows = [
      ['Sales report'],
      [],
      ['Region', 'EMEA'],
      ['From', styled(45_000, 1)],
      [],
      header,
      ...data(30),
    ];
    const found = await room.read({ rows, formats: [14] });
    expect(found.columns).toEqual(names);
    expect(found.rows).toHaveLength(30);
    expect(found.notes).toContain(
      'the table begins in row 6 of the sheet; rows above it were not read (1: Sales report; 3: Region | EMEA; 4: From | 2023-03-15)',
    );
  });

  test('behind a row of groups of headers', async () => {
    const rows = [[null, 'numbers', null, null], header, ...data(5)];
    expect((await room.read({ rows })).columns).toEqual(names);
  });

  test('at once, where the first header has no name', async () => {
    const found = await room.read({
      rows: [
        [null, 'a'],
        [1, 2],
        [3, 4],
      ],
    });
    expect(found.columns).toEqual([' integer', 'a integer']);
    expect(found.rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  test('at once, where rows are sparser than the header', async () => {
    const rows = [
      ['a', 'b', 'c', 'd', 'e'],
      [1],
      [null, 2, 3],
      [4, null, null, 'x'],
      [null, null, null, null, 5],
    ];
    const found = await room.read({ rows });
    expect(found.rows).toHaveLength(4);
    expect(found.columns).toHaveLength(5);
  });
});

describe('a table that the workbook defines', () => {
  const related =
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" Target="../tables/table1.xml"/></Relationships>';
  const defining = (attributes: string) => ({
    'xl/worksheets/_rels/sheet1.xml.rels': related,
    'xl/tables/table1.xml': `<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ${attributes}/>`,
  });
  const rows: Cell[][] = [
    ['a', 'b', 'c'],
    ['one', 'two', 'three'],
    ['x', 1, 2],
    ['y', 3, 4],
    ['Total', 4, 6],
  ];

  test('begins where it says, and its row of totals is not read', async () => {
    const parts = defining('ref="A2:C5" totalsRowCount="1"');
    const found = await room.read({ rows, parts });
    expect(found.columns).toEqual(['one text', 'two integer', 'three integer']);
    expect(found.sheetRows).toEqual([3, 4]);
    expect(found.notes).toContain(
      'row 5 holds the totals of the table, as the workbook says; it was not read',
    );
  });

  test('without a header by its definition has none', async () => {
    const found = await room.read({ rows: rows.slice(2), parts: defining('ref="A1:C3" headerRowCount="0"') });
    expect(found.columns).toEqual(['C1 text', 'C2 integer', 'C3 integer']);
    expect(found.rows).toHaveLength(3);
  });

  test('is passed over where most cells stand outside of it', async () => {
    const beside = rows.map((row, i): Cell[] => [...row, i, i, i, i]);
    const found = await room.read({ rows: beside, parts: defining('ref="A2:C5" totalsRowCount="1"') });
    expect(found.sheetRows).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('header', () => {
  test('a first row like the others is data, with a note, unless the operator says otherwise', async () => {
    const found = await room.read({ rows: data(5) });
    expect(found.columns).toEqual(['C1 text', 'C2 integer', 'C3 decimal', 'C4 boolean']);
    expect(found.notes).toContain('the first row is data, not a header');
    const asked = await room.read({ rows: data(5) }, { header: 'yes' });
    expect(asked.columns[0]).toBe('k0 text');
    const denied = await room.read({ rows: [header, ...data(5)] }, { header: 'no' });
    expect(denied.columns).toEqual(['C1 text', 'C2 text', 'C3 text', 'C4 text']);
  });

  test('years and days in order above numbers are headers', async () => {
    const years = await room.read({
      rows: [
        ['country', 2020, 2021, 2022],
        ['A', 1, 2, 3],
        ['B', 4, 5, 6],
      ],
    });
    expect(years.columns).toEqual(['country text', '2020 integer', '2021 integer', '2022 integer']);
    const days = [styled(45_000, 1), styled(45_031, 1)];
    const found = await room.read({
      rows: [
        ['country', ...days],
        ['A', 1, 2],
        ['B', 4, 5],
      ],
      formats: [14],
    });
    expect(found.columns).toEqual(['country text', '2023-03-15 integer', '2023-04-15 integer']);
    const spans = await room.read({
      rows: [
        ['A', 2020, 2021],
        ['B', 2019, 2020],
      ],
    });
    expect(spans.columns).toEqual(['C1 text', 'C2 integer', 'C3 integer']);
  });

  test('line breaks and blanks around go from headers', async () => {
    const { columns } = await room.read({ rows: [[' amount\n(EUR) '], [1]] });
    expect(columns).toEqual(['amount (EUR) integer']);
  });
});

describe('rows and columns', () => {
  test('short rows are filled up, empty columns without a header left out, late ones come last', async () => {
    const rows: Cell[][] = [['a', null, 'b'], ...Array.from({ length: 250 }, (_, i): Cell[] => [i, null, i])];
    rows[240] = [1, 'late', 2, null, true];
    rows[250] = [7];
    const { columns, rows: read, notes } = await room.read({ rows });
    expect(columns).toEqual(['a integer', 'b integer', ' text', ' boolean']);
    expect(read[239]).toEqual(['1', '2', 'late', 'true']);
    expect(read[249]).toEqual(['7', null, null, null]);
    expect(notes).toContain('it stands in column B of the sheet and begins late, so it is the last here');
  });

  test('empty rows inside, cells to the left, hidden rows and columns, merged cells are told', async () => {
    const cell = (at: string, n: number) => `<c r="${at}"><v>${n}</v></c>`;
    const text = (at: string, t: string) => `<c r="${at}" t="str"><v>${t}</v></c>`;
    const many = Array.from(
      { length: 210 },
      (_, i) =>
        `<row r="${i + 3}"${i === 0 ? ' hidden="1"' : ''}>${cell(`B${i + 3}`, i)}${cell(`C${i + 3}`, i)}</row>`,
    );
    const xml =
      '<cols><col min="3" max="16384" hidden="1"/></cols><sheetData>' +
      `<row r="2">${text('B2', 'b')}${text('C2', 'c')}</row>${many.join('')}<row r="215">${text('A215', 'Source: us')}${cell('B215', 1)}</row>` +
      '</sheetData><mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B5:B9"/></mergeCells>';
    const { notes, rows, columns } = await room.read({ xml });
    expect(columns).toEqual(['b integer', 'c integer']);
    expect(rows).toHaveLength(211);
    expect(notes.split('\n')).toEqual([
      '2 empty rows inside the table were skipped',
      '1 cell to the left of the table was not read',
      '1 row is hidden in the sheet (by a filter, perhaps); it was read like the others',
      'hidden columns of the sheet were read like the others: C',
      '1 group of merged cells: the value stands in the first of them, the others are missing',
    ]);
  });
});

describe('which sheet', () => {
  const sheets: SheetSpec[] = [
    { name: 'Cover', rows: [['Report of the year']] },
    { name: 'Data', rows: [header, ...data(20)] },
    { name: 'More', rows: [header, ...data(10)] },
    { name: 'raw', state: 'veryHidden', rows: [header, ...data(50)] },
    { name: '1', rows: [['one'], [1]] },
  ];

  test('the one with the most cells that is not hidden; the others are listed', async () => {
    const found = await room.read({ sheets });
    expect(found.rows).toHaveLength(20);
    expect(found.options).toMatchObject({ format: 'xlsx', sheet: 'Data' });
    expect(found.tables).toEqual([
      { name: 'Cover', rows: 1, read: false },
      { name: 'Data', rows: 21, read: true },
      { name: 'More', rows: 11, read: false },
      { name: 'raw', rows: 51, read: false },
      { name: '1', rows: 2, read: false },
    ]);
    expect(found.notes).toContain(
      'the sheet "Data" was read, one of 5: 1 "Cover", 2 "Data", 3 "More", 4 "raw" (hidden), 5 "1"',
    );
  });

  test('by name, by name but for case, by number, and a name comes before a number', async () => {
    const rows = async (options: { sheet?: string; table?: number }) =>
      (await room.read({ sheets }, options)).rows.length;
    expect(await rows({ sheet: 'More' })).toBe(10);
    expect(await rows({ sheet: 'RAW' })).toBe(50);
    expect(await rows({ sheet: '3' })).toBe(10);
    expect(await rows({ sheet: '1' })).toBe(1);
    expect(await rows({ table: 2 })).toBe(20);
  });

  test('one that is not there is refused, with the list', async () => {
    for (const options of [{ sheet: 'Date' }, { sheet: '6' }, { table: 6 }]) {
      await expect(room.read({ sheets }, options)).rejects.toMatchObject({
        code: 'SH_INPUT_SHEET_UNKNOWN',
        message: expect.stringContaining('2 "Data"'),
      });
    }
  });

  test('naming it and leaving it to choice make the same part', async () => {
    const auto = await room.read({ sheets });
    const named = await room.read({ sheets }, { sheet: 'data' });
    const numbered = await room.read({ sheets }, { table: 2 });
    expect([named.options, numbered.options]).toEqual([auto.options, auto.options]);
  });

  test('a hidden one where no other holds anything, and none at all', async () => {
    const hidden = await room.read({
      sheets: [
        { name: 'a', rows: [] },
        { name: 'b', state: 'hidden', rows: [['x'], [1]] },
      ],
    });
    expect(hidden.notes).toContain('the sheet "b" is hidden in the workbook');
    const none = [
      { sheets: [{ name: 'a' }, { name: 'b' }] },
      { rows: [] },
      { sheets: [] },
      { rows: [[null]] },
    ];
    for (const spec of none) {
      await expect(room.read(spec)).rejects.toMatchObject({ code: 'SH_INPUT_SHEET_EMPTY' });
    }
  });

  test('sheets of one name are told apart by number', async () => {
    const twins = [
      { name: 'x', rows: [['a'], [1]] },
      { name: 'x', rows: [['b'], [1], [2]] },
    ];
    expect((await room.read({ sheets: twins })).options).toMatchObject({ table: 2 });
  });
});
