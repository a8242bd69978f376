import { describe, expect, test } from 'vitest';
import {
  analyseEvents,
  analyseRuns,
  citedRows,
  rowsOf,
  type SmallEvent,
  type SmallRun,
  valuesOf,
} from './small-log.ts';

describe('hand-offs', () => {
  const PLUGIN = 'analysis_handoff_gaps';
  const one: SmallEvent[] = [
    ['1', 'ask', '09:00', 'ann', 'complete'],
    ['1', 'check', '09:30', 'bob', 'start'],
    ['1', 'check', '09:40', 'bob', 'complete'],
    ['1', 'pay', '09:50', 'bob', 'complete'],
    ['2', 'ask', '10:00', 'ann', 'complete'],
    ['2', 'check', '10:10', 'cat', 'start'],
    ['2', 'check', '10:11', 'cat', 'complete'],
  ];

  test('lead from an event that does not begin a step to the next one, in all and to another one', async () => {
    const run = await analyseEvents(PLUGIN, one, { fewest_handoffs: 1 });
    expect(
      rowsOf(run, 'handoffs.csv').map((row) => [
        row['from_activity'],
        row['to_activity'],
        row['times'],
        row['gap_s'],
      ]),
    ).toEqual([
      ['ask', 'check', '2', '2400.000000'],
      ['check', 'pay', '1', '600.000000'],
    ]);
    expect(valuesOf(run, 'handoff_gaps')).toMatchObject({
      gap_percent: 80,
      median_s: 600,
      longest_s: 1800,
      all_gap_s: 3000,
    });
    expect(citedRows(run, 'handoff_gaps')).toEqual([2, 6]);
    expect(valuesOf(run, 'handoff_between_resources')).toMatchObject({
      ...{ known_times: 3, changing_times: 2, changing_gap_percent: 80 },
      ...{ from_resource: 'ann', to_resource: 'bob', gap_s: 1800, staying_median_s: 600 },
    });
    expect(run.tests).toEqual([]);
  });

  test('few hand-offs of a pair are not told, and one event per case is none', async () => {
    expect((await analyseEvents(PLUGIN, one)).notes.join(' ')).toContain('No pair of events');
    const single = await analyseEvents(
      PLUGIN,
      one.filter(([, step]) => step === 'ask'),
    );
    expect([single.findings, single.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('No case has two steps'),
    ]);
  });

  test('in chains of runs the gap begins with the last end so far, and with that run; what overlaps has none', async () => {
    const step = (id: string, job: string, start: string, end: string): SmallRun => ({
      id,
      job,
      start,
      end,
      chain: '1',
    });
    const run = await analyseRuns(PLUGIN, [
      step('1', 'A', '09:00', '10:00'),
      step('2', 'B', '09:10', '09:20'),
      step('3', 'C', '10:05', '10:10'),
    ]);
    expect(
      rowsOf(run, 'handoffs.csv').map((row) => [row['from_activity'], row['to_activity'], row['gap_s']]),
    ).toEqual([
      ['A', 'C', '300.000000'],
      ['A', 'B', '0.000000'],
    ]);
    const linked = await analyseRuns(PLUGIN, [
      step('1', 'A', '09:00', '10:00'),
      { ...step('2', 'B', '10:10', '10:20'), dep: '1' },
    ]);
    expect([linked.findings, linked.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('nothing is said twice'),
    ]);
  });
});

describe('standalone and chained, by job', () => {
  const PLUGIN = 'analysis_sequence_classification';
  const run = (id: number, job: string, start: string, more: Partial<SmallRun> = {}): SmallRun => ({
    ...{ id: String(id), job, queued: '09:00', eligible: '09:00', start, end: '10:00' },
    ...more,
  });

  test('jobs are told apart; those that are both are named with how they wait on either side', async () => {
    const log = [
      run(1, 'ALONE', '09:00'),
      run(2, 'CHAIN', '09:00', { chain: '2' }),
      run(3, 'BOTH', '09:00:30', { chain: '2' }),
      run(4, 'BOTH', '09:05', { parent: '2' }),
      run(5, 'BOTH', '09:00'),
      run(6, 'BOTH', '09:01'),
      run(7, 'SELF', '09:00', { chain: '7' }),
    ];
    const found = await analyseRuns(PLUGIN, log, { fewest_runs: 2 });
    expect(valuesOf(found, 'sequence_classification')).toMatchObject({
      ...{ jobs: 4, all_runs: 7, all_chained_runs: 3, all_standalone_runs: 4, all_chained_percent: 42.9 },
      ...{ standalone_jobs: 2, chained_jobs: 1, both_jobs: 1 },
    });
    const [item] = found.findings[0]?.items ?? [];
    expect(item?.fields['activity']?.value).toBe('BOTH');
    expect([
      item?.fields['chained_median_wait_s']?.value,
      item?.fields['chained_over_runs']?.value,
      item?.fields['standalone_over_runs']?.value,
    ]).toEqual([30, 1, 0]);
    expect(rowsOf(found, 'chaining_by_activity.csv').map((row) => [row['activity'], row['class']])).toEqual([
      ['BOTH', 'both'],
      ['ALONE', 'standalone'],
      ['CHAIN', 'chained'],
      ['SELF', 'standalone'],
    ]);
    expect(found.tests).toEqual([]);
  });

  test('a few runs on one side are exceptions, and said to be so', async () => {
    const found = await analyseRuns(PLUGIN, [
      run(1, 'A', '09:00', { chain: '1' }),
      run(2, 'A', '09:00', { chain: '1' }),
      run(3, 'A', '09:00'),
    ]);
    expect(found.findings[0]?.statement).toContain('0 standalone, 1 chained');
    expect(found.notes.join(' ')).toContain('No job runs both alone and in chains');
    const many = Array.from({ length: 21 }, (_, i) =>
      run(i + 1, 'A', '09:00', i < 20 ? { chain: '99' } : {}),
    );
    const settings = { fewest_runs: 1, smallest_side_percent: 5 };
    expect(rowsOf(await analyseRuns(PLUGIN, many, settings), 'chaining_by_activity.csv')[0]?.['class']).toBe(
      'mostly chained',
    );
  });
});
