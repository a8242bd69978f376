import { expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/sdk/index.ts';
import { rolesOf, withTable } from '../make-table.ts';
import { runInProcess } from '../run-in-process.ts';

const NAMES = ['quantity', 'unit_price', 'amount', 'discount', 'to_pay', 'weight'];

/** Lines of invoices; `amountOf` may write another amount than it should be, in cents. */
async function formulasOf(amountOf: (row: number, cents: number) => number): Promise<readonly Finding[]> {
  const random = createRandom('1', 'lines');
  const table = {
    columns: NAMES.map((name) => ({
      name,
      type:
        name === 'quantity'
          ? ({ kind: 'decimal', precision: 8, scale: 3 } as const)
          : ({ kind: 'decimal', precision: 12, scale: 2 } as const),
    })),
    rows: Array.from({ length: 1_500 }, (_, row) => {
      const [thousandths, price] = [1 + random.integer(9_000), 100 + random.integer(90_000)];
      const amount = amountOf(row, Math.round((thousandths * price) / 1000));
      const discount = random.integer(Math.max(1, amount));
      const cells = [price, amount, discount, amount - discount, random.integer(50_000)];
      return [(thousandths / 1000).toFixed(3), ...cells.map((cents) => (cents / 100).toFixed(2))].map(
        (cell, i) => (i === 1 && row % 50 === 7 ? null : cell),
      );
    }),
  };
  const roles = NAMES.flatMap((name) => rolesOf({ measure: name }));
  const { result } = await withTable(table, (dataset) => runInProcess('profile_quality', dataset, roles));
  return result.findings.filter(({ kind }) => kind === 'formula');
}

const plain = (text: string | undefined) => (text ?? '').replaceAll(/\s/g, ' ');

test('a product rounded to cents and a difference are told as facts, and nothing else', async () => {
  const found = await formulasOf((_, cents) => cents);
  expect(found.map(({ title, severity }) => [title, severity]).sort()).toEqual([
    ['amount = quantity × unit_price', 'info'],
    ['to_pay = amount − discount', 'info'],
  ]);
  const product = found.find(({ title }) => title.includes('×'));
  expect(plain(product?.statement)).toMatch(
    /in all 1470 rows that have all three, rounded to its last digit/,
  );
});

test('a formula that some rows break is a finding that cites them', async () => {
  const found = await formulasOf((row, cents) => (row % 300 === 10 ? cents + 100 : cents));
  const product = found.find(({ title }) => title.includes('×'));
  expect(plain(product?.title)).toBe('amount = quantity × unit_price, but for 5 rows');
  expect(product?.severity).toBe('notice');
  const cited = product?.evidence.flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : [])) ?? [];
  expect(cited.map(({ row_number }) => row_number)).toEqual([11, 311, 611, 911, 1211]);
});

test('where every other row breaks it there is no formula', async () => {
  const found = await formulasOf((row, cents) => (row % 2 === 0 ? cents + 2 : cents));
  expect(found.map(({ title }) => title)).toEqual(['to_pay = amount − discount']);
});
