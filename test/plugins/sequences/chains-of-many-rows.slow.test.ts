import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/contract/index.ts';
import { rolesOf, type Table, withTable } from '../make-table.ts';
import { hazardousLog, LOG_ROLES } from '../process-log.ts';
import { type InProcess, runInProcess } from '../run-in-process.ts';
import { plainLags, plainMakespans } from './plain-chains.ts';

describe('a hundred thousand rows with everything that goes wrong, against a plain implementation', () => {
  const runs = new Map<string, InProcess>();
  let table: Table;
  beforeAll(async () => {
    table = hazardousLog(100_000, 7);
    await withTable(table, async (dataset) => {
      for (const id of ['analysis_dependency_resolution_join', 'analysis_chain_makespan'])
        runs.set(id, await runInProcess(id, dataset, rolesOf(LOG_ROLES)));
    });
  }, 120_000);

  test('lags behind prerequisites, in all and by pair of jobs', () => {
    const run = runs.get('analysis_dependency_resolution_join');
    const { pairs, ...want } = plainLags(table, 60_000_000n);
    expect(valuesOf(run, 'dependency_resolution')).toMatchObject(want);
    const lines = (run?.artifacts.get('dependency_lags.csv') ?? '').trimEnd().split('\n').slice(1);
    const plain = lines.filter((line) => !line.includes('"'));
    expect(plain.length).toBeGreaterThan(900);
    for (const line of plain) {
      const [before, activity, , resolved, lag] = line.split(',');
      expect([line, { runs: Number(resolved), lag_s: Number(lag) }]).toEqual([
        line,
        pairs.get(`${before}|${activity}`),
      ]);
    }
  });

  test('makespans, work and idle time of chains', () => {
    const want = plainMakespans(table);
    expect(want.chains).toBeGreaterThan(500);
    expect(valuesOf(runs.get('analysis_chain_makespan'), 'chain_makespan')).toMatchObject(want);
  });
});

function valuesOf(run: InProcess | undefined, kind: string): Record<string, unknown> {
  const finding: Finding | undefined = run?.result.findings.find((one) => one.kind === kind);
  return Object.fromEntries(Object.entries(finding?.fields ?? {}).map(([name, { value }]) => [name, value]));
}
