import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { analyseWaits as analyse, differences, exact, findingOf } from './compare-waits.ts';
import type { Table } from './make-table.ts';
import { analyseLog, hazardousLog, smallLog } from './process-log.ts';

/** A table without some columns. */
function without(table: Table, ...names: string[]): Table {
  const kept = table.columns
    .map((column, i) => ({ column, i }))
    .filter(({ column }) => !names.includes(column.name));
  return {
    columns: kept.map((k) => k.column),
    rows: table.rows.map((row) => kept.map(({ i }) => row[i] ?? null)),
  };
}

describe('waits against an independent plain implementation', () => {
  const table = hazardousLog(3_000, 20_250_131);

  test('every group in every scope, every finding and every cited row is equal to the last digit', async () => {
    const watchdogs = ['WATCHDOG', `O'Brien, "daily"`];
    expect(
      await differences(table, { threshold: 60_000_000n, watchdogs, closeStart: 20, closeEnd: 5 }),
    ).toEqual([]);
  });

  test('with another threshold and a close window that does not wrap, too', async () => {
    const options = { threshold: 500_000n, watchdogs: [], closeStart: 3, closeEnd: 12 };
    expect(await differences(table, options)).toEqual([]);
  });
});

test('a wait that may hold the time until a prerequisite ended is told as such', async () => {
  const late = { QUEUE_DT: '10:00:00', START_DT: '10:03:00', END_DT: '10:10:00' };
  const log = smallLog(
    { PROCESS_ID: 'FIRST', QUEUE_DT: '10:00:00', START_DT: '10:00:00', END_DT: '10:02:50' },
    { ...late, PROCESS_ID: 'AFTER', DEP_PROCESS_QUEUE_ID: '1' },
    { ...late, PROCESS_ID: 'AFTER', DEP_PROCESS_QUEUE_ID: '1', ELIGIBLE_DT: '10:01:00' },
    late,
  );
  const whole = findingOf(await analyse(log), 'wait_decomposition');
  expect([
    exact(whole, 'over_runs'),
    exact(whole, 'dependant_runs'),
    exact(whole, 'dependant_over_s'),
  ]).toEqual(['3', '1', '180']);
  expect(whole.statement).toContain('holds the time until the prerequisite ended');
  const alone = findingOf(await analyse(smallLog(late)), 'wait_decomposition');
  expect(alone.statement).not.toContain('prerequisite');
});

