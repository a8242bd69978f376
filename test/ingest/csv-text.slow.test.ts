import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');

function published(file: string): Record<string, string>[] {
  const path = join(fixtures, 'csv_spectrum', 'json', file.replace('.csv', '.json'));
  const value: Record<string, string> | Record<string, string>[] = JSON.parse(readFileSync(path, 'utf8'));
  return Array.isArray(value) ? value : [value];
}

function textTypes(headers: readonly string[]): Record<string, string> {
  return Object.fromEntries(headers.map((header) => [header, 'text']));
}

/** RFC 4180: a cell is quoted where it must be; an empty cell is quoted, so that it is a text and not missing. */
function csvOf(table: readonly (readonly string[])[], lineEnd = '\r\n'): string {
  const cell = (text: string) =>
    text === '' || /[",\r\n;\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return table.map((row) => row.map(cell).join(',') + lineEnd).join('');
}

describe('csv-spectrum', () => {
  for (const file of readdirSync(join(fixtures, 'csv_spectrum', 'csvs'))) {
    test(`${file} gives its published cells, leading zeros included`, async () => {
      const expected = published(file);
      const headers = Object.keys(expected[0] ?? {});
      const content = readFileSync(join(fixtures, 'csv_spectrum', 'csvs', file));
      const { rows, report } = await shop.ingestText(content);
      expect(report.columns.map(({ name }) => name)).toEqual(headers);
      const texts = rows.map((row) => row.map((cell) => cell ?? ''));
      expect(texts).toEqual(expected.map((row) => headers.map((header) => row[header])));
    });
  }
});

describe('naughty strings', () => {
  const strings: string[] = JSON.parse(readFileSync(join(fixtures, 'blns', 'blns.json'), 'utf8'));
  const usable = strings.filter((text) => !text.includes('\u0000'));

  test('come back as cells exactly as they were written', async () => {
    const table = [['n', 'naughty'], ...usable.map((text, i) => [`row ${i}`, text])];
    const { rows } = await shop.ingestText(csvOf(table), { types: { naughty: 'text' } });
    expect(rows.map((row) => row[1])).toEqual(usable);
  });

  test('serve as headers, each with a unique SQL name', async () => {
    const headers = [...new Set(usable)];
    const { report } = await shop.ingestText(csvOf([headers, headers.map((_, i) => `${i}`)]), {
      header: 'yes',
    });
    expect(report.columns.map(({ name }) => name)).toEqual(headers);
    const names = report.columns.map(({ sql_name }) => sql_name.toLowerCase());
    expect(new Set(names).size).toBe(headers.length);
    expect(names.filter((name) => name.startsWith('_sh_') || name === 'row_number')).toEqual([]);
  });
});

describe('any table of texts', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom(
      '',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      'a,b',
      ' x ',
      'NA',
      '-',
      '007',
      '1',
      "'",
      ';',
      '\t',
      '#',
      '\\',
      '\ufeff',
    ),
  );
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );

  test('written as RFC 4180 comes back exactly, in order, whatever the line ending', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n', '\r'), async (cells, lineEnd) => {
        const rows = cells.map((row) => row.map((text) => text.replaceAll('\u0000', '')));
        const headers = (rows[0] ?? []).map((_, i) => `h${i}`);
        const types = textTypes(headers);
        const options = { types, header: 'yes', delimiter: ',', quote: '"' } as const;
        const done = await shop.ingestText(csvOf([headers, ...rows], lineEnd), options);
        expect(done.rows).toEqual(rows);
      }),
      { numRuns: 25 },
    );
  });
});

test('an empty cell is missing without quotes and an empty text with them', async () => {
  const { rows, report } = await shop.ingestText('a,b,n\nx,,1\ny,"",""\n');
  expect(rows).toEqual([
    ['x', null, '1'],
    ['y', '', null],
  ]);
  expect(report.columns.map(({ missing }) => missing)).toEqual([0, 1, 1]);
});

test('cells of a megabyte and a thousand columns are read', async () => {
  const long = 'é"\n'.repeat(400_000);
  const { rows } = await shop.ingestText(
    csvOf([
      ['id', 'text'],
      ['a', long],
      ['b', 'x'],
    ]),
  );
  expect(rows[0]?.[1] === long).toBe(true);
  const headers = Array.from({ length: 1000 }, (_, i) => `column ${i}`);
  const wide = await shop.ingestText(csvOf([headers, headers.map((_, i) => `${i}`)]));
  expect(wide.rows[0]).toEqual(headers.map((_, i) => `${i}`));
  expect(wide.report.columns.every(({ type }) => type.kind === 'integer')).toBe(true);
});

describe('lines', () => {
  test('rows keep their physical line where it is row number plus a constant', async () => {
    const { done } = await shop.ingestText('a,b\n1,2\n3,4\n');
    expect(done.parts[0]?.source_lines).toEqual({ kind: 'offset', offset: 1 });
    const headerless = await shop.ingestText('1,2\n3,4\n');
    expect(headerless.done.parts[0]?.source_lines).toEqual({ kind: 'offset', offset: 0 });
  });

  test('rows keep their physical line in a column where records span lines or blank lines lie between', async () => {
    const { done, rows, report } = await shop.ingestText('a,b\nx,"1\n2"\n\ny,3\r\nz,"4\r\n\r\n5"\nlast,6');
    expect(done.parts[0]?.source_lines).toEqual({ kind: 'column' });
    expect(rows.map((row) => row[0])).toEqual(['x', 'y', 'z', 'last']);
    const path = parquetPath(shop.paths, done.version.parts[0]);
    const lines = await query(`SELECT row_number, _sh_source_line FROM read_parquet('${path}')`);
    expect(lines).toEqual([
      ['1', '2'],
      ['2', '5'],
      ['3', '6'],
      ['4', '9'],
    ]);
    expect(report.notes).toContain('1 blank lines were skipped');
    expect(report.dialect?.line_ending).toBe('mixed');
  });

  test('a blank line in a table of one column is a missing cell', async () => {
    const { rows } = await shop.ingestText('a\nx\n\ny\n');
    expect(rows).toEqual([['x'], [null], ['y']]);
  });

  test('a byte order mark is no part of the first header', async () => {
    const { report } = await shop.ingestText('\ufeff"id",b\n1,2\n');
    expect(report.columns[0]?.name).toBe('id');
    expect(report.dialect?.byte_order_mark).toBe(true);
  });
});
