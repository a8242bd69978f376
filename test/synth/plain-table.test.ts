import { expect, test } from 'vitest';
import { nullTable, type PlantSizes, plantedTable, TABLE_PLANTS } from '../../src/synth/index.ts';
import { cells, mean, numbers, pearson, sd, spearman } from './plain-statistics.ts';

const ROWS = 600;
const ALL: PlantSizes = Object.fromEntries(TABLE_PLANTS.map(({ name }) => [name, true]));
const truthOf = (table: ReturnType<typeof plantedTable>, name: string) => {
  const truth = table.plants.find(({ plant }) => plant === name);
  if (truth === undefined) throw new Error(`no truth of ${name}`);
  return truth;
};

test('a table has the rows that were asked for, and the same seed gives the same cells', () => {
  const table = plantedTable('7', ROWS, ALL);
  expect(table.rows).toHaveLength(ROWS);
  for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
  expect(plantedTable('7', ROWS, ALL)).toEqual(table);
  expect(plantedTable('8', ROWS, ALL).rows).not.toEqual(table.rows);
});

test('what is planted stands in columns of its own: the others hold what they held', () => {
  const [bare, planted] = [nullTable('3', 200), plantedTable('3', 200, { mean_shift: 2, simpson: true })];
  for (const { name } of bare.columns) expect(cells(planted, name)).toEqual(cells(bare, name));
  const names = planted.columns.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('in a null table no measure goes with another, with the row, or with a label', () => {
  const table = nullTable('11', 2500);
  const measures = table.columns.filter(({ role }) => role === 'measure').map(({ name }) => name);
  const rows = table.rows.map((_, i) => i);
  for (const [i, name] of measures.entries()) {
    const values = numbers(table, name);
    expect(Math.abs(spearman(rows, values)), name).toBeLessThan(0.09);
    for (const other of measures.slice(i + 1)) {
      expect(Math.abs(spearman(values, numbers(table, other))), `${name} and ${other}`).toBeLessThan(0.09);
    }
  }
  const [weights, segments] = [numbers(table, 'net_weight'), cells(table, 'segment')];
  for (const segment of new Set(segments)) {
    const inside = weights.filter((_, at) => segments[at] === segment);
    expect(Math.abs(mean(inside) - 50) / (8 / Math.sqrt(inside.length))).toBeLessThan(4);
  }
  expect(new Set(cells(table, 'record_id')).size).toBe(2500);
  expect(new Set(cells(table, 'reference_code')).size).toBe(2500);
});

test('rows come in the order of time, at a steady rate', () => {
  const times = cells(nullTable('5', 4000), 'recorded_at');
  expect([...times].sort()).toEqual(times);
  expect(times[0]?.slice(0, 7)).toBe('2025-01');
  const months = ['2025-01', '2025-02', '2025-03', '2025-04', '2025-05'].map(
    (month) => times.filter((time) => time.startsWith(month)).length,
  );
  // days of each month among 120 from 6 January
  for (const [i, days] of [26, 28, 31, 30, 5].entries()) {
    const expected = (4000 * days) / 120;
    expect(Math.abs((months[i] ?? 0) - expected)).toBeLessThan(4 * Math.sqrt(expected));
  }
});

test('outliers and impossible values are in the rows that the truth names', () => {
  const table = plantedTable('2', ROWS, { outliers: 8, multivariate_outliers: 6, impossible_values: true });
  const rowsWhere = (column: string, is: (value: number) => boolean) =>
    numbers(table, column).flatMap((value, i) => (is(value) ? [i + 1] : []));
  expect(rowsWhere('cycle_time', (value) => Math.abs(value - 90) > 35)).toEqual(
    truthOf(table, 'outliers').rows?.row_numbers,
  );
  expect(rowsWhere('filled_percent', (value) => value > 100)).toEqual(
    truthOf(table, 'impossible_values').rows?.row_numbers,
  );
  const [x, y] = [numbers(table, 'length_mm'), numbers(table, 'width_mm')];
  const apart = x.flatMap((value, i) =>
    Math.abs((value - 1200) / 15 - ((y[i] ?? 0) - 400) / 6) > 1.8 ? [i + 1] : [],
  );
  expect(apart).toEqual(truthOf(table, 'multivariate_outliers').rows?.row_numbers);
  expect(Math.max(...x.map((value) => Math.abs(value - 1200) / 15))).toBeLessThan(4.5);
});

test('rows that repeat are those of the truth, and each equals an earlier one in every cell', () => {
  const table = plantedTable('4', ROWS, ALL);
  const seen = new Set<string>();
  const repeated = table.rows.flatMap((row, i) => {
    const key = JSON.stringify(row);
    if (seen.has(key)) return [i + 1];
    seen.add(key);
    return [];
  });
  expect(repeated).toEqual(truthOf(table, 'duplicates').rows?.row_numbers);
  expect(Math.abs(repeated.length - 0.01 * ROWS)).toBeLessThan(4 * Math.sqrt(0.01 * ROWS));
});

test('faults of quality are what the truth says', () => {
  const { duplicates: _left, ...rest } = ALL;
  const table = plantedTable('6', ROWS, rest);
  const count = (column: string, is: (cell: string) => boolean) => cells(table, column).filter(is).length;
  expect(count('odometer_km', (cell) => cell === '999999')).toBe(truthOf(table, 'sentinel').rows?.count);
  expect(count('customer_name', (cell) => /Ã|Å[^k]/.test(cell))).toBe(truthOf(table, 'mojibake').rows?.count);
  expect(new Set(cells(table, 'tenant')).size).toBe(1);
  expect(new Set(cells(table, 'release_channel')).size).toBe(2);
  expect(count('meter_reading', (cell) => Number.isNaN(Number(cell)))).toBe(
    truthOf(table, 'mixed_types').rows?.count,
  );
  const tickets = numbers(table, 'ticket_no');
  expect(tickets.filter((ticket, i) => i > 0 && ticket - (tickets[i - 1] ?? 0) !== 1)).toEqual([
    Number(truthOf(table, 'sequence_gap').measured['first_after']),
  ]);
  const missing = truthOf(table, 'missing_not_at_random').measured;
  expect(missing['share_missing_phone']).toBeGreaterThan(0.2);
  expect(missing['share_missing_elsewhere']).toBeLessThan(0.1);
  const zones = new Map<string, Map<string, number>>();
  for (const [i, warehouse] of cells(table, 'warehouse').entries()) {
    const counts = zones.get(warehouse) ?? new Map<string, number>();
    const zone = cells(table, 'warehouse_zone')[i] ?? '';
    zones.set(warehouse, counts.set(zone, (counts.get(zone) ?? 0) + 1));
  }
  const usual = [...zones.values()].reduce((sum, counts) => sum + Math.max(...counts.values()), 0);
  expect(ROWS - usual).toBe(truthOf(table, 'functional_dependency').rows?.count);
});

test('what the truth measured is what the cells say', () => {
  const table = plantedTable('9', ROWS, { correlation: 0.4, monotone: 0.5 });
  const near = (name: string, key: string, value: number) =>
    expect(Number(truthOf(table, name).measured[key])).toBeCloseTo(value, 5);
  near('correlation', 'pearson_r', pearson(numbers(table, 'pressure'), numbers(table, 'flow_rate')));
  near('monotone', 'spearman_rho', spearman(numbers(table, 'dose'), numbers(table, 'response')));
  expect(sd(numbers(table, 'pressure'))).toBeCloseTo(1.5, 0);
});

test.each([
  [{ no_such_thing: true }, 'no plant is called no_such_thing'],
  [{ correlation: 1.5 }, "correlation takes a size from 0.01 to 0.99 (Pearson's r), not 1.5"],
  [{ correlation: Number.NaN }, 'correlation takes a size'],
] as const)('%j is refused', (plants, message) => {
  expect(() => plantedTable('1', 10, plants)).toThrow(message);
});