describe('what counts as what', () => {
  const waits = { QUEUE_DT: '10:00:00', ELIGIBLE_DT: '10:01:00', START_DT: '10:03:00', END_DT: '10:10:00' };

  test('a wait of exactly the threshold is not over it, one microsecond more counts as a whole', async () => {
    const run = await analyse(
      smallLog(
        { ...waits, ELIGIBLE_DT: '10:00:00', START_DT: '10:01:00' },
        { ...waits, ELIGIBLE_DT: '10:00:00', START_DT: '2025-01-10 10:01:00.000001' },
      ),
    );
    const finding = findingOf(run, 'wait_decomposition');
    expect([exact(finding, 'over_runs'), exact(finding, 'over_s')]).toEqual(['1', '60.000001']);
    expect(finding.evidence.flatMap((e) => (e.kind === 'query' ? (e.rows ?? []) : []))).toEqual([
      { part: 1, row_number: 2 },
    ]);
  });

  test('without an eligible time the wait is counted from the queue time, and the statement says so', async () => {
    const run = await analyse(without(smallLog(waits), 'ELIGIBLE_DT'));
    const finding = findingOf(run, 'wait_decomposition');
    expect(exact(finding, 'wait_s')).toBe('180');
    expect(finding.statement).toContain('after they were queued');
    expect(finding.statement).not.toContain('prerequisites');
    expect(run.result.notes.join(' ')).toContain('no eligible time');
  });

  test('a run that names itself is chained only if another run names it', async () => {
    const run = await analyse(
      smallLog(
        { ...waits, MASTER_PROCESS_QUEUE_ID: '1' },
        { ...waits, MASTER_PROCESS_QUEUE_ID: '2' },
        { ...waits, MASTER_PROCESS_QUEUE_ID: '2' },
        waits,
      ),
    );
    const finding = findingOf(run, 'wait_standalone_versus_chained');
    expect([exact(finding, 'standalone_runs'), exact(finding, 'chained_runs')]).toEqual(['2', '2']);
  });

  test('both bounds of the close window belong to it, by the queue time and not by the start', async () => {
    const on = (day: string) => ({
      QUEUE_DT: `2025-01-${day} 23:59:59`,
      START_DT: '2025-02-10 00:00:00',
      ELIGIBLE_DT: `2025-01-${day} 23:59:59`,
    });
    const run = await analyse(smallLog(on('05'), on('06'), on('19'), on('20'), on('31')));
    const finding = findingOf(run, 'wait_close_versus_open');
    expect([exact(finding, 'close_runs'), exact(finding, 'open_runs')]).toEqual(['3', '2']);
  });

  test('watchdog jobs are left out of all totals and counted', async () => {
    const run = await analyse(smallLog({ ...waits, PROCESS_ID: 'DOG' }, waits), {
      watchdog_activities: ['DOG'],
    });
    const finding = findingOf(run, 'wait_decomposition');
    expect([exact(finding, 'runs'), exact(finding, 'left_out_runs')]).toEqual(['1', '1']);
    expect(finding.statement).toContain('leave out (watchdog_activities): 1, of DOG.');
  });

  test('jobs that a setting names and no run has are noted by name', async () => {
    const run = await analyse(smallLog(waits), {
      watchdog_activities: ['DOG'],
      not_adjustable_activities: ['JOB', 'VENDOR 9'],
    });
    const notes = run.result.notes.join(' ');
    expect(notes).toContain('watchdog_activities names what is no job of this log: "DOG"');
    expect(notes).toContain('not_adjustable_activities names what is no job of this log: "VENDOR 9"');
  });

  test('a job that can not be changed is marked and ranks below one that can, however long it waits', async () => {
    const long = { ...waits, PROCESS_ID: 'VENDOR', START_DT: '10:20:00', END_DT: '15:00:00' };
    const quick = { ...waits, PROCESS_ID: 'QUICK', START_DT: '10:01:00' };
    const run = await analyse(smallLog(long, waits, ...Array(38).fill(quick)), {
      not_adjustable_activities: ['VENDOR'],
    });
    const [vendor, own] = ['VENDOR', 'JOB'].map((name) =>
      run.result.findings.find((f) => f.kind === 'wait_by_activity' && f.target['activity'] === name),
    );
    expect(vendor?.statement).toContain('not adjustable');
    expect(vendor?.score.value).toBeLessThan(own?.score.value ?? 0);
  });

  test('missing ends and starts are counted, cited and left out of what they are needed for', async () => {
    const { END_DT: _, ...noEnd } = waits;
    const run = await analyse(smallLog(noEnd, waits, { QUEUE_DT: '10:00:00' }));
    const finding = findingOf(run, 'incomplete_runs');
    expect(exact(finding, 'without_ended')).toBe('2');
    expect(exact(findingOf(run, 'wait_decomposition'), 'service_runs')).toBe('1');
    expect(exact(findingOf(run, 'wait_decomposition'), 'waited_runs')).toBe('2');
  });

  test('without an end time the recorded duration is the service time, to the microsecond', async () => {
    const log = without(smallLog(waits, waits, waits), 'END_DT');
    const table: Table = {
      columns: [...log.columns, { name: 'DURATION_SEC', type: { kind: 'decimal', precision: 9, scale: 6 } }],
      rows: log.rows.map((row, i) => [...row, ['0.000001', '120.500000', null][i] ?? null]),
    };
    const run = await analyse(table);
    expect(exact(findingOf(run, 'wait_decomposition'), 'service_s')).toBe('120.500001');
    expect(exact(findingOf(run, 'incomplete_runs'), 'without_duration')).toBe('1');
  });

  test('a log with ample capacity gets no ranking and says why', async () => {
    const quick = { ...waits, START_DT: '10:01:02' };
    const run = await analyse(smallLog(quick, quick));
    expect(run.result.findings.map((f) => f.kind)).toEqual(['wait_decomposition']);
    expect(run.result.notes.join(' ')).toContain('No run waited longer than the threshold');
  });

  test('columns whose names the plugin would like for itself do no harm', async () => {
    const log = smallLog(waits, { ...waits, MASTER_PROCESS_QUEUE_ID: '2' });
    const taken = [
      'close_window',
      'chaining',
      'eligible_wait_us',
      'is_watchdog',
      'name',
      'runs',
      'chaining_resolved',
    ];
    const table: Table = {
      columns: [...log.columns, ...taken.map((name) => ({ name, type: { kind: 'text' } as const }))],
      rows: log.rows.map((row) => [...row, ...taken.map(() => 'x')]),
    };
    expect(exact(findingOf(await analyse(table), 'wait_decomposition'), 'wait_s')).toBe('240');
  });

  test('times of which one has a zone and the other none are not compared', async () => {
    const log = smallLog(waits);
    const table: Table = {
      ...log,
      columns: log.columns.map((c) => (c.name === 'START_DT' ? { ...c, type: { kind: 'timestamptz' } } : c)),
    };
    const run = await analyse(table);
    expect(run.result.findings).toEqual([]);
    expect(run.result.notes.join(' ')).toContain("can't be compared");
  });
});

