import { beforeAll, expect, test } from 'vitest';
import { reportMissingNotAtRandom } from '../../../plugins/profile_quality/missing.ts';
import { survey } from '../../../plugins/profile_quality/survey.ts';
import type { PluginResult } from '../../../src/contract/index.ts';
import { closeLedger } from '../../../src/report/ledger.ts';
import { autoregression, hour, normals } from '../autoregression.ts';
import { rolesOf, withTable } from '../make-table.ts';
import { type Loaded, loadPlugin, runLoaded } from '../run-in-process.ts';

const ROWS = 1000;

/** What profile_quality says of missing values, alone: its other checks would take longer. */
let missingOnly: Loaded;
beforeAll(async () => {
  missingOnly = {
    ...(await loadPlugin('profile_quality')),
    plugin: { analyze: async (ctx) => reportMissingNotAtRandom(await survey(ctx)) },
  };
});

interface Cells {
  readonly temperature: readonly number[];
  readonly shift: readonly string[];
  readonly isMissing: readonly boolean[];
}

/** What the ledger keeps of an hourly table in which readings are missing. */
async function claims({ temperature, shift, isMissing }: Cells): Promise<PluginResult['findings']> {
  const table = {
    columns: [
      { name: 'at', type: { kind: 'timestamp', zone: 'none' } as const },
      { name: 'temperature', type: { kind: 'double' } as const },
      { name: 'shift', type: { kind: 'text' } as const },
      { name: 'reading', type: { kind: 'integer' } as const },
    ],
    rows: isMissing.map((missing, i) => [
      hour(i),
      String(temperature[i]),
      shift[i] ?? null,
      missing ? null : String((i * 7919) % 1009),
    ]),
  };
  const roles = [
    ...rolesOf({ timestamp: 'at' }),
    ...rolesOf({ measure: 'temperature' }),
    ...rolesOf({ measure: 'reading' }),
    ...rolesOf({ category: 'shift' }),
  ];
  const { result } = await withTable(table, (dataset) => runLoaded(missingOnly, dataset, roles));
  return closeLedger([result], 0.05).results[0]?.findings ?? [];
}

/** Values, labels and gaps that each drift slowly, and have nothing to do with each other. */
function drifting(phi: number, seed: number): Cells {
  const next = normals(seed);
  const [temperature = [], shift = [], gaps = []] = Array.from({ length: 3 }, () =>
    autoregression(phi, next, ROWS),
  );
  return {
    temperature,
    shift: shift.map((value) => (value < -0.5 ? 'early' : value < 0.5 ? 'late' : 'night')),
    isMissing: gaps.map((value) => value > 1),
  };
}

/** The same in stretches of 25 rows: a level, a label, and whether the sensor is out of order. */
function inStretches(seed: number): Cells {
  const next = normals(seed);
  const stretches = Array.from({ length: ROWS / 25 }, () => [next(), next(), next()] as const);
  const of = (i: number) => stretches[Math.floor(i / 25)] ?? [0, 0, 0];
  const rows = Array.from({ length: ROWS }, (_, i) => i);
  return {
    temperature: rows.map((i) => of(i)[0] + next()),
    shift: rows.map((i) => (of(i)[1] < 0 ? 'early' : 'late')),
    isMissing: rows.map((i) => next() < (of(i)[2] > 1 ? 0.5 : -2)),
  };
}

/** Of 20 tables without effect at most 4 may claim something: more would be one chance in four hundred. */
test.each([
  ['rows that follow each other are alike', (seed: number) => drifting(0.95, seed)],
  ['rows are alike in stretches', inStretches],
])('gaps and values that drift apart from each other are no finding: %s', async (_, tableOf) => {
  const claimed: number[] = [];
  for (let seed = 1; seed <= 20; seed += 1) {
    if ((await claims(tableOf(seed))).length > 0) claimed.push(seed);
  }
  expect(claimed.length, `seeds ${claimed}`).toBeLessThanOrEqual(4);
});

test('gaps where a measure is high are found among rows in no order, and among drifting ones', async () => {
  for (const phi of [0, 0.8]) {
    const next = normals(1);
    const table = drifting(phi, 2);
    const isMissing = table.temperature.map((value) => next() < (value > 1 ? 0.5 : -1.5));
    const [finding, ...others] = await claims({ ...table, isMissing });
    expect(others).toEqual([]);
    expect(finding?.fields['by']?.value).toBe('temperature');
    expect(finding?.title).toContain('high');
  }
});

test('gaps of one of two sensors that report in turn are found', async () => {
  const next = normals(1);
  const { temperature } = drifting(0, 2);
  const shift = temperature.map((_, i) => (i % 2 === 0 ? 'inner sensor' : 'outer sensor'));
  const isMissing = shift.map((sensor) => next() < (sensor === 'inner sensor' ? -0.3 : -2));
  const [finding] = await claims({ temperature, shift, isMissing });
  expect(finding?.fields['by']?.value).toBe('shift');
  expect(finding?.statement).not.toContain('follow each other');
});
