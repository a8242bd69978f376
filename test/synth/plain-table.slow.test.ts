import { beforeAll, expect, test } from 'vitest';
import { plantedTable, type SyntheticTable, TABLE_PLANTS } from '../../src/synth/index.ts';
import { RankTally } from '../../src/synth/tallies.ts';
import {
  cells,
  cramersV,
  mean,
  numbers,
  pearson,
  sd,
  spearman,
  standardizedDifference,
  where,
} from './plain-statistics.ts';

const ROWS = 4000;
const SEEDS = Array.from({ length: 20 }, (_, i) => String(i + 1));

/** What plain code measures in a table's columns, by plant: near the size that was planted. */
const MEASURES: Readonly<Record<string, (table: SyntheticTable) => number>> = {
  mean_shift(table) {
    const [values, lines] = [numbers(table, 'fill_weight'), cells(table, 'line')];
    return standardizedDifference(where(values, lines, 'L3'), where(values, lines, 'L3', false));
  },
  simpson(table) {
    const [days, treatments, wards] = [
      numbers(table, 'recovery_days'),
      cells(table, 'treatment'),
      cells(table, 'ward'),
    ];
    expect(mean(where(days, treatments, 'A'))).toBeLessThan(mean(where(days, treatments, 'B')) - 1);
    return mean(
      ['W1', 'W2', 'W3', 'W4'].map((ward) => {
        const [inside, given] = [where(days, wards, ward), where(treatments, wards, ward)];
        return standardizedDifference(where(inside, given, 'A'), where(inside, given, 'B'));
      }),
    );
  },
  correlation: (table) => pearson(numbers(table, 'pressure'), numbers(table, 'flow_rate')),
  monotone: (table) => spearman(numbers(table, 'dose'), numbers(table, 'response')),
  confounded_pair(table) {
    const [heat, ice, fan] = [
      numbers(table, 'heat'),
      numbers(table, 'ice_sales'),
      numbers(table, 'fan_sales'),
    ];
    const [a, b, both] = [pearson(ice, heat), pearson(fan, heat), pearson(ice, fan)];
    expect(both).toBeGreaterThan(0.25);
    expect(Math.abs((both - a * b) / Math.sqrt((1 - a * a) * (1 - b * b)))).toBeLessThan(0.07);
    return (a + b) / 2;
  },
  category_association: (table) => cramersV(cells(table, 'carrier'), cells(table, 'damage_type')),
  regression(table) {
    const [a, b, y] = [numbers(table, 'input_a'), numbers(table, 'input_b'), numbers(table, 'output')];
    return 1 - sd(y.map((value, i) => value - 2 * (a[i] ?? 0) + 1.5 * (b[i] ?? 0))) ** 2 / sd(y) ** 2;
  },
  change_point(table) {
    const values = numbers(table, 'throughput');
    return standardizedDifference(values.slice(ROWS * 0.6), values.slice(0, ROWS * 0.6));
  },
  trend_break(table) {
    const values = numbers(table, 'backlog');
    const rise = mean(values.slice(ROWS * 0.95)) - mean(values.slice(0, ROWS / 2));
    return rise / 0.95 / sd(values.slice(0, ROWS / 2));
  },
  drift_location: (table) => halves(table, 'moisture', (a, b) => standardizedDifference(b, a)),
  drift_spread: (table) => halves(table, 'diameter', (a, b) => sd(b) / sd(a)),
  drift_shape: (table) =>
    halves(table, 'viscosity', (a, b) => {
      expect(Math.abs(standardizedDifference(b, a))).toBeLessThan(0.15);
      // the skewness of e^(z/2) is 1.75; all rows of the second half are drawn from it
      return skewness(b) / 1.75 - skewness(a) / 1.75;
    }),
  drift_categories(table) {
    const labels = cells(table, 'channel');
    const share = (from: number, to: number) =>
      where(labels.slice(from, to), labels.slice(from, to), 'web').length / (to - from);
    return share(ROWS / 2, ROWS) - share(0, ROWS / 2);
  },
  dependence_shift(table) {
    const [x, y] = [numbers(table, 'torque'), numbers(table, 'drag')];
    const second = pearson(x.slice(ROWS / 2), y.slice(ROWS / 2));
    return (pearson(x.slice(0, ROWS / 2), y.slice(0, ROWS / 2)) - second) / 2;
  },
  daily_cycle(table) {
    const hours = cells(table, 'recorded_at').map((time) => Number(time.slice(11, 13)));
    const values = numbers(table, 'demand');
    const at = (wanted: readonly number[]) => values.filter((_, i) => wanted.includes(hours[i] ?? -1));
    // the mean of a sine over the two hours round its top
    return standardizedDifference(at([5, 6]), at([17, 18])) / 2 / 0.9886;
  },
  burst(table) {
    const times = cells(table, 'recorded_at').map((time) => Date.parse(`${time.replace(' ', 'T')}Z`));
    const first = Date.parse('2025-01-06T00:00:00Z');
    const inside = times.filter((time) => {
      const share = (time - first) / (120 * 86_400_000);
      return share >= 0.7 && share < 0.705;
    });
    return inside.length / 0.005 / ((ROWS - inside.length) / 0.995);
  },
};

