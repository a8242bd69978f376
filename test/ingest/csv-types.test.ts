import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType, IngestColumn } from '../../src/contract/index.ts';
import { parquetPath, query, type Table, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

interface ReadColumn {
  readonly type: ColumnType;
  readonly values: readonly (string | null)[];
  readonly report: IngestColumn;
  readonly table: Table;
}

/** Reads each list of cells as a column of one table, beside a column of text; short columns end in missing cells. */
async function columns(
  lists: readonly (readonly string[])[],
  types: readonly string[] = [],
  delimiter = ',',
): Promise<ReadColumn[]> {
  const height = Math.max(...lists.map((cells) => cells.length));
  const cell = (text: string) => (/[,;"]/.test(text) ? `"${text}"` : text);
  const lines = Array.from({ length: height }, (_, row) =>
    ['x', ...lists.map((cells) => cell(cells[row] ?? ''))].join(delimiter),
  );
  const header = ['k', ...lists.map((_, i) => `v${i}`)].join(delimiter);
  const forced = Object.fromEntries(types.map((type, i) => [`v${i}`, type]));
  const options = { types: forced, header: 'yes', delimiter } as const;
  const table = await shop.ingestText(`${[header, ...lines].join('\n')}\n`, options);
  return lists.map((cells, i) => {
    const report = table.report.columns[i + 1];
    if (report === undefined) throw new Error('no column');
    const values = table.rows.slice(0, cells.length).map((row) => row[i + 1] ?? null);
    return { type: report.type, values, report, table };
  });
}

async function column(cells: readonly string[], type?: string, delimiter?: string): Promise<ReadColumn> {
  const [read] = await columns([cells], type === undefined ? [] : [type], delimiter);
  if (read === undefined) throw new Error('no column');
  return read;
}

const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });
const typed: readonly (readonly [string, readonly string[], ColumnType, readonly (string | null)[]])[] = [
  ['whole numbers', ['1', '-2', '+3', '0', '-0'], { kind: 'integer' }, ['1', '-2', '3', '0', '0']],
  [
    'the ends of 64 bits',
    ['9223372036854775807', '-9223372036854775808'],
    { kind: 'integer' },
    ['9223372036854775807', '-9223372036854775808'],
  ],
  [
    'whole numbers beyond 64 bits',
    ['9223372036854775808', '1'],
    decimal(19, 0),
    ['9223372036854775808', '1'],
  ],
  ['whole numbers of 38 digits', ['9'.repeat(38)], decimal(38, 0), ['9'.repeat(38)]],
  ['more than 38 digits', ['1'.repeat(39)], { kind: 'double' }, ['1.111111111111111e+38']],
  [
    'fractions, as wide as they are written',
    ['1.50', '-22.125', '3'],
    decimal(5, 3),
    ['1.500', '-22.125', '3.000'],
  ],
  ['points at either end', ['.5', '5.', '-.25'], decimal(3, 2), ['0.50', '5.00', '-0.25']],
  ['zeros before the point', ['0.5', '-0.5'], decimal(2, 1), ['0.5', '-0.5']],
  ['scientific notation', ['1e3', '2.5', '-1E-2'], { kind: 'double' }, ['1000.0', '2.5', '-0.01']],
  ['well-formed thousands', ['1,234', '12', '-1,234,567'], { kind: 'integer' }, ['1234', '12', '-1234567']],
  ['thousands with fractions', ['1,234.50', '0.25'], decimal(6, 2), ['1234.50', '0.25']],
  ['ill-formed thousands', ['1,23.5', '12'], { kind: 'text' }, ['1,23.5', '12']],
  [
    'decimal commas',
    ['9,99', '-1.188,05', '0,125', '12'],
    decimal(7, 3),
    ['9.990', '-1188.050', '0.125', '12.000'],
  ],
  ['commas of more than one reading', ['9,99', '1,234'], { kind: 'text' }, ['9,99', '1,234']],
  ['decimal commas and decimal points', ['9,99', '1.5'], { kind: 'text' }, ['9,99', '1.5']],
  [
    'points between thousands alone',
    ['1.234.567', '2.345.678'],
    { kind: 'text' },
    ['1.234.567', '2.345.678'],
  ],
  ['leading zeros', ['007', '12'], { kind: 'text' }, ['007', '12']],
  ['blanks around numbers', [' 1', '2 '], { kind: 'text' }, [' 1', '2 ']],
  ['true and false in any case', ['true', 'FALSE', 'True'], { kind: 'boolean' }, ['true', 'false', 'true']],
  ['yes and no', ['yes', 'no'], { kind: 'text' }, ['yes', 'no']],
  [
    'dates',
    ['2024-02-29', '0001-01-01', '9999-12-31'],
    { kind: 'date' },
    ['2024-02-29', '0001-01-01', '9999-12-31'],
  ],
  ['a day that does not exist', ['2023-02-29', '2023-01-01'], { kind: 'text' }, ['2023-02-29', '2023-01-01']],
  ['times of day', ['10:20', '23:59:59.5'], { kind: 'time' }, ['10:20:00', '23:59:59.5']],
  ['hours beyond 23', ['24:00', '10:00'], { kind: 'text' }, ['24:00', '10:00']],
  [
    'timestamps with T or a space',
    ['2025-01-31T10:20:30', '2025-01-31 10:20', '2025-01-31 10:20:30.123456', '2025-01-31 00:00:00.1234560'],
    { kind: 'timestamp' },
    [
      '2025-01-31 10:20:30',
      '2025-01-31 10:20:00',
      '2025-01-31 10:20:30.123456',
      '2025-01-31 00:00:00.123456',
    ],
  ],
  ['nanoseconds', ['2025-01-31 10:20:30.123456789'], { kind: 'text' }, ['2025-01-31 10:20:30.123456789']],
  [
    'dates and timestamps together',
    ['2025-01-31', '2025-01-31 10:20'],
    { kind: 'timestamp' },
    ['2025-01-31 00:00:00', '2025-01-31 10:20:00'],
  ],
  [
    'timestamps with and without offset',
    ['2025-01-31 10:20', '2025-01-31 10:20Z'],
    { kind: 'text' },
    ['2025-01-31 10:20', '2025-01-31 10:20Z'],
  ],
  [
    'day first, by a day above 12',
    ['1/2/2025', '31/12/2024'],
    { kind: 'date' },
    ['2025-02-01', '2024-12-31'],
  ],
  [
    'month first, by a day above 12',
    ['1.2.2025', '12.31.2024'],
    { kind: 'date' },
    ['2025-01-02', '2024-12-31'],
  ],
  [
    'month first with times',
    ['1/31/2025 9:05 PM', '1/2/2025 12:00:01 am'],
    { kind: 'timestamp' },
    ['2025-01-31 21:05:00', '2025-01-02 00:00:01'],
  ],
  [
    'days and months that nothing tells apart',
    ['1/2/2025', '3/4/2025'],
    { kind: 'text' },
    ['1/2/2025', '3/4/2025'],
  ],
  ['both orders', ['31/12/2025', '12/31/2025'], { kind: 'text' }, ['31/12/2025', '12/31/2025']],
  ['numbers and dates', ['1', '2025-01-31'], { kind: 'text' }, ['1', '2025-01-31']],
  ['markers among numbers', ['1', 'N/A', '-', '2'], { kind: 'integer' }, ['1', null, null, '2']],
  ['markers among texts', ['a', 'N/A', '-'], { kind: 'text' }, ['a', 'N/A', '-']],
  ['nothing but markers', ['N/A', 'N/A'], { kind: 'text' }, ['N/A', 'N/A']],
];

describe('the type of a column, decided on all its cells', () => {
  let read: ReadColumn[];
  beforeAll(async () => {
    read = await columns(typed.map(([, cells]) => cells));
  });
  typed.forEach(([what, , type, values], i) => {
    test(`${what}: ${type.kind}`, () => {
      expect(read[i]?.type).toEqual(type);
      expect(read[i]?.values).toEqual(values);
    });
  });

  test('markers and missing cells are counted, most frequent first', async () => {
    const { report } = await column(['1', '-', 'N/A', '-', '', '7']);
    expect(report.markers).toEqual([
      { text: '-', count: 2 },
      { text: 'N/A', count: 1 },
    ]);
    expect(report.missing).toBe(4);
  });

  test('a comma in numbers of a semicolon file may be a decimal sign: text, with a note', async () => {
    const { type, table } = await column(['1,234', '5,678'], undefined, ';');
    expect(type.kind).toBe('text');
    expect(table.report.notes.join()).toContain('may separate thousands or decimals');
  });

  test('the first odd cell is named with its row', async () => {
    const { report } = await column(['1', '2', 'three', '4', 'five']);
    expect(report.why).toBe('"three" in row 3 is not a whole number, as cells before it are');
  });

  test('instants are kept in UTC with their offsets beside them', async () => {
    const cells = [
      '2025-01-31T10:20:30+01:00',
      '2025-01-31T10:20:30Z',
      '2025-01-31 10:20-0530',
      '2025-01-31 10:20:30.5+02',
      '',
    ];
    const { type, values, report, table } = await column(cells);
    expect(type.kind).toBe('timestamptz');
    expect(values).toEqual([
      '2025-01-31 09:20:30+00',
      '2025-01-31 10:20:30+00',
      '2025-01-31 15:50:00+00',
      '2025-01-31 08:20:30.5+00',
      null,
    ]);
    expect(report.offsets.map(({ text }) => text).sort()).toEqual(['+01:00', '+02', '-0530', 'Z']);
    const path = parquetPath(shop.paths, table.done.version.parts[0]);
    const offsets = await query(`SELECT _sh_offset_v0 FROM read_parquet('${path}') ORDER BY row_number`);
    expect(offsets.flat()).toEqual(['60', '0', '-330', '120', null]);
  });
});

const forced: readonly (readonly [
  string,
  readonly string[],
  readonly (string | null)[],
  readonly string[],
])[] = [
  ['integer', ['007', ' 12 ', '1.5', 'x', 'N/A'], ['7', '12', null, null, null], ['1.5', 'x']],
  ['decimal(5,2)', ['1.50', '1234.5', '0.123', '007.1'], ['1.50', null, null, '7.10'], ['1234.5', '0.123']],
  ['decimal', ['1.5', '20', '1e3'], ['1.5', '20.0', null], ['1e3']],
  ['double', ['1', '1e3', 'abc'], ['1.0', '1000.0', null], ['abc']],
  [
    'decimal(comma)',
    ['1.188,05', '1,234', '1.234', '07,5', '12', '1.5', 'x'],
    ['1188.050', '1.234', '1234.000', '7.500', '12.000', null, null],
    ['1.5', 'x'],
  ],
  ['boolean', ['yes', 'N', '1', 'maybe'], ['true', 'false', 'true', null], ['maybe']],
  ['date(dmy)', ['1/2/2025', '2025-03-04', '1/31/2025'], ['2025-02-01', '2025-03-04', null], ['1/31/2025']],
  ['timestamp', ['2025-01-31', '10:20'], ['2025-01-31 00:00:00', null], ['10:20']],
  ['text', ['007', ' x ', '1'], ['007', ' x ', '1'], []],
];

describe('a forced type', () => {
  let read: ReadColumn[];
  beforeAll(async () => {
    read = await columns(
      forced.map(([, cells]) => cells),
      forced.map(([type]) => type),
    );
  });
  forced.forEach(([type, cells, values, rejected], i) => {
    test(`${type} takes what it can and keeps the rest as rejects with row and text`, () => {
      expect(read[i]?.values).toEqual(values);
      expect(read[i]?.report.rejected.map(({ text }) => text)).toEqual(rejected);
      expect(read[i]?.report.rejected.map(({ row_number }) => cells[row_number - 1])).toEqual(rejected);
      expect(read[i]?.report.rejected_count).toBe(rejected.length);
    });
  });

  test('that is unknown, or for a column that is not there, is refused', async () => {
    await expect(column(['1'], 'integr')).rejects.toMatchObject({ code: 'SH_CONFIG_INVALID' });
    const ingest = shop.ingestText('amount,b\n1,2\n', { types: { amuont: 'text' } });
    await expect(ingest).rejects.toMatchObject({
      code: 'SH_INPUT_UNKNOWN_COLUMN',
      parameters: { column: 'amuont', nearest: 'amount' },
    });
  });
});

describe('delimiter, quote and header', () => {
  const cases: readonly (readonly [string, string, readonly string[], number])[] = [
    ['semicolons with decimal commas', 'a;b\n1,5;2,5\n3,5;4,5\n', ['a', 'b'], 2],
    ['tabs', 'a\tb\n1\t2\n', ['a', 'b'], 1],
    ['bars', 'a|b\n1|2\n', ['a', 'b'], 1],
    ['one column', 'name\nx\ny\n', ['name'], 2],
    ['commas inside quotes', 'a;b\n"x,y,z";1\n"p,q";2\n', ['a', 'b'], 2],
    ['a header of words over numbers', 'a,b\n1,2\n', ['a', 'b'], 1],
    ['a first line that is data', '1,x\n2,y\n', ['C1', 'C2'], 2],
    ['a single line of data', '1,2.5,x\n', ['C1', 'C2', 'C3'], 1],
    ['years as headers over texts', '2019,2020\nx,y\n', ['2019', '2020'], 1],
    ['apostrophes as quotes', "a,b\n'x,1',2\n'y,2',3\n", ['a', 'b'], 2],
  ];
  for (const [what, text, headers, rows] of cases) {
    test(`${what} are recognised`, async () => {
      const { report } = await shop.ingestText(text);
      expect(report.columns.map(({ name }) => name)).toEqual(headers);
      expect(report.row_count).toBe(rows);
    });
  }

  test('a file without a header says so', async () => {
    const { report } = await shop.ingestText('1,x\n2,y\n');
    expect(report.notes.join()).toContain('the first line is data');
  });

  test('options win over what the file looks like', async () => {
    const { report, rows } = await shop.ingestText('a;b,c\n1;2,3\n', { delimiter: ',', header: 'no' });
    expect(report.columns.map(({ name }) => name)).toEqual(['C1', 'C2']);
    expect(rows).toEqual([
      ['a;b', 'c'],
      ['1;2', '3'],
    ]);
  });
});

test('the order of dates that is named settles what no value tells, and nothing that a value tells', async () => {
  const cells = ['k,open,told', 'a,1/2/2025,31/1/2025', 'b,3/4/2025,1/2/2025'].join('\n');
  const read = async (date_order?: 'dmy' | 'mdy') => {
    const table = await shop.ingestText(`${cells}\n`, { header: 'yes', ...(date_order && { date_order }) });
    return { rows: table.rows, columns: table.report.columns, part: table.done.version.parts[0] };
  };
  const [open, dmy, mdy] = [await read(), await read('dmy'), await read('mdy')];
  expect(open.columns[1]?.type).toEqual({ kind: 'text' });
  expect(dmy.rows).toEqual([
    ['a', '2025-02-01', '2025-01-31'],
    ['b', '2025-04-03', '2025-02-01'],
  ]);
  expect(mdy.rows.map((row) => row.slice(1))).toEqual([
    ['2025-01-02', '2025-01-31'],
    ['2025-03-04', '2025-02-01'],
  ]);
  expect(mdy.columns[1]?.why).toContain('read as month, day, year, as you said');
  expect(new Set([open, dmy, mdy].map(({ part }) => part)).size).toBe(3);
});
