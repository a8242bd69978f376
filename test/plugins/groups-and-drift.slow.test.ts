import { expect, test } from 'vitest';
import {
  columnsOf,
  DRIFT,
  DRIVERS,
  fieldOf,
  findingOn,
  type Kept,
  keptOfPlanted,
} from './groups-and-drift.ts';

/** Seeds 1 … n, never chosen. */
const seeds = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** Fewer draws than by default: they decide how small a p-value can be, and 0.0002 is small enough here. */
const FEW_DRAWS = { draws: 4999 };
const BOTH = { [DRIVERS]: {}, [DRIFT]: FEW_DRAWS };
const TIMEOUT = 600_000;

test(
  'of ten null tables, at most three have any finding of key drivers and drift together',
  async () => {
    const found: string[] = [];
    for (const seed of seeds(10)) {
      const { findings, results } = await keptOfPlanted(seed, 1000, {}, BOTH);
      expect(results.map(({ tests }) => tests.length > 10)).toEqual([true, true]);
      if (findings.length > 0) found.push(`seed ${seed}: ${findings.map(({ title }) => title).join('; ')}`);
    }
    // P(more than 3 of 10 at 5 % each) is 0.1 %
    expect(found.length, found.join('\n')).toBeLessThanOrEqual(3);
  },
  TIMEOUT,
);

test(
  'a planted difference is found, a Simpson trap turned round, a code never taken for a group',
  async () => {
    const plants = { mean_shift: true, simpson: true, code_trap: true } as const;
    const runs: Kept[] = [];
    for (const seed of seeds(10)) runs.push(await keptOfPlanted(seed, 2000, plants, { [DRIVERS]: {} }));

    const difference = (kept: Kept) => findingOn(kept, 'segment_difference', 'line', 'fill_weight');
    const isFound = (kept: Kept) =>
      fieldOf(difference(kept), 'level') === 'L3' && Number(fieldOf(difference(kept), 'difference')) > 0;
    expect(shareOf(runs, isFound)).toBeGreaterThanOrEqual(0.9);

    const reversed = (kept: Kept) =>
      findingOn(kept, 'segment_difference_reversed', 'treatment', 'recovery_days');
    expect(shareOf(runs, (kept) => reversed(kept) !== undefined)).toBeGreaterThanOrEqual(0.9);
    for (const kept of runs) {
      expect(findingOn(kept, 'segment_difference', 'treatment', 'recovery_days')).toBeUndefined();
      const turned = reversed(kept);
      if (turned === undefined) continue;
      expect(fieldOf(turned, 'other')).toBe('ward');
      expect(Number(fieldOf(turned, 'difference')) * Number(fieldOf(turned, 'within'))).toBeLessThan(0);
      expect(turned.statement).toContain('Among rows of the same ward it is the other way round');
    }

    const ids = ['cost_center', 'record_id', 'reference_code', 'account_no'];
    for (const kept of runs) {
      const tested = kept.results.flatMap(({ tests }) => tests.map(({ hypothesis }) => hypothesis));
      for (const id of ids) expect(tested.filter((text) => text.includes(id))).toEqual([]);
    }
  },
  TIMEOUT,
);

test(
  'planted drifts of location, spread, shape and shares are found, and hardly any other',
  async () => {
    const plants = {
      drift_location: true,
      drift_spread: true,
      drift_shape: true,
      drift_categories: true,
    } as const;
    const columns = ['moisture', 'diameter', 'viscosity', 'channel'];
    const runs: Kept[] = [];
    for (const seed of seeds(10)) runs.push(await keptOfPlanted(seed, 2000, plants, { [DRIFT]: FEW_DRAWS }));

    for (const column of columns) {
      const isFound = (kept: Kept) => findingOn(kept, 'distribution_drift', column) !== undefined;
      expect(shareOf(runs, isFound), column).toBeGreaterThanOrEqual(0.9);
    }
    const all = runs.flatMap(({ findings }) => findings);
    const others = all.filter((finding) => !columnsOf(finding).some((column) => columns.includes(column)));
    expect(others.length / all.length).toBeLessThanOrEqual(0.1);
  },
  TIMEOUT,
);

function shareOf(runs: readonly Kept[], isFound: (kept: Kept) => boolean): number {
  return runs.filter(isFound).length / runs.length;
}
