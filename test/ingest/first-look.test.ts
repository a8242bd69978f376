import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seenFacts } from '../../src/engine/seen-facts.ts';
import { firstLook } from '../../src/ingest/csv/first-look.ts';
import { AUTO, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const PAD = 'x'.repeat(200);
const rows = (count: number, amount: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => `${i},${amount(i)},${PAD}`).join('\n');
const look = (name: string, content: string) => firstLook(shop.write(name, content), AUTO, shop.paths);

test('PERF-01 the beginning of a large file tells what it holds before the file is received: whole records only, and which share they are', async () => {
  const seen = await look(
    'large.csv',
    `id,amount,note\n${rows(45_000, (i) => (i % 4 ? String(i % 90) : ''))}\n`,
  );
  expect(seen?.rows).toBeGreaterThan(4_000);
  expect(seen?.bytes).toBeLessThanOrEqual(1 << 20);
  expect(seen?.ofBytes).toBeGreaterThan(8 << 20);
  expect(seen?.columns.map(({ name, type }) => [name, type.kind])).toEqual([
    ['id', 'integer'],
    ['amount', 'integer'],
    ['note', 'text'],
  ]);
  const facts = seen === undefined ? [] : seenFacts(seen);
  expect(facts.map(({ statement }) => statement.replaceAll(/\s/g, ' '))).toEqual([
    '3 columns: 2 with numbers, 0 with dates or times, 1 with text or other things',
    expect.stringMatching(/^amount: \d+ missing \(25 %\)$/),
  ]);
  expect(facts[0]?.coverage).toEqual({
    rows: seen?.rows,
    of_rows: null,
    share: (seen?.bytes ?? 0) / (seen?.ofBytes ?? 1),
    sampled: false,
  });
  expect(readdirSync(shop.paths.temporary)).toEqual([]);
});

test('of a packed file its beginning is unpacked, and no more', async () => {
  const text = `id,amount,note\n${Array.from({ length: 300_000 }, (_, i) => `${i},${(i * 7919) % 99_991},n${i % 7}`).join('\n')}\n`;
  const packed = gzipSync(text, { level: 1 });
  const path = shop.write('packed.csv.gz', packed);
  const seen = await firstLook(path, AUTO, shop.paths);
  expect(seen?.columns.map(({ type }) => type.kind)).toEqual(['integer', 'integer', 'text']);
  expect(seen?.ofBytes).toBe(packed.length);
  const share = (seen?.bytes ?? 0) / (seen?.ofBytes ?? 1);
  expect(Math.abs(share - (seen?.rows ?? 0) / 300_000)).toBeLessThan(0.1);
});

test('of a small file, a file of another format, and one that can not be read like this, nothing is told', async () => {
  expect(await look('small.csv', 'id,amount\n1,2\n')).toBeUndefined();
  expect(await look('large.json', `[${'{"a":1},\n'.repeat(950_000)}{}]`)).toBeUndefined();
  const ragged = `id,amount,note\n${rows(45_000, (i) => (i % 2 ? '1,2,3' : '1'))}\n`;
  expect(await look('ragged.csv', ragged)).toBeUndefined();
  expect(await firstLook('/no/such/file.csv', AUTO, shop.paths)).toBeUndefined();
});
