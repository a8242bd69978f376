import { beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/contract/index.ts';
import { nullLogTable, processLogTable, type SyntheticTable } from '../../src/synth/index.ts';
import { withTable } from './make-table.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';
import { bindingsOf } from './synthetic-table.ts';

const PLUGINS = ['duration_shift', 'uplift', 'contention'].map((name) => `analysis_close_cycle_${name}`);
const UPLIFT = 'analysis_close_cycle_uplift';

async function analyse(table: SyntheticTable): Promise<Map<string, InProcess['result']>> {
  const roles = bindingsOf(table);
  return withTable(table, async (dataset) => {
    const results = new Map<string, InProcess['result']>();
    for (const id of PLUGINS) results.set(id, (await runInProcess(id, dataset, roles)).result);
    return results;
  });
}

let findings: Finding[];

describe('a log of three months in which a job is slower in the close and another runs more often', () => {
  beforeAll(async () => {
    const plants = { close_slowdown: 1.5, close_uplift: 4, close_contention: 0.5 };
    const results = await analyse(processLogTable({ seed: '11', rows: 30_000, plants }));
    findings = [...results.values()].flatMap((result) => result.findings);
  }, 120_000);

  const found = (kind: string, activity: string) =>
    findings.find((f) => f.kind === kind && f.fields['activity']?.value === activity);
  const value = (finding: Finding | undefined, name: string) => Number(finding?.fields[name]?.value);

  test('the slower job is told at its size, and holds within servers', () => {
    const slower = found('close_duration_shift', 'JIBCALC');
    expect(value(slower, 'ratio')).toBeCloseTo(1.5, 0);
    expect([value(slower, 'low') < 1.5, value(slower, 'high') > 1.5]).toEqual([true, true]);
    expect(Math.abs(value(slower, 'within_servers') - 1.5)).toBeLessThan(0.15);
  });

  test('the job that runs more often is told at its size', () => {
    const more = found('close_uplift', 'TAXCALC');
    expect(value(more, 'ratio')).toBeGreaterThan(3.3);
    expect(value(more, 'ratio')).toBeLessThan(4.7);
  });
});

test('a single run of 1900 changes nothing about how often a job runs in the close', async () => {
  const table = processLogTable({ seed: '11', rows: 30_000, plants: { close_uplift: 4 } });
  const queued = table.columns.findIndex(({ name }) => name === 'QUEUE_DT');
  const rows = table.rows.map((row, i) =>
    i === 15_000 ? row.map((cell, at) => (at === queued ? '1900-01-15 08:00:00' : cell)) : row,
  );
  const ratios = [table, { ...table, rows }].map(async (log) =>
    withTable(log, async (dataset) => {
      const { result } = await runInProcess(UPLIFT, dataset, bindingsOf(table));
      const told = result.findings.find(({ fields }) => fields['activity']?.value === 'TAXCALC');
      return Number(told?.fields['ratio']?.value);
    }),
  );
  const [without, withIt] = await Promise.all(ratios);
  expect(without).toBeGreaterThan(3);
  expect(withIt).toBeCloseTo(without ?? 0, 1);
}, 60_000);

test('of many jobs, the one beside which the others take longer is told alone', () => {
  const told = findings.filter(({ kind }) => kind === 'close_contention');
  expect(told.map(({ fields }) => fields['activity']?.value)).toEqual(['REVRECAL']);
  expect(Number(told[0]?.fields['ratio']?.value)).toBeGreaterThan(1.2);
  expect(Number(told[0]?.fields['high']?.value)).toBeGreaterThan(1.4);
});

test('a log without structure has nothing to say of the close, and tests each job once', async () => {
  const results = await analyse(nullLogTable({ seed: '5', rows: 12_000 }));
  const tests = [...results.values()].flatMap((result) => result.tests);
  expect(tests.length).toBe(36);
  expect(Math.min(...tests.map(({ p_value }) => p_value))).toBeGreaterThan(0.05 / tests.length);
});
