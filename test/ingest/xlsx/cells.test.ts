import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { styled, typed } from './make-workbook.ts';
import { type ReadingRoom, readingRoom } from './reading.ts';

let room: ReadingRoom;
beforeAll(() => {
  room = readingRoom();
});
afterAll(() => room.remove());

const column = (rows: readonly (string | null)[][], index = 0) => rows.map((row) => row[index]);

test('numbers, texts, truth values and what is missing, each with its type and its row in the sheet', async () => {
  const { columns, rows, sheetRows } = await room.read({
    rows: [
      ['id', 'name', 'amount', 'ok'],
      [1, 'a "b", c', 1.5, true],
      [2, null, 20, false],
      [],
      [3, 'tür\nund tor 😀', null, null],
    ],
  });
  expect(columns).toEqual(['id integer', 'name text', 'amount decimal', 'ok boolean']);
  expect(rows).toEqual([
    ['1', 'a "b", c', '1.5', 'true'],
    ['2', null, '20', 'false'],
    ['3', 'tür\nund tor 😀', null, null],
  ]);
  expect(sheetRows).toEqual([2, 3, 5]);
});

test('shared texts: rich runs joined, readings left out, blanks kept, escapes resolved, line ends made one', async () => {
  const shared = [
    '<t>plain</t>',
    '<r><rPr><b/></rPr><t>rich </t></r><r><t xml:space="preserve">text &amp; more </t></r>',
    '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>',
    '<t xml:space="preserve"> kept </t>',
    '<t>a_x000D__x000A_b _x005F_x0041_ _x0041_ &#233;&#x1F600; a&#13;b</t>',
    '<t><![CDATA[a < b & _x0042_]]></t>',
    '<t/>',
  ];
  const cells = shared.map((_, i) => [i, typed('s', String(i))]);
  const { rows, notes } = await room.read({ rows: [['n', 'text'], ...cells], sharedStrings: shared });
  expect(column(rows, 1)).toEqual([
    'plain',
    'rich text & more ',
    '東京',
    ' kept ',
    'a\nb _x0041_ A é😀 a\rb',
    'a < b & B',
    null,
  ]);
  expect(notes).toContain('column "text": 1 cell holds an empty text and is missing');
});

test('a number is the shortest text of its double, and keeps it whatever it looks like in the sheet', async () => {
  const written = ['1.1000000000000001', '0.10000000000000001', '1E3', '1.5e-3', '007', '-0', '12.50', '5'];
  const percent = [styled(0.125, 1), styled('12.5', 2)];
  const { columns, rows } = await room.read({
    rows: [['x'], ...written.map((value) => [{ xml: `<v>${value}</v>` }]), ...percent.map((cell) => [cell])],
    formats: [10, '#,##0.00\\ [$€-407]'],
  });
  expect(columns).toEqual(['x decimal']);
  const values = ['1.1', '0.1', '1000', '0.0015', '7', '0', '12.5', '5', '0.125', '12.5'];
  expect(column(rows).map(Number)).toEqual(values.map(Number));
});

test('tiny and huge numbers make a column of doubles, exactly', async () => {
  const written = ['1E-300', '1.7976931348623157E+308', '4.9406564584124654E-324', '0.1'];
  const { columns, rows } = await room.read({
    rows: [['x'], ...written.map((v) => [{ xml: `<v>${v}</v>` }])],
  });
  expect(columns).toEqual(['x double']);
  expect(column(rows).map(Number)).toEqual([1e-300, Number.MAX_VALUE, Number.MIN_VALUE, 0.1]);
});

test('whole numbers beyond 2^53 keep the digits that are written, with a note', async () => {
  const { rows, notes } = await room.read({
    rows: [['id'], [{ xml: '<v>9007199254740993</v>' }], [{ xml: '<v>1.2345678901234568E+16</v>' }], [7]],
  });
  expect(column(rows)).toEqual(['9007199254740993', '12345678901234568', '7']);
  expect(notes).toContain(
    'column "id": 2 whole numbers are beyond 2^53, where spreadsheet programs change the last digits, the first in A2',
  );
});

test('errors are missing, counted by their text', async () => {
  const { columns, rows, notes } = await room.read({
    rows: [['x'], [1], [typed('e', '#DIV/0!')], [typed('e', '#N/A')], [typed('e', '#N/A')], [2]],
  });
  expect(columns).toEqual(['x integer']);
  expect(column(rows)).toEqual(['1', null, null, null, '2']);
  expect(notes).toContain('column "x": 3 cells hold errors (#N/A × 2, #DIV/0! × 1) and are missing');
});

test('formulas give the value that is stored with them; without one they are missing, with a note', async () => {
  const { columns, rows, notes } = await room.read({
    rows: [
      ['n', 'text', 'flag'],
      [
        { xml: '<f>1+1</f><v>2</v>' },
        { at: ' t="str"', xml: '<f>"a"&amp;"b"</f><v>ab</v>' },
        { at: ' t="b"', xml: '<f>TRUE()</f><v>1</v>' },
      ],
      [
        { xml: '<f t="shared" si="0"/><v>3</v>' },
        { at: ' t="str"', xml: '<f>""</f><v></v>' },
        { xml: '<f>A1</f><v/>' },
      ],
      [{ xml: '<f>SUM(A2:A3)</f>' }, { at: ' t="str"', xml: '<f>A2</f>' }, false],
    ],
  });
  expect(columns).toEqual(['n integer', 'text text', 'flag boolean']);
  expect(rows).toEqual([
    ['2', 'ab', 'true'],
    ['3', null, null],
    [null, null, 'false'],
  ]);
  expect(notes).toContain('column "n": 1 formula has no stored value and is missing, the first in A4');
  expect(notes).toContain('column "text": 1 formula has no stored value');
  expect(notes).toContain('column "flag": 1 formula has no stored value');
});