describe('what is said, and how loudly', () => {
  const day = (date: string, wait: number, job = 'A') => ({
    PROCESS_ID: job,
    QUEUE_DT: `2025-01-${date} 10:00:00`,
    ELIGIBLE_DT: `2025-01-${date} 10:00:00`,
    START_DT: `2025-01-${date} 10:${String(wait).padStart(2, '0')}:00`,
  });
  const many = <T>(count: number, run: T): T[] => Array(count).fill(run);

  test('that all runs of a job were queued in the close is said with their count, and only where it is so', async () => {
    const open = many(20, day('10', 0, 'B'));
    const all = await analyse(smallLog(day('25', 10), day('26', 10), ...open));
    expect(findingOf(all, 'wait_by_activity').statement).toContain(
      'All its runs were queued in the close window: 2 of 2',
    );
    const { QUEUE_DT: _, ...unqueued } = day('26', 10);
    const some = await analyse(smallLog(day('25', 10), unqueued, ...open));
    expect(findingOf(some, 'wait_by_activity').statement).not.toContain('All its runs');
    expect(exact(findingOf(some, 'wait_by_activity'), 'close_runs')).toBe('1');
    const none = await analyse(smallLog(day('08', 10), day('09', 10), ...open));
    expect(findingOf(none, 'wait_by_activity').statement).toContain(
      'None of its runs was queued in the close window: 0 of 2',
    );
  });

  test('wait that is spread like the runs is no headline: the title says so and the severity is info', async () => {
    const both = ['25', '10'].flatMap((date) => [
      ...many(5, day(date, 10)),
      ...many(5, { ...day(date, 10, 'B'), MASTER_PROCESS_QUEUE_ID: '1' }),
    ]);
    const run = await analyse(smallLog(...both));
    const close = findingOf(run, 'wait_close_versus_open');
    expect([close.title, close.severity]).toEqual([
      'The over-threshold wait is spread over close and open like the runs',
      'info',
    ]);
    expect(run.result.findings.filter((f) => f.kind === 'wait_by_activity')).toEqual([]);
    expect(run.result.notes.filter((note) => note.includes('not clearly above'))).toEqual([
      expect.stringContaining('A, B (the longest wait first)'),
    ]);
  });

  test('more than its share outside the close is not called spread', async () => {
    const run = await analyse(smallLog(...many(10, day('25', 0)), ...many(10, day('10', 10))));
    expect(findingOf(run, 'wait_close_versus_open').title).toContain('falls outside the close window');
  });

  test('most of the runs can have clearly more than their share, measured against the others', async () => {
    const chained = { ...day('10', 2), MASTER_PROCESS_QUEUE_ID: '1' };
    const run = await analyse(smallLog(...many(17, day('10', 10)), ...many(3, chained)));
    const finding = findingOf(run, 'wait_standalone_versus_chained');
    expect(finding.title).toContain('is that of standalone runs');
    expect(finding.severity).toBe('notice');
  });

  test('the smallest effect of interest is a setting: the ratio and the difference both have to be reached', async () => {
    const log = smallLog(...many(10, day('25', 11)), ...many(10, day('10', 9)));
    const title = async (settings: object) =>
      findingOf(await analyse(log, settings), 'wait_close_versus_open').title;
    expect(await title({})).toContain('spread over');
    expect(await title({ smallest_excess_ratio: 1.2 })).toContain('falls into');
    expect(await title({ smallest_excess_ratio: 1.2, smallest_excess_points: 6 })).toContain('spread over');
  });

  test('the more of the runs wait longer than the threshold, the higher the log ranks', async () => {
    const score = async (waiting: number) => {
      const log = smallLog(...many(waiting, day('25', 10)), ...many(100 - waiting, day('10', 0, 'B')));
      return findingOf(await analyse(log), 'wait_decomposition').score.value;
    };
    const [few = 0, many30 = 0] = [await score(4), await score(30)];
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(many30 / 2);
  });

  test('a median of no wait is told in words', async () => {
    const run = await analyse(smallLog(day('25', 10), day('25', 0), ...many(30, day('10', 0, 'B'))));
    expect(findingOf(run, 'wait_by_activity').statement).toContain(
      'At least half of these runs of the job did not wait at all',
    );
    expect(findingOf(run, 'wait_decomposition').statement).toContain(
      'nineteen in twenty of the runs with a known wait did not wait at all',
    );
  });

  test('every finding on waits names the threshold', async () => {
    const run = await analyse(await exampleLog());
    const waits = run.result.findings.filter((f) => f.kind.startsWith('wait_'));
    expect(waits.length).toBeGreaterThan(7);
    for (const { statement, fields } of waits) {
      expect([statement, fields['threshold_s']?.value]).toEqual([
        expect.stringContaining('threshold of 1'),
        60,
      ]);
    }
    const clock = await analyseLog('analysis_clock_violations', await exampleLog());
    const backward = findingOf(clock, 'clock_backwards').score.value;
    for (const { severity, score } of run.result.findings)
      if (severity === 'info') expect(score.value).toBeLessThan(backward);
  });
});

