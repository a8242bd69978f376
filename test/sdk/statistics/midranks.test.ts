import { expect, test } from 'vitest';
import { columnsToCount, midrankSql } from '../../../src/sdk/statistics/midranks.ts';
import type { Table } from '../../plugins/make-table.ts';
import { inTable } from './in-table.ts';

const table: Table = {
  columns: [
    { name: 'x', type: { kind: 'decimal', precision: 6, scale: 1 } },
    { name: 'y', type: { kind: 'double' } },
  ],
  rows: Array.from({ length: 60 }, (_, i) => [
    i % 13 === 0 ? null : ((i * 37) % 11).toFixed(1),
    i % 7 === 3 ? null : String(((i * 29) % 17) / 3),
  ]),
};

/** Twice the midrank less n + 1, by counting. */
function byHand(values: readonly (number | null)[]): (number | null)[] {
  const present = values.filter((value) => value !== null);
  return values.map((value) => {
    if (value === null) return null;
    const below = present.filter((other) => other < value).length;
    const equal = present.filter((other) => other === value).length;
    return 2 * below + equal - present.length;
  });
}

test('scores by windows and by counts of values are twice the midrank, less n + 1, missing ones missing', async () => {
  const number = (cell: string | null | undefined) =>
    cell === null || cell === undefined ? null : Number(cell);
  const x = table.rows.map(([cell]) => number(cell));
  const y = table.rows.map(([, cell]) => number(cell));
  const both = x.map((value, i) => (y[i] === null ? null : value));
  const present = (values: readonly (number | null)[]) => values.filter((value) => value !== null).length;
  const columns = [
    { name: 'u', column: 'x', n: present(x) },
    { name: 'v', column: 'y', n: present(y) },
    { name: 'w', column: 'x', n: present(both), where: 'y IS NOT NULL' },
  ];
  const scores = await inTable(table, [], async (ctx) => {
    const found: (number | null)[][][] = [];
    for (const few of [new Set<string>(), new Set(['x', 'y'])]) {
      const { ctes, joins, items } = midrankSql(columns, few, { rows: table.rows.length });
      const prefix = ctes.length > 0 ? `WITH ${ctes.join(', ')} ` : '';
      const query = await ctx.query(
        `${prefix}SELECT ${items.join(', ')}, _sh_row_number FROM data ${joins.join(' ')} ORDER BY _sh_row_number`,
      );
      found.push(['u', 'v', 'w'].map((name) => query.rows.map((_, row) => query.number(row, name))));
    }
    return found;
  });
  expect(scores[0]).toEqual([byHand(x), byHand(y), byHand(both)]);
  expect(scores[1]).toEqual(scores[0]);
});

test('of more columns than a query can join the last are ranked by windows', async () => {
  const n = table.rows.filter(([cell]) => cell !== null).length;
  const columns = Array.from({ length: 14 }, (_, i) => ({ name: `u${i}`, column: 'x', n }));
  const sql = midrankSql(columns, new Set(['x']), { rows: table.rows.length });
  const scores = await inTable(table, [], async (ctx) => {
    const query = await ctx.query(
      `WITH ${sql.ctes.join(', ')} SELECT ${sql.items.join(', ')}, _sh_row_number FROM data ${sql.joins.join(' ')} ORDER BY _sh_row_number`,
    );
    return columns.map(({ name }) => query.rows.map((_, row) => query.number(row, name)));
  });
  expect(sql.joins.length).toBeLessThan(columns.length);
  expect(new Set(scores.map((column) => column.join())).size).toBe(1);
});

test('all columns of very large tables are ranked by counts, few values or not, and so not asked for', async () => {
  const query = () => {
    throw new Error('asked');
  };
  expect(await columnsToCount({ rowCount: 2_000_000, query }, ['x', 'y'])).toEqual(new Set(['x', 'y']));
});

test('a small table is not asked for its number of values', async () => {
  const few = await columnsToCount(
    {
      rowCount: 1000,
      query: () => {
        throw new Error('asked');
      },
    },
    ['x'],
  );
  expect(few).toEqual(new Set());
});
