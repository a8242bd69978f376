import { expect, test } from 'vitest';
import { judge } from '../../bench/gate.ts';
import type { BenchResult } from '../../src/contract/index.ts';

/** A result as on a quiet machine, changed as told. */
function result(ratios: Partial<BenchResult['ratios']> = {}, peerProcessor = 2): BenchResult {
  const cost = { wall_s: 1, processor_s: peerProcessor, peak_memory_bytes: 1e8 };
  return {
    ...{ case: 'table: first run', rows: 100, repeats: 3, first_finding_s: null },
    ratios: { wall: 2, processor: 2, memory: 2, ...ratios },
    cost,
    peer: { name: 'DuckDB', version: '1', cost },
    ...{ commit: 'a'.repeat(40), changed: false, taken_at: '2026-01-01T00:00:00.000Z' },
    machine: { platform: 'linux-x64', processors: 2, model: 'x', memory_bytes: 1, node: 'v24' },
  };
}

test('OBS-07 a ratio that is a fifth worse is let through, more is not', () => {
  expect(judge([result()], [result({ wall: 2.4, processor: 2.4, memory: 2.4 })]).failures).toEqual([]);
  expect(judge([result()], [result({ wall: 2.5, memory: 3 })]).failures).toEqual([
    'table: first run, 100 rows: wall time is 2.50 times that of DuckDB, baseline at aaaaaaaaaaaa 2.00: 25 % worse',
    'table: first run, 100 rows: peak memory is 3.00 times that of DuckDB, baseline at aaaaaaaaaaaa 2.00: 50 % worse',
  ]);
});

test('OBS-07 on a machine that is busier than for the baseline wall times are not compared, and that is said', () => {
  const busy = judge([result()], [result({ wall: 5 }, 1)]);
  expect(busy.failures).toEqual([]);
  expect(busy.remarks).toEqual([expect.stringContaining('busier')]);
  expect(judge([result()], [result({ wall: 5, processor: 3 }, 1)]).failures).toHaveLength(1);
});

test('OBS-07 what the baseline does not have, the gate does not let through', () => {
  expect(judge([result()], [{ ...result(), rows: 200 }]).failures).toEqual([
    'table: first run, 200 rows: the baseline does not have it (--write-baseline)',
  ]);
});
