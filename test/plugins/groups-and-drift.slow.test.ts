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
const BOTH = { [DRIVERS]: {}, [DRIFT]: { draws: 4999 } };
const TIMEOUT = 600_000;

const PLANTS = {
  mean_shift: true,
  simpson: true,
  code_trap: true,
  drift_location: true,
  drift_spread: true,
  drift_shape: true,
  drift_categories: true,
} as const;

test(
  'of twelve null tables, at most three have any finding of key drivers and drift together',
  async () => {
    const found: string[] = [];
    for (const seed of seeds(12)) {
      const { findings, results } = await keptOfPlanted(seed, 1000, {}, BOTH);
      expect(results.map(({ tests }) => tests.length > 10)).toEqual([true, true]);
      if (findings.length > 0) found.push(`seed ${seed}: ${findings.map(({ title }) => title).join('; ')}`);
    }
    // P(more than 3 of 12 at 5 % each) is 0.2 %
    expect(found.length, found.join('\n')).toBeLessThanOrEqual(3);
  },
  TIMEOUT,
);

test(
  'planted differences and drifts are found, a Simpson trap turned round, a code never taken for a group',
  async () => {
    const runs: Kept[] = [];
    for (const seed of seeds(10)) runs.push(await keptOfPlanted(seed, 2000, PLANTS, BOTH));
    const share = (isFound: (kept: Kept) => boolean) => runs.filter(isFound).length / runs.length;

    const difference = (kept: Kept) => findingOn(kept, 'segment_difference', 'line', 'fill_weight');
    expect(share((kept) => fieldOf(difference(kept), 'level') === 'L3')).toBeGreaterThanOrEqual(0.9);
    expect(share((kept) => Number(fieldOf(difference(kept), 'difference')) > 0)).toBeGreaterThanOrEqual(0.9);

    const reversed = (kept: Kept) =>
      findingOn(kept, 'segment_difference_reversed', 'treatment', 'recovery_days');
    expect(share((kept) => reversed(kept) !== undefined)).toBeGreaterThanOrEqual(0.9);
    for (const kept of runs) {
      expect(findingOn(kept, 'segment_difference', 'treatment', 'recovery_days')).toBeUndefined();
      const turned = reversed(kept);
      if (turned === undefined) continue;
      expect(fieldOf(turned, 'other')).toBe('ward');
      expect(Number(fieldOf(turned, 'difference')) * Number(fieldOf(turned, 'within'))).toBeLessThan(0);
      expect(turned.statement).toContain('Among rows of the same ward it is the other way round');
    }

    for (const column of ['moisture', 'diameter', 'viscosity', 'channel']) {
      const isFound = (kept: Kept) => findingOn(kept, 'distribution_drift', column) !== undefined;
      expect(share(isFound), column).toBeGreaterThanOrEqual(0.9);
    }
    const drifted = runs.flatMap((kept) =>
      kept.findings.filter(({ kind }) => kind.startsWith('distribution_drift')),
    );
    const untouched = drifted.filter(
      (finding) =>
        !columnsOf(finding).some((c) => ['moisture', 'diameter', 'viscosity', 'channel'].includes(c)),
    );
    expect(untouched.length / drifted.length).toBeLessThanOrEqual(0.1);

    const ids = ['cost_center', 'record_id', 'reference_code', 'account_no'];
    for (const kept of runs) {
      const named = kept.results.flatMap(({ tests }) => tests.map(({ hypothesis }) => hypothesis));
      for (const id of ids) expect(named.filter((text) => text.includes(id))).toEqual([]);
    }
  },
  TIMEOUT,
);
