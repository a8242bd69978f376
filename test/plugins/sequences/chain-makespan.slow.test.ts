import { describe, expect, test } from 'vitest';
import { analyseRuns, citedRows, rowsOf, type SmallRun, valuesOf } from './small-log.ts';

const PLUGIN = 'analysis_chain_makespan';
const step = (id: string, job: string, start: string, end: string, dep?: string): SmallRun => ({
  ...{ id, job, start, end, queued: '09:00', chain: '1' },
  ...(dep !== undefined && { dep }),
});

/** A loads; B and C run beside each other, C longer; D waits for C. */
const CHAIN = [
  step('1', 'A', '09:05', '09:10'),
  step('2', 'B', '09:10', '09:20', '1'),
  step('3', 'C', '09:15', '09:40', '1'),
  step('4', 'D', '09:50', '10:00', '3'),
];

describe('makespans', () => {
  test('parallel runs count once, waits before and between are idle, and one chain is one', async () => {
    const run = await analyseRuns(PLUGIN, CHAIN);
    expect(valuesOf(run, 'chain_makespan')).toMatchObject({
      ...{ chains: 1, runs: 4, makespan_s: 3600, work_s: 3000, busy_s: 2700, idle_s: 900 },
      ...{ lead_s: 300, gap_s: 600, idle_percent: 25, median_s: 3600 },
    });
    expect(citedRows(run, 'chain_makespan')).toEqual([1, 2, 3, 4]);
    expect(run.tests).toEqual([]);
  });

  test('a run within another one adds no time; runs that touch leave no gap; ties are no gap', async () => {
    const run = await analyseRuns(PLUGIN, [
      step('1', 'A', '09:00', '10:00'),
      step('2', 'B', '09:10', '09:20'),
      step('3', 'C', '09:10', '09:30'),
      step('4', 'D', '10:00', '10:30'),
    ]);
    expect(valuesOf(run, 'chain_makespan')).toMatchObject({
      makespan_s: 5400,
      busy_s: 5400,
      idle_s: 0,
      gap_s: 0,
    });
  });

  test('chains of one run and runs without an end, or with one before the start, are counted and left out', async () => {
    const { end: _, ...endless } = step('5', 'E', '10:00', '');
    const run = await analyseRuns(PLUGIN, [
      ...CHAIN,
      endless,
      step('6', 'F', '10:00', '09:59'),
      { ...step('7', 'G', '09:00', '09:01'), chain: '70' },
      { ...step('8', 'H', '09:00', '09:01'), chain: '8' },
    ]);
    expect(valuesOf(run, 'chain_makespan')).toMatchObject({
      chains: 1,
      runs: 4,
      single_chains: 1,
      untimed_runs: 2,
    });
  });
});

describe('the critical path', () => {
  test('is traced back from the last end along what each run follows; each step has the time since the one before', async () => {
    const run = await analyseRuns(PLUGIN, CHAIN);
    const path = rowsOf(run, 'critical_path.csv').map((row) => [
      row['activity'],
      row['took_s'],
      row['before_s'],
    ]);
    expect(path).toEqual([
      ['C', '1800.000000', '300.000000'],
      ['D', '1200.000000', '600.000000'],
      ['A', '600.000000', '300.000000'],
    ]);
  });

  test('the step that holds enough chains of a kind up is told, with what goes by before it', async () => {
    const chains = Array.from({ length: 5 }, (_, i) =>
      CHAIN.map((one) => ({
        ...one,
        ...{ id: `${i}-${one.id}`, chain: `${i}-1` },
        ...(one.dep !== undefined && { dep: `${i}-${one.dep}` }),
      })),
    ).flat();
    const run = await analyseRuns(PLUGIN, numbered(chains));
    expect(run.findings.find(({ kind }) => kind === 'chain_bottleneck')?.target).toEqual({
      chain: 'A',
      activity: 'C',
    });
    expect(valuesOf(run, 'chain_bottleneck')).toMatchObject({
      took_percent: 50,
      kind_chains: 5,
      before_percent: 16.7,
    });
    expect((await analyseRuns(PLUGIN, CHAIN)).findings.map(({ kind }) => kind)).toEqual(['chain_makespan']);
  });

  test('runs that depend on each other in a circle do not hang it, and what has no links has no path', async () => {
    const circle = [step('1', 'A', '09:00', '09:10', '2'), step('2', 'B', '09:10', '09:20', '1')];
    expect(rowsOf(await analyseRuns(PLUGIN, circle), 'critical_path.csv').length).toBe(2);
    const bare = await analyseRuns(PLUGIN, [
      step('1', 'A', '09:00', '09:10'),
      step('2', 'B', '09:10', '09:20'),
    ]);
    expect(bare.notes.join(' ')).toContain('no critical path is traced');
  });

  test('the chart shows the runs of the longest chain, those on the critical path apart', async () => {
    const [chart] = (await analyseRuns(PLUGIN, CHAIN)).charts;
    const { values } = (chart?.spec ?? { data: { values: [] } })['data'] as Drawn;
    expect(values.map(({ run, path }) => [run, path])).toEqual([
      ['1. A', 'on the critical path'],
      ['2. B', 'beside it'],
      ['3. C', 'on the critical path'],
      ['4. D', 'on the critical path'],
    ]);
  });
});

interface Drawn {
  readonly values: readonly { readonly run: string; readonly path: string }[];
}

/** Ids as whole numbers, as the columns of the test have them. */
function numbered(runs: readonly SmallRun[]): SmallRun[] {
  const numbers = new Map(runs.map(({ id }, i) => [id, String(i + 1)]));
  const of = (id: string | undefined) => (id === undefined ? undefined : numbers.get(id));
  return runs.map(({ dep, ...run }) => {
    const needs = of(dep);
    return {
      ...run,
      id: of(run.id) ?? '',
      chain: of(run.chain) ?? '',
      ...(needs !== undefined && { dep: needs }),
    };
  });
}
