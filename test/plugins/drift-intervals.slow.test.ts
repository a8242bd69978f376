import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/contract/index.ts';
import { betaQuantile } from '../../src/sdk/index.ts';
import { columnsOf, DECIMAL, DRIFT, TEXT } from './groups-and-drift.ts';
import { rolesOf, withTable } from './make-table.ts';
import { runInProcess } from './run-in-process.ts';

/** fixtures/reference/drivers_and_drift/block_intervals.py: the block bootstrap by scipy, with many resamples. */
const folder = new URL('../../fixtures/reference/drivers_and_drift/', import.meta.url);
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');
interface Reference {
  readonly estimate: number;
  readonly quantiles: readonly number[];
}
const { shares, ...numbers } = JSON.parse(text('block-intervals.json')) as { shares: number[] } & Record<
  string,
  Reference
>;

/** The share of scipy's resamples below a value: between those of the quantiles that it lies between. */
function placeOf(value: number, { quantiles }: Reference): number {
  const below = quantiles.filter((quantile) => quantile < value - 1e-9).length;
  const upTo = quantiles.filter((quantile) => quantile <= value + 1e-9).length;
  return ((shares[below] ?? 1) + (shares[Math.max(0, upTo - 1)] ?? 0)) / 2;
}

const SEEDS = Array.from({ length: 10 }, (_, i) => String(i + 1));

/** What the plugin tells with each seed; few draws for its tests, which are not looked at here. */
async function told(): Promise<readonly (readonly Finding[])[]> {
  const rows = text('block-table.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const columns = [
    { name: 'size', type: DECIMAL },
    { name: 'kind', type: TEXT },
  ];
  return withTable({ columns, rows }, async (dataset) => {
    const found: (readonly Finding[])[] = [];
    for (const seed of SEEDS) {
      const roles = rolesOf({ measure: 'size', category: 'kind' });
      const { result } = await runInProcess(DRIFT, dataset, roles, { draws: 99 }, seed);
      found.push(result.findings);
    }
    return found;
  });
}

/** A bound is the 11th of 400 resamples from either end: its place is Beta(11, 390). */
const [RANK, OTHERS] = [11, 390] as const;
const PLACE = RANK / (RANK + OTHERS);
const ERROR = Math.sqrt((PLACE * (1 - PLACE)) / (RANK + OTHERS + 1) / SEEDS.length);

test('intervals of a drift are those of scipy’s bootstrap of the same blocks', async () => {
  const runs = await told();
  const claimOf = (findings: readonly Finding[], name: string): Pick<Finding, 'fields'> | undefined => {
    const [size, kind] = ['size', 'kind'].map((one) => findings.find((f) => columnsOf(f).includes(one)));
    const level = kind?.items.find(({ fields }) => fields['level']?.value === name);
    return level ?? size;
  };
  const fieldsOf = (name: string) =>
    name.endsWith('percent')
      ? [name, 'later_low', 'later_high']
      : ['blue', 'green', 'red'].includes(name)
        ? ['change', 'change_low', 'change_high']
        : [name, `${name}_low`, `${name}_high`];
  for (const [name, reference] of Object.entries(numbers)) {
    const values = runs.map((findings) =>
      fieldsOf(name).map((field) => Number(claimOf(findings, name)?.fields[field]?.value)),
    );
    expect(values[0]?.[0], name).toBeCloseTo(reference.estimate, 9);
    for (const end of [1, 2]) {
      const places = values.map((own) => placeOf(own[end] ?? Number.NaN, reference));
      const fromEnd = places.map((place) => (end === 1 ? place : 1 - place));
      const mean = fromEnd.reduce((sum, place) => sum + place, 0) / places.length;
      expect(Math.abs(mean - PLACE), `${name}: ${places}`).toBeLessThan(4 * ERROR);
      for (const place of fromEnd) {
        expect(place, name).toBeGreaterThan(betaQuantile(1e-5, RANK, OTHERS));
        expect(place, name).toBeLessThan(betaQuantile(1 - 1e-5, RANK, OTHERS));
      }
    }
  }
});