/** Standard error of each measure at so many rows, for a band of four of them; relative ones are marked by hand. */
const TOLERANCE: Readonly<Record<string, number>> = {
  mean_shift: 4 * Math.sqrt(1 / 800 + 1 / 3200),
  simpson: 0.2,
  correlation: 4 / Math.sqrt(ROWS),
  monotone: 4 / Math.sqrt(ROWS),
  confounded_pair: 4 / Math.sqrt(ROWS),
  category_association: 0.06,
  regression: 0.05,
  change_point: 4 * Math.sqrt(1 / 1600 + 1 / 2400) + 0.03,
  trend_break: 0.4,
  drift_location: 4 * Math.sqrt(2 / 2000),
  drift_spread: 0.15,
  drift_shape: 0.45,
  drift_categories: 4 * Math.sqrt((2 * 0.25) / 2000),
  dependence_shift: 4 / Math.sqrt(2000),
  daily_cycle: 4 * Math.sqrt(1 / 330),
  burst: 2.5,
};

const measured = new Map<string, number[]>(Object.keys(MEASURES).map((name) => [name, []]));

beforeAll(() => {
  const plants = Object.fromEntries(Object.keys(MEASURES).map((name) => [name, true as const]));
  for (const seed of SEEDS) {
    const table = plantedTable(seed, ROWS, plants);
    for (const [name, measure] of Object.entries(MEASURES)) measured.get(name)?.push(measure(table));
  }
});

test.each(Object.keys(MEASURES))('%s has the size that was asked for, in each of twenty tables', (name) => {
  const size = TABLE_PLANTS.find((plant) => plant.name === name)?.size.default ?? Number.NaN;
  const [found, tolerance] = [measured.get(name) ?? [], TOLERANCE[name] ?? 0];
  expect(found).toHaveLength(SEEDS.length);
  for (const value of found) expect(Math.abs(value - size)).toBeLessThan(tolerance);
  // and it is right on the average: a bias would show here
  expect(Math.abs(mean(found) - size)).toBeLessThan(tolerance / 3);
});

function halves(
  table: SyntheticTable,
  column: string,
  measure: (first: number[], second: number[]) => number,
): number {
  const values = numbers(table, column);
  return measure(values.slice(0, ROWS / 2), values.slice(ROWS / 2));
}

function skewness(values: readonly number[]): number {
  const [centre, scale] = [mean(values), sd(values)];
  return mean(values.map((value) => ((value - centre) / scale) ** 3));
}

test('a rank correlation keeps a million pairs at most, and says so', () => {
  const order = new RankTally();
  for (let i = 0; i < 1_000_001; i += 1) order.add(i, i);
  expect(order.pairs).toBe(1_000_000);
});
