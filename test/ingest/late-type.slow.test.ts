import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const ROWS = 1_000_000;
const LATE = 900_000;

test('a column whose first odd cell stands in row 900,000 gets the right type, and every cell is kept', async () => {
  const odd = (row: number, usual: string, late: string) => (row === LATE ? late : usual);
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const row = i + 1;
    const stamp = `2025-01-01 00:00:${String(row % 60).padStart(2, '0')}`;
    return `${row},${odd(row, `${row}`, `${row}.125`)},${odd(row, `${row % 90}`, 'seven')},${odd(row, '1', 'N/A')},${stamp}`;
  });
  const { report, done } = await shop.ingestText(`id,fraction,label,marked,at\n${lines.join('\n')}\n`);
  expect(report.columns.map(({ type }) => type)).toEqual([
    { kind: 'integer' },
    { kind: 'decimal', precision: 10, scale: 3 },
    { kind: 'text' },
    { kind: 'integer' },
    { kind: 'timestamp' },
  ]);
  expect(report.columns[2]?.why).toContain('"seven" in row 900000');
  expect(report.columns[3]?.markers).toEqual([{ text: 'N/A', count: 1 }]);
  const part = `read_parquet('${parquetPath(shop.paths, done.version.parts[0])}')`;
  const checks = await query(
    `SELECT count(*), sum(id), sum(fraction), count(*) FILTER (label = 'seven'), count(marked),
      count(*) FILTER (row_number <> id) FROM ${part}`,
  );
  const sum = (ROWS * (ROWS + 1)) / 2;
  expect(checks).toEqual([[`${ROWS}`, `${sum}`, `${sum}.125`, '1', `${ROWS - 1}`, '0']]);
});
