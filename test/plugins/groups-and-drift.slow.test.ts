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

// How many of the effects are found, and how little where there is nothing, is shown over more tables and all plugins in
// test/planted; here it is what is said of them.

/** Never chosen. */
const SEEDS = [1, 2, 3];

/** Fewer draws than by default: they decide how small a p-value can be, and 0.0002 is small enough here. */
const FEW_DRAWS = { draws: 4999 };
const TIMEOUT = 600_000;

test(
  'a planted difference is found, a Simpson trap turned round, a code never taken for a group',
  async () => {
    const plants = { mean_shift: true, simpson: true, code_trap: true } as const;
    const runs: Kept[] = [];
    for (const seed of SEEDS) runs.push(await keptOfPlanted(seed, 2000, plants, { [DRIVERS]: {} }));

    const difference = (kept: Kept) => findingOn(kept, 'segment_difference', 'line', 'fill_weight');
    const isFound = (kept: Kept) =>
      fieldOf(difference(kept), 'level') === 'L3' && Number(fieldOf(difference(kept), 'difference')) > 0;
    expect(runs.every(isFound)).toBe(true);

    const reversed = (kept: Kept) =>
      findingOn(kept, 'segment_difference_reversed', 'treatment', 'recovery_days');
    for (const kept of runs) {
      expect(findingOn(kept, 'segment_difference', 'treatment', 'recovery_days')).toBeUndefined();
      const turned = reversed(kept);
      expect(fieldOf(turned, 'other')).toBe('ward');
      expect(Number(fieldOf(turned, 'difference')) * Number(fieldOf(turned, 'within'))).toBeLessThan(0);
      expect(turned?.statement).toContain('Among rows of the same ward it is the other way round');
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
    for (const seed of SEEDS) runs.push(await keptOfPlanted(seed, 2000, plants, { [DRIFT]: FEW_DRAWS }));

    for (const column of columns) {
      const isFound = (kept: Kept) => findingOn(kept, 'distribution_drift', column) !== undefined;
      expect(runs.every(isFound), column).toBe(true);
    }
    const all = runs.flatMap(({ findings }) => findings);
    const others = all.filter((finding) => !columnsOf(finding).some((column) => columns.includes(column)));
    expect(others.length / all.length).toBeLessThanOrEqual(0.1);
  },
  TIMEOUT,
);
