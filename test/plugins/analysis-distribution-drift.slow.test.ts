import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/sdk/index.ts';
import { DECIMAL, DRIFT, fieldOf, findingOn, keptOf, minute, TEXT, TIME } from './groups-and-drift.ts';
import type { Table } from './make-table.ts';

const file = new URL('../../fixtures/reference/drivers_and_drift/expected.json', import.meta.url);
const { drift } = JSON.parse(await readFile(file, 'utf8')) as {
  drift: { a: number[]; b: number[]; kolmogorov_smirnov: number; wasserstein: number; superiority: number };
};

/** Draws enough to see what is there. */
const FEW = { draws: 4999 };

test('without a time the halves are those of the rows, with the exact distances of scipy', async () => {
  const table: Table = {
    columns: [{ name: 'size', type: DECIMAL }],
    rows: [...drift.a, ...drift.b].map((value) => [value.toFixed(2)]),
  };
  const kept = await keptOf(table, { measure: 'size' }, DRIFT, FEW);
  const found = findingOn(kept, 'distribution_drift', 'size');
  expect(fieldOf(found, 'largest_gap')).toBeCloseTo(100 * drift.kolmogorov_smirnov, 9);
  expect(fieldOf(found, 'wasserstein')).toBeCloseTo(drift.wasserstein, 9);
  expect(fieldOf(found, 'later_percent')).toBeCloseTo(100 * (1 - drift.superiority), 9);
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length / 2 - 1];
  expect(fieldOf(found, 'median_first')).toBe(median(drift.a));
  expect(fieldOf(found, 'median_second')).toBe(median(drift.b));
  expect(found?.statement).toContain('two halves of the rows');
  expect(kept.results[0]?.notes.join()).toContain('halves are those of the order of the rows');
});

const COLUMNS = [
  { name: 'at', type: TIME },
  { name: 'kind', type: TEXT },
  { name: 'load', type: DECIMAL },
];
const ROLES = { measure: 'load', category: 'kind', timestamp: 'at' };

test('days that are alike within themselves do not pass for a drift', async () => {
  const found: string[] = [];
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = createRandom(String(seed), 'days');
    const days = Array.from({ length: 100 }, () => ({ level: 2 * random.normal(), kind: random.uniform() }));
    const rows = Array.from({ length: 2000 }, (_, i) => {
      const day = days[Math.floor(i / 20)] ?? { level: 0, kind: 0 };
      const kind = random.uniform() < 0.8 ? (day.kind < 0.5 ? 'A' : 'B') : 'C';
      return [minute(i * 72), kind, (50 + day.level + random.normal()).toFixed(2)];
    });
    const kept = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
    if (kept.findings.length > 0)
      found.push(`${seed}: ${kept.findings.map(({ title }) => title).join('; ')}`);
  }
  expect(found.length, found.join('\n')).toBeLessThanOrEqual(2);
});

test('one month that is different is found among its neighbours, by name, and the halves may be alike', async () => {
  const random = createRandom('1', 'month');
  const rows = Array.from({ length: 3000 }, (_, i) => {
    const at = minute(i * 86);
    const isMarch = at.startsWith('2025-03');
    return [at, `K${random.integer(3)}`, (50 + (isMarch ? 4 : 0) + 3 * random.normal()).toFixed(2)];
  });
  const kept = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
  const found = findingOn(kept, 'distribution_drift_by_month', 'load');
  const pairs = found?.items.map(({ fields }) => [
    fields['month_before']?.value,
    fields['month_after']?.value,
  ]);
  expect(pairs?.map((pair) => pair.join(' ')).sort()).toEqual(['2025-02 2025-03', '2025-03 2025-04']);
  expect(found?.items.every((item) => item.test !== undefined)).toBe(true);
  for (const { fields, estimate } of found?.items ?? []) {
    const truth = fields['month_after']?.value === '2025-03' ? 4 : -4;
    const { low, high } = estimate?.confidence_interval ?? {};
    expect(Number(low)).toBeLessThan(truth);
    expect(Number(high)).toBeGreaterThan(truth);
    expect(Number(high) - Number(low)).toBeLessThan(2);
  }
  expect(findingOn(kept, 'distribution_drift_by_month', 'kind')).toBeUndefined();
  expect(kept.artifacts.get('near_misses.csv')).toContain('load: 2025-02 and 2025-03 do not differ');
  const tested = kept.results[0]?.tests.filter(({ hypothesis }) =>
    / does not differ from 20/.test(hypothesis),
  );
  const compared = Number(fieldOf(found, 'pairs'));
  expect(tested?.length).toBe(2 * (compared - 1));
  expect(found?.statement).not.toContain('chance');
  expect(found?.replication?.holds).toBe('both');
});

test('a month in which one level is more frequent is told with the change of its share and an interval', async () => {
  const random = createRandom('1', 'level of a month');
  const rows = Array.from({ length: 6000 }, (_, i) => {
    const at = minute(i * 43);
    const share = at.startsWith('2025-03') ? 0.5 : 0.3;
    const kind = random.uniform() < share ? 'A' : `K${random.integer(3)}`;
    return [at, kind, random.normal().toFixed(2)];
  });
  const kept = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
  const found = findingOn(kept, 'distribution_drift_by_month', 'kind');
  const march = found?.items.find(({ fields }) => fields['month_after']?.value === '2025-03');
  const { low, high } = march?.estimate?.confidence_interval ?? {};
  expect(march?.fields['level']?.value).toBe('A');
  expect(Number(low)).toBeLessThan(20);
  expect(Number(high)).toBeGreaterThan(20);
  expect(Number(low)).toBeGreaterThan(10);
});

test('a slow swing is not tested for a drift, and a note says why', async () => {
  const random = createRandom('1', 'swing');
  const rows = Array.from({ length: 2000 }, (_, i) => [
    minute(i * 72),
    `K${random.integer(3)}`,
    (50 + 9 * Math.sin(i / 140) + random.normal()).toFixed(2),
  ]);
  const { findings, results } = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
  expect(findings).toEqual([]);
  expect(results[0]?.notes.join()).toMatch(/halves differ can’t be tested for load/);
  const own = results[0]?.tests.filter(({ hypothesis }) => hypothesis === 'load: the halves do not differ');
  expect(own?.map(({ p_value }) => p_value)).toEqual([1]);
});

test('the same rows give the same findings', async () => {
  const random = createRandom('2', 'again');
  const rows = Array.from({ length: 1500 }, (_, i) => [
    minute(i * 60),
    `K${random.integer(4)}`,
    (50 + (i > 750 ? 2 : 0) + 3 * random.normal()).toFixed(2),
  ]);
  const once = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
  const again = await keptOf({ columns: COLUMNS, rows }, ROLES, DRIFT, FEW);
  expect(JSON.stringify(once.findings)).toBe(JSON.stringify(again.findings));
  expect(findingOn(once, 'distribution_drift', 'load')?.title).toContain('higher in the later half');
});
