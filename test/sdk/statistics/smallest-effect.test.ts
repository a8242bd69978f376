import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PluginManifest } from '../../../src/contract/index.ts';
import { SMALLEST_EFFECTS, smallestEffect } from '../../../src/sdk/statistics/index.ts';

const root = new URL('../../../', import.meta.url);
const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

interface Property {
  readonly default?: unknown;
  readonly description?: string;
}

test('a smallest effect that the sdk knows, or that several plugins have, has one default everywhere', () => {
  const found = new Map<string, Map<unknown, string[]>>();
  for (const id of readdirSync(new URL('plugins', root))) {
    const { config_schema } = json(`plugins/${id}/plugin.json`) as PluginManifest;
    const properties = (config_schema['properties'] ?? {}) as Readonly<Record<string, Property>>;
    for (const [name, { default: byDefault, description }] of Object.entries(properties)) {
      if (description?.startsWith('Smallest effect of interest') !== true) continue;
      const defaults = found.get(name) ?? new Map<unknown, string[]>();
      found.set(name, defaults.set(byDefault, [...(defaults.get(byDefault) ?? []), id]));
    }
  }
  const several = [...found].filter(([, defaults]) => defaults.size > 1);
  expect(several.map(([name, defaults]) => [name, ...defaults])).toEqual([]);
  const known = [...SMALLEST_EFFECTS].filter(([name, byDefault]) => !found.get(name)?.has(byDefault));
  expect(known).toEqual([]);
});

test('an effect reaches the smallest by its size, as it is, or as a ratio either way; an undefined one never', () => {
  const correlation = smallestEffect('smallest_correlation');
  expect([0.1, -0.1, 0.0999, -0.0999, 0, null, Number.NaN].map(correlation.reaches)).toEqual([
    ...[true, true, false, false, false, false, false],
  ]);
  const share = smallestEffect('smallest_explained_share');
  expect([0.01, -0.5, 0.009].map(share.reaches)).toEqual([true, false, false]);
  const spread = smallestEffect('smallest_spread_ratio');
  expect([1.25, 0.8, 1.2, 0.81, Number.NaN].map(spread.reaches)).toEqual([true, true, false, false, false]);
});

test('settings are in their own units, effects in theirs', () => {
  expect(smallestEffect('smallest_superiority_percent').value).toBeCloseTo(0.06, 12);
  expect(smallestEffect('smallest_gap_percent', { smallest_gap_percent: 20 }).value).toBe(0.2);
  const own = { setting: 'least', unit: 'm', byDefault: 3, compared: 'above' } as const;
  expect(smallestEffect(own, { least: 4 })).toMatchObject({ value: 4, unit: 'm' });
  expect(smallestEffect(own).reaches(3)).toBe(true);
});

test('a small difference between normal distributions is what the defaults call small in other units', () => {
  // fixtures/reference/smallest-effect/small.R: from the densities, by integration
  const small = json('fixtures/reference/smallest-effect/small.json') as Readonly<Record<string, number>>;
  const rounded = (name: string, digits: number) => Number((small[name] ?? Number.NaN).toFixed(digits));
  expect(SMALLEST_EFFECTS.get('smallest_superiority_percent')).toBe(rounded('superiority_percent', 0));
  expect(SMALLEST_EFFECTS.get('smallest_gap_percent')).toBe(rounded('gap_percent', 0));
  expect(SMALLEST_EFFECTS.get('smallest_explained_share')).toBe(rounded('explained_share', 2));
  expect(SMALLEST_EFFECTS.get('smallest_correlation')).toBe(rounded('correlation', 1));
  expect(SMALLEST_EFFECTS.get('smallest_cramers_v')).toBe(rounded('table_v', 1));
});
