import { expect, test } from 'vitest';
import { middlesOf } from '../../plugins/analysis_dependence/quartiles.ts';
import { inTable } from '../sdk/statistics/in-table.ts';
import type { Table } from './make-table.ts';

const tableOf = (rows: number): Table => ({
  columns: [{ name: 'x', type: { kind: 'integer' } }],
  rows: Array.from({ length: rows }, (_, i) => [String((i * 37) % 101)]),
});

test('rows in the middles of equal bins have the medians of these, also with fewer rows than bins', async () => {
  for (const n of [1, 3, 7, 8, 40, 41, 99]) {
    const [medians, middles] = await inTable(tableOf(n), [], async (ctx) => {
      const bins = await ctx.query(
        `SELECT bin, quantile_disc(x, 0.5) AS x FROM (
  SELECT x, ntile(7) OVER (ORDER BY x, _sh_part, _sh_row_number) AS bin FROM data) AS binned GROUP BY bin ORDER BY bin`,
      );
      const rows = await ctx.query('SELECT x, _sh_row_number FROM data ORDER BY x, _sh_part, _sh_row_number');
      return [
        bins.rows.map((_, row) => bins.number(row, 'x')),
        middlesOf(n, 7).map((place) => rows.number(place - 1, 'x')),
      ];
    });
    expect(middles).toEqual(medians);
  }
});
