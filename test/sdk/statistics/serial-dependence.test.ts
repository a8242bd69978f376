import { expect, test } from 'vitest';
import {
  type FoundShare,
  readSerialDependence,
  type SerialColumn,
  serialP,
} from '../../../src/sdk/statistics/index.ts';
import { autoregression, hour, normals } from '../../plugins/autoregression.ts';
import { rolesOf } from '../../plugins/make-table.ts';
import { inTable } from './in-table.ts';

const ROWS = 1000;
const INDICES = Array.from({ length: ROWS }, (_, i) => i);

type Values = readonly (string | number)[];

/** Design effects of pairs of columns `a`, `b` … of an hourly table; columns of texts are categories. */
async function effectsOf(
  columns: Readonly<Record<string, Values>>,
  pairs: readonly (readonly [string, string, FoundShare?])[],
) {
  const entries = Object.entries(columns);
  const isText = (values: Values) => typeof values[0] === 'string';
  const table = {
    columns: [
      { name: 'at', type: { kind: 'timestamp', zone: 'none' } as const },
      ...entries.map(([name, values]) => ({
        name,
        type: { kind: isText(values) ? ('text' as const) : ('double' as const) },
      })),
    ],
    rows: INDICES.map((i) => [hour(i), ...entries.map(([, values]) => String(values[i]))]),
  };
  return inTable(table, rolesOf({ timestamp: 'at' }), async (ctx) => {
    const read = entries.map(([name, values]): SerialColumn => {
      return { name, sql: name, kind: isText(values) ? 'category' : 'measure' };
    });
    const serial = await readSerialDependence(ctx, 'at', read);
    return pairs.map(([a, b, found]) => serial.designEffect(a, b, found));
  });
}

test('two autoregressions of 0.9 count as a tenth of their rows, in the mean', async () => {
  const next = normals(1);
  const columns = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`c${i}`, autoregression(0.9, next, ROWS)]),
  );
  const pairs = Array.from({ length: 10 }, (_, i) => [`c${i}`, `c${i + 10}`] as const);
  const means = (await effectsOf(columns, pairs)).map((effect) => effect.mean);
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  // (1 + 0.81) / (1 - 0.81) = 9.5 for values; of ranks a little less
  expect(mean).toBeGreaterThan(8);
  expect(mean).toBeLessThan(11);
});

test('rows in no order count as they are', async () => {
  const next = normals(1);
  const [a, b] = [INDICES.map(next), INDICES.map(() => (next() > 0 ? 'yes' : 'no'))];
  const [effect] = await effectsOf({ a, b }, [['b', 'a', { share: 0.01, df: 1, isDirected: true }]]);
  expect(effect).toEqual({ mean: 1, freedom: 1 });
});

test('columns that change at the same rows count as stretches, not as rows', async () => {
  const next = normals(1);
  const levels = Array.from({ length: ROWS / 25 }, () => [next(), next()] as const);
  const of = (i: number) => levels[Math.floor(i / 25)] ?? [0, 0];
  const columns = { a: INDICES.map((i) => of(i)[0]), b: INDICES.map((i) => of(i)[1]) };
  const found = { share: 0.025, df: 1, isDirected: false };
  const [apart, together] = await effectsOf(columns, [
    ['a', 'b'],
    ['a', 'b', found],
  ]);
  expect(apart?.mean).toBeLessThan(20);
  expect(together?.mean).toBeGreaterThan(21);
  expect(together?.mean).toBeLessThan(30);
});

test('what a category explains is no likeness of rows: two machines in turn', async () => {
  const next = normals(1);
  const machine = INDICES.map((i) => (i % 2 === 0 ? 'left' : 'right'));
  const heat = INDICES.map((i) => (i % 2) * 2 + next());
  const [undirected, directed] = await effectsOf({ machine, heat }, [
    ['machine', 'heat'],
    ['machine', 'heat', { share: 0.5, df: 1, isDirected: true }],
  ]);
  expect(undirected?.mean).toBeGreaterThan(100);
  expect(directed?.mean).toBe(1);
});

test('levels that are alike unequally long leave fewer degrees of freedom', async () => {
  const next = normals(1);
  const level = (value: number) => (value < -0.5 ? 'low' : value < 0.5 ? 'middle' : 'high');
  const [a, b] = [autoregression(0.95, next, ROWS), autoregression(0.95, next, ROWS)];
  const [effect] = await effectsOf({ a: a.map(level), b: b.map(level) }, [['a', 'b']]);
  expect(effect?.mean).toBeGreaterThan(2);
  expect(effect?.freedom).toBeLessThan(0.95);
  expect(effect?.freedom).toBeGreaterThan(0.4);
});

test('the p-value of a share is that of F with an effective number of rows', () => {
  // R: pf(0.1 / 2 / 0.9 * (200 / 4 - 3), 2, 200 / 4 - 3, lower.tail = FALSE)
  expect(serialP(0.1, 2, 200, { mean: 4, freedom: 1 })).toBeCloseTo(0.08408121, 7);
  expect(serialP(0.1, 2, 200, { mean: 4, freedom: 0.5 })).toBeGreaterThan(0.1);
  expect(serialP(1, 2, 200, { mean: 4, freedom: 1 })).toBe(0);
  expect(serialP(0.5, 2, 10, { mean: 4, freedom: 1 })).toBe(1);
});