test('numbers stored as text are read as numbers, with a note; zeros in front keep them text', async () => {
  const { columns, notes } = await room.read({
    rows: [
      ['n', 'zip'],
      [1, '0815'],
      ['2', '4711'],
      ['N/A', '1'],
    ],
  });
  expect(columns).toEqual(['n integer', 'zip text']);
  expect(notes).toContain('column "n": 2 cells are text in the workbook; they are read like numbers');
});

test('rows and cells may say where they are, or follow each other, or come with a prefix', async () => {
  const main = 'http://purl.oclc.org/ooxml/spreadsheetml/main';
  const { rows, sheetRows } = await room.read({
    parts: {
      'xl/worksheets/sheet1.xml':
        `<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand --><x:worksheet xmlns:x="${main}"><x:sheetData>` +
        '<x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row>' +
        "\n<x:row ><x:c r='C3'><x:v>2</x:v></x:c>\n<x:c r='B3'><x:v>1</x:v></x:c></x:row>" +
        '<x:row r="9"><x:c r="B9"><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>',
    },
  });
  expect(rows).toEqual([
    ['1', '2'],
    ['3', null],
  ]);
  expect(sheetRows).toEqual([3, 9]);
});

test('UTF-16 parts are read too', async () => {
  const xml = `<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row><c t="str"><v>käse</v></c></row><row><c><v>1</v></c></row></sheetData></worksheet>`;
  const parts = { 'xl/worksheets/sheet1.xml': Buffer.from(`\ufeff${xml}`, 'utf16le') };
  expect((await room.read({ parts })).columns).toEqual(['käse integer']);
});

describe('dates', () => {
  test('built-in and custom formats make ISO dates, times and timestamps, to the millisecond', async () => {
    const { columns, rows } = await room.read({
      rows: [
        ['day', 'at', 'time', 'both'],
        [styled(45_000, 1), styled(45_000.5, 2), styled(0.25, 3), styled(45_000, 1)],
        [styled(1, 1), styled('45000.000011574074', 2), styled(0.999_999_999_99, 3), styled(45_000.75, 1)],
        [styled(59, 1), styled(45_000.430_902_777_8, 2), styled(0.500_001_157_407, 3), styled(61, 1)],
      ],
      formats: [14, 'yyyy\\-mm\\-dd"T"hh:mm:ss', 20],
    });
    expect(columns).toEqual(['day date', 'at timestamp', 'time time', 'both timestamp']);
    expect(rows).toEqual([
      ['2023-03-15', '2023-03-15T12:00:00', '06:00:00', '2023-03-15'],
      ['1900-01-01', '2023-03-15T00:00:01', '00:00:00', '2023-03-15T18:00:00'],
      ['1900-02-28', '2023-03-15T10:20:30', '12:00:00.100', '1900-03-01'],
    ]);
  });

  test('the epoch of 1904', async () => {
    const { rows, notes } = await room.read({
      rows: [['day'], [styled(0, 1)], [styled(60, 1)], [styled(43_538, 1)]],
      formats: [14],
      date1904: true,
    });
    expect(column(rows)).toEqual(['1904-01-01', '1904-03-01', '2023-03-15']);
    expect(notes).toContain('days are counted from 1904-01-01');
  });

  test('days that there are not are missing, with a note', async () => {
    const { columns, rows, notes } = await room.read({
      rows: [
        ['day'],
        [styled(60, 1)],
        [styled(0, 1)],
        [styled(-1, 1)],
        [styled(2_958_466, 1)],
        [styled(61, 1)],
      ],
      formats: [14],
    });
    expect(columns).toEqual(['day date']);
    expect(column(rows)).toEqual([null, null, null, null, '1900-03-01']);
    expect(notes).toContain(
      '4 numbers are shown as dates, but there are no such days (the first: 60 in A2): missing',
    );
  });

  test('elapsed times are seconds', async () => {
    const { columns, rows, notes } = await room.read({
      rows: [['took'], [styled(1.5, 1)], [styled(0.000_011_58, 1)]],
      formats: ['[h]:mm:ss'],
    });
    expect(columns).toEqual(['took decimal']);
    expect(column(rows)).toEqual(['129600', '1.001']);
    expect(notes).toContain('column "took": elapsed times are read as seconds');
  });

  test('dates written out', async () => {
    const { columns, rows } = await room.read({
      rows: [
        ['day', 'at', 'time'],
        [
          typed('d', '2023-03-15T00:00:00', 1),
          typed('d', '2023-03-15T10:20:30.5', 2),
          typed('d', '1899-12-30T10:20:00', 3),
        ],
        [typed('d', '2023-03-16'), typed('d', '2023-03-15T10:20', 2), typed('d', '10:30:00', 3)],
      ],
      formats: [14, 22, 20],
    });
    expect(columns).toEqual(['day date', 'at timestamp', 'time time']);
    expect(rows).toEqual([
      ['2023-03-15', '2023-03-15T10:20:30.5', '10:20:00'],
      ['2023-03-16', '2023-03-15T10:20:00', '10:30:00'],
    ]);
  });

  test('a column of dates and numbers is text, with the dates as ISO text and a note', async () => {
    const { columns, rows, notes } = await room.read({
      rows: [['x'], [styled(45_000, 1)], [12.5]],
      formats: [14],
    });
    expect(columns).toEqual(['x text']);
    expect(column(rows)).toEqual(['2023-03-15', '12.5']);
    expect(notes).toContain('dates (1 cells) and numbers (1 cells) are mixed');
  });
});