describe('the example log', () => {
  test('the payout and notification jobs own the wait, nearly all of it in the close and of standalone runs', async () => {
    const run = await analyse(await exampleLog());
    const jobs = run.result.findings
      .filter((f) => f.kind === 'wait_by_activity')
      .map((f) => f.target['activity']);
    expect(jobs.toSorted()).toEqual(['PAYACH', 'PAYSUSP', 'PAYWIRE']);
    expect(run.result.notes.join(' ')).toContain('however much its runs wait: NOTIFYQ');
    expect(findingOf(run, 'wait_close_versus_open').fields['close_over_percent']?.value).toBeGreaterThan(90);
    expect(
      findingOf(run, 'wait_standalone_versus_chained').fields['standalone_over_percent']?.value,
    ).toBeGreaterThan(90);
    expect(findingOf(run, 'wait_by_resource').title).toContain('spread like the runs');
    expect(run.result.notes.join(' ')).toContain('In 2 rows the clock runs backwards');
    const clock = await analyseLog('analysis_clock_violations', await exampleLog());
    expect(exact(findingOf(clock, 'clock_backwards'), 'service_rows')).toBe('2');
  });
});

async function exampleLog(): Promise<Table> {
  const text = await readFile(new URL('../../examples/process-log.csv', import.meta.url), 'utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const typed = new Map(hazardousLog(0, 1).columns.map(({ name, type }) => [name, type]));
  return {
    columns: header.split(',').map((name) => ({ name, type: typed.get(name) ?? { kind: 'text' } })),
    rows: lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : cell))),
  };
}
