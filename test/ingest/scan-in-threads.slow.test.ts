import { statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScanPlan, scanCsv } from '../../src/ingest/csv/scan.ts';
import { scanInRanges } from '../../src/ingest/csv/scan-in-ranges.ts';
import { type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

let files = 0;
function planOf(text: string, columns: number): ScanPlan {
  const path = shop.write(`table-${++files}.csv`, text);
  const dialect = { delimiter: 44, quote: 34 };
  return { path, shownPath: path, dialect, header: true, columns, forced: [] };
}

const rowsOf = (row: (i: number) => string) => Array.from({ length: 20_000 }, (_, i) => row(i)).join('\n');

test('threads find what one scan finds, wherever their ranges begin', async () => {
  const plain = planOf(`a,b,c\n${rowsOf((i) => `${i},${i % 7 === 0 ? '' : `${i}.5`},word ${i % 90}`)}\n`, 3);
  const quoted = planOf(`a,b\n${rowsOf((i) => `${i},"${i}\n\n${i}"`)}\n`, 2);
  for (const plan of [plain, quoted]) {
    const read: number[] = [];
    const { size } = statSync(plan.path);
    const scan = await scanInRanges({ ...plan, onProgress: (bytes) => void read.push(bytes) }, size, 3, 1000);
    expect(scan).toEqual(await scanCsv(plan));
    expect(read.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThanOrEqual(size);
  }
});

test('what is wrong in any range is told as a scan of the whole file tells it', async () => {
  const bad = ['x,"never closed', 'x,y,too many', 'x,"a"b', 'x,\0'];
  for (const line of bad) {
    const plan = planOf(`a,b\n${rowsOf((i) => `${i},${i}`)}\n${line}\n`, 2);
    const told = await scanCsv(plan).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(Error);
    await expect(scanInRanges(plan, statSync(plan.path).size, 2, 1000)).rejects.toEqual(told);
  }
});
