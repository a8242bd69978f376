import { expect, test } from 'vitest';
import type { PluginResult } from '../../src/contract/index.ts';
import { closeLedger } from '../../src/report/ledger.ts';
import { autoregression, hour, normals } from './autoregression.ts';
import { rolesOf, withTable } from './make-table.ts';
import { runInProcess } from './run-in-process.ts';

const ROWS = 1000;

/** What the ledger keeps of an hourly table of two measures and the levels that two more fall in. */
async function claims(
  plugin: string,
  [a, b, c, d]: readonly (readonly number[])[],
  withLevels: boolean,
): Promise<PluginResult['findings']> {
  const level = (value = 0) => (value < -0.5 ? 'low' : value < 0.5 ? 'middle' : 'high');
  const table = {
    columns: [
      { name: 'at', type: { kind: 'timestamp', zone: 'none' } as const },
      { name: 'a', type: { kind: 'double' } as const },
      { name: 'b', type: { kind: 'double' } as const },
      { name: 'c', type: { kind: 'text' } as const },
      { name: 'd', type: { kind: 'text' } as const },
    ],
    rows: Array.from({ length: ROWS }, (_, i) => [
      hour(i),
      String(a?.[i]),
      String(b?.[i]),
      level(c?.[i]),
      level(d?.[i]),
    ]),
  };
  const roles = [
    ...rolesOf({ timestamp: 'at' }),
    ...rolesOf({ measure: 'a' }),
    ...rolesOf({ measure: 'b' }),
    ...(withLevels ? [...rolesOf({ category: 'c' }), ...rolesOf({ category: 'd' })] : []),
  ];
  const { result } = await withTable(table, (dataset) => runInProcess(plugin, dataset, roles));
  return closeLedger([result], 0.05).results[0]?.findings ?? [];
}

for (const plugin of ['analysis_dependence', 'analysis_linear_regression']) {
  test.each([
    [0.98, true],
    [0.8, false],
  ])(
    `${plugin}: independent columns whose rows are alike (φ = %d, levels: %s) are no finding`,
    async (phi, withLevels) => {
      let claimed = 0;
      for (let seed = 1; seed <= 20; seed += 1) {
        const next = normals(seed);
        const columns = Array.from({ length: 4 }, () => autoregression(phi, next, ROWS));
        if ((await claims(plugin, columns, withLevels)).length > 0) claimed += 1;
      }
      expect(claimed).toBeLessThanOrEqual(2);
    },
  );

  test(`${plugin}: a correlation of rows that are not alike is found`, async () => {
    const next = normals(1);
    const [a, c, d] = Array.from({ length: 3 }, () => autoregression(0, next, ROWS));
    // the smallest share of interest of a linear model is more than 0.3²
    const rho = plugin === 'analysis_dependence' ? 0.3 : 0.4;
    const b = (a ?? []).map((value) => rho * value + Math.sqrt(1 - rho * rho) * next());
    const [finding, ...others] = await claims(plugin, [a ?? [], b, c ?? [], d ?? []], false);
    expect(finding).toBeDefined();
    if (plugin === 'analysis_dependence') expect(others).toEqual([]);
    expect(finding?.statement).not.toContain('follow each other');
  });

  test(`${plugin}: a strong correlation is found though rows are alike, and says how many they count for`, async () => {
    const next = normals(1);
    const a = autoregression(0.9, next, ROWS);
    const b = a.map((value) => value + 0.5 * next());
    const [finding] = await claims(plugin, [a, b, a, b], false);
    expect(finding?.statement).toContain('Rows that follow each other are alike');
    expect(Number(finding?.fields['effective_rows']?.value)).toBeLessThan(ROWS / 3);
  });
}
