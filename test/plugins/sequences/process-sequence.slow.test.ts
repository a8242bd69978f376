import { describe, expect, test } from 'vitest';
import { analyseEvents, analyseRuns, rowsOf, type SmallEvent } from './small-log.ts';

const PLUGIN = 'analysis_process_sequence';

describe('variants and the directly-follows graph of cases', () => {
  /** Case 1: a b c; case 2: a b c; case 3: a c b, b and c at the same time, c first in the file; case 4: a. */
  const events: SmallEvent[] = [
    ['1', 'c', '10:02'],
    ['2', 'a', '11:00'],
    ['3', 'c', '12:30'],
    ['1', 'a', '10:00'],
    ['3', 'b', '12:30'],
    ['1', 'b', '10:01'],
    ['2', 'b', '11:10', 'x', 'start'],
    ['2', 'c', '11:30'],
    ['3', 'a', '12:00'],
    ['4', 'a', '13:00', 'y'],
  ];

  test('counts, orders and averages are those counted by hand; ties are broken by the order of the rows', async () => {
    const run = await analyseEvents(PLUGIN, events);
    const metric = (name: string) => run.metrics[name]?.value;
    expect(
      ['events', 'cases', 'activities', 'resources', 'variants', 'top_variant_cases', 'dfg_edges'].map(
        metric,
      ),
    ).toEqual([10, 4, 3, 2, 3, 2, 4]);
    expect([metric('first_at'), metric('last_at')]).toEqual([
      '2025-01-10T10:00:00.000000',
      '2025-01-10T13:00:00.000000',
    ]);
    expect(['min', 'max', 'mean', 'median'].map((name) => metric(`throughput_${name}_s`))).toEqual([
      0, 1800, 930, 960,
    ]);
    expect(
      rowsOf(run, 'directly_follows.csv').map((row) => [
        row['from_activity'],
        row['to_activity'],
        row['times'],
      ]),
    ).toEqual([
      ['a', 'b', '2'],
      ['b', 'c', '2'],
      ['a', 'c', '1'],
      ['c', 'b', '1'],
    ]);
    expect(rowsOf(run, 'variants.csv').map((row) => [row['activities'], row['cases']])).toEqual([
      ['a → b → c', '2'],
      ['a', '1'],
      ['a → c → b', '1'],
    ]);
    expect(
      rowsOf(run, 'activities.csv').map((row) => [row['activity'], row['start_cases'], row['end_cases']]),
    ).toEqual([
      ['a', '4', '1'],
      ['b', '0', '1'],
      ['c', '0', '2'],
    ]);
    expect(rowsOf(run, 'phases.csv').map((row) => [row['phase_name'], row['events']])).toEqual([
      ['complete', '9'],
      ['start', '1'],
    ]);
    expect(run.tests).toEqual([]);
  });

  test('the chart shows the most frequent pairs alone, and says so', async () => {
    const all = await analyseEvents(PLUGIN, events);
    expect(all.charts[0]?.alternative).toContain('All pairs are shown');
    const some = await analyseEvents(PLUGIN, events, { chart_edges: 2 });
    expect(some.charts[0]?.title).toContain('the most frequent pairs');
    expect(some.charts[0]?.alternative).toContain('Only the most frequent pairs are shown');
  });

  test('a step that some cases repeat is told; one that all of them repeat is not', async () => {
    const again: SmallEvent[] = [
      ...['1', '2'].flatMap((id): SmallEvent[] => [
        [id, 'both', '09:00'],
        [id, 'both', '09:01'],
        [id, 'once', '09:02'],
      ]),
      ['2', 'once', '09:03'],
    ];
    const repeats = (await analyseEvents(PLUGIN, again)).findings.filter((f) => f.kind === 'repeated_steps');
    expect(repeats.map((finding) => finding.title)).toEqual([
      'once is repeated in 1 of the 2 cases that have it',
    ]);
  });

  test('cases that have no order in common get no ranking of orders', async () => {
    const run = await analyseEvents(PLUGIN, events.slice(3, 5));
    expect(run.findings.map((finding) => finding.title)).toContain(
      'No two of the 2 cases take the same steps in the same order',
    );
  });
});

describe('chains of runs as cases', () => {
  const at = (id: string, job: string, start: string, more: object = {}) => ({
    id,
    job,
    start,
    end: start,
    ...more,
  });

  test('by the chain that a run names; its head names itself or none; what stands alone is no case', async () => {
    const run = await analyseRuns(PLUGIN, [
      at('1', 'A', '10:00', { chain: '1' }),
      at('2', 'B', '10:05', { chain: '1' }),
      at('3', 'A', '11:00'),
      at('4', 'B', '11:05', { chain: '3' }),
      at('5', 'A', '12:00', { chain: '5' }),
      at('6', 'A', '12:30'),
    ]);
    expect([run.metrics['cases']?.value, run.metrics['events']?.value]).toEqual([2, 4]);
    expect(rowsOf(run, 'variants.csv').map((row) => row['activities'])).toEqual(['A → B']);
    expect(run.findings.map((finding) => finding.kind)).toEqual(['process_variants']);
  });

  test('without a chain by the tree of what depends on what; circles belong to no tree', async () => {
    const run = await analyseRuns(PLUGIN, [
      at('1', 'A', '10:00'),
      at('2', 'B', '10:05', { dep: '1' }),
      at('3', 'C', '10:10', { dep: '2' }),
      at('4', 'C', '10:20', { dep: '2' }),
      at('7', 'X', '10:00', { dep: '8' }),
      at('8', 'Y', '10:05', { dep: '7' }),
    ]);
    expect([run.metrics['cases']?.value, run.metrics['events']?.value]).toEqual([1, 4]);
    expect(rowsOf(run, 'variants.csv')[0]?.['activities']).toBe('A → B → C → C');
  });

  test('jobs that the settings leave out are no steps, and a run without a start is none', async () => {
    const runs = [
      at('1', 'A', '10:00', { chain: '1' }),
      at('2', 'DOG', '10:01', { chain: '1' }),
      { id: '3', job: 'C', chain: '1' },
      at('4', 'B', '10:05', { chain: '1' }),
    ];
    const run = await analyseRuns(PLUGIN, runs, { watchdog_activities: ['DOG'] });
    expect(rowsOf(run, 'variants.csv')[0]?.['activities']).toBe('A → B');
  });
});
