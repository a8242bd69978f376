import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestFiles, type SeenSoFar } from '../../src/ingest/index.ts';
import { AUTO, noRoles, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

async function seenWhile(path: string): Promise<SeenSoFar[]> {
  const seen: SeenSoFar[] = [];
  await ingestFiles({
    ...{ files: [{ path }], options: AUTO, paths: shop.paths, memoryBytes: 512 << 20, threads: 2 },
    ...{ engineCode: 'code', inferRoles: noRoles },
    onSeen: (of, what) => {
      expect(of).toBe(path);
      seen.push(what);
    },
  });
  return seen;
}

test('the reading of a small file tells once what it saw, with types and missing cells, and of a known file nothing', async () => {
  const path = shop.write('small.csv', 'id,price,note\n1,2.50,\n2,NA,x\n3,4.00,y\n');
  const [only, ...more] = await seenWhile(path);
  expect(more).toEqual([]);
  expect(only).toMatchObject({ rows: 3, bytes: 38, ofBytes: 38 });
  expect(only?.columns.map(({ name, type, missing }) => [name, type.kind, missing])).toEqual([
    ['id', 'integer', 0],
    ['price', 'decimal', 1],
    ['note', 'text', 1],
  ]);
  expect(await seenWhile(path)).toEqual([]);
});

test('the reading of a large file tells of its first rows before it has read them all', async () => {
  const rows = Array.from({ length: 400_000 }, (_, i) => `${i},word ${i}`);
  const [first] = await seenWhile(shop.write('large.csv', `n,text\n${rows.join('\n')}\n`));
  expect(first?.rows).toBeGreaterThan(0);
  expect(first?.rows).toBeLessThan(400_000);
  expect(first?.bytes).toBeGreaterThan(0);
  expect(first?.bytes).toBeLessThan(first?.ofBytes ?? 0);
  expect(first?.columns.map(({ type }) => type.kind)).toEqual(['integer', 'text']);
});
