import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const ROWS = [
  ['1', '10.50', 'true', '2025-01-31', '2025-01-31 10:20:30', 'x'],
  ['18446744073709551617', '-0.25', 'false', '', '', 'a "quoted", text'],
  ['3', '', '', '2024-02-29', '2025-01-31 10:20:30.123456', ''],
];
const HEADERS = ['id', 'amount', 'done', 'day', 'at', 'note'];

const delimited = (delimiter: string): string =>
  [HEADERS, ...ROWS]
    .map((row) =>
      row.map((cell) => (/[",;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter),
    )
    .join('\n');

/** Numbers and booleans as JSON has them, the rest as strings; empty cells are left out, or null. */
const records = ROWS.map((row) => {
  const members = row.map((cell, i) => [
    HEADERS[i],
    cell === '' ? 'null' : i < 3 ? cell : JSON.stringify(cell),
  ]);
  return `{${members.map(([header, value]) => `"${header}":${value}`).join()}}`;
});

const FORMS: readonly (readonly [string, string | Uint8Array])[] = [
  ['comma.csv', delimited(',')],
  ['semicolon.csv', delimited(';')],
  ['tab.tsv', delimited('\t')],
  ['array.json', `[${records.join(',\n')}]`],
  [
    'absent.json',
    `[${records
      .join(',\n')
      .replace(/"\w+":null,?/g, '')
      .replaceAll(',}', '}')}]`,
  ],
  ['object.json', `{"rows": [${records.join(',\n')}], "count": 3}`],
  ['lines.jsonl', records.join('\n')],
  [
    'arrays.json',
    `[${JSON.stringify(HEADERS)},${records
      .map((one) =>
        one
          .replace(/"\w+":/g, '')
          .replace('{', '[')
          .replace('}', ']'),
      )
      .join()}]`,
  ],
  ['lines.jsonl.gz', gzipSync(records.join('\n'))],
];

async function read(path: string): Promise<unknown> {
  const { version } = await shop.ingest([path]);
  const names = HEADERS.map((header) => `CAST("${header}" AS VARCHAR)`).join();
  const part = parquetPath(shop.paths, version.parts[0]);
  return {
    columns: version.schema.columns.map(({ name, type }) => [name, type]),
    rows: await query(`SELECT ${names} FROM read_parquet('${part}') ORDER BY row_number`),
  };
}

test('the same table has the same columns, types and cells in every format', async () => {
  const [first, ...others] = FORMS.map(([name, content]) => shop.write(name, content));
  const expected = await read(first ?? '');
  expect(expected).toMatchObject({
    columns: [
      ['id', { kind: 'decimal', precision: 20, scale: 0 }],
      ['amount', { kind: 'decimal', precision: 4, scale: 2 }],
      ['done', { kind: 'boolean' }],
      ['day', { kind: 'date' }],
      ['at', { kind: 'timestamp' }],
      ['note', { kind: 'text' }],
    ],
  });
  for (const path of others) expect(await read(path), path).toEqual(expected);
});

test('Parquet keeps the types that the same table has elsewhere', async () => {
  const { version } = await shop.ingest([shop.write('again.csv', delimited(','))]);
  const path = join(shop.folder, 'copy.parquet');
  const source = parquetPath(shop.paths, version.parts[0]);
  await query(
    `COPY (SELECT * EXCLUDE (row_number) FROM read_parquet('${source}')) TO '${path}' (FORMAT parquet)`,
  );
  expect(readFileSync(path).subarray(0, 4).toString()).toBe('PAR1');
  expect(await read(path)).toEqual(await read(join(shop.folder, 'comma.csv')));
});
