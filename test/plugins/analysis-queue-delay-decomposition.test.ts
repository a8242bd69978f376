import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { analyseWaits as analyse, differences, exact, findingOf } from './compare-waits.ts';
import type { Table } from './make-table.ts';
import { hazardousLog, type LOG_ROLES } from './process-log.ts';

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

/** A log of a few runs: cells by header, times of 2025-01-10 as `hh:mm:ss`. */
function smallLog(...runs: Partial<Record<(typeof LOG_ROLES)[keyof typeof LOG_ROLES], string>>[]): Table {
  const { columns } = hazardousLog(0, 1);
  const cell = (text: string | undefined) =>
    text !== undefined && /^\d\d:\d\d:\d\d$/.test(text) ? `2025-01-10 ${text}` : text;
  const rows = runs.map((run, i) => {
    const filled: Record<string, string> = { PROCESS_QUEUE_ID: String(i + 1), PROCESS_ID: 'JOB', ...run };
    return columns.map(({ name }) => cell(filled[name]) ?? null);
  });
  return { columns, rows };
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
    expect([exact(finding, 'runs'), exact(finding, 'watchdog_runs')]).toEqual(['1', '1']);
    expect(finding.statement).toContain('watchdog');
  });

  test('a job that can not be changed is marked and ranks below one that can, however long it waits', async () => {
    const long = { ...waits, PROCESS_ID: 'VENDOR', START_DT: '10:20:00', END_DT: '15:00:00' };
    const run = await analyse(smallLog(long, waits), {
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

describe('the example log', () => {
  test('the payout and notification jobs own the wait, nearly all of it in the close and of standalone runs', async () => {
    const run = await analyse(await exampleLog());
    const jobs = run.result.findings
      .filter((f) => f.kind === 'wait_by_activity')
      .map((f) => f.target['activity']);
    expect(jobs.toSorted()).toEqual(['NOTIFYQ', 'PAYACH', 'PAYSUSP', 'PAYWIRE']);
    expect(findingOf(run, 'wait_close_versus_open').fields['close_over_percent']?.value).toBeGreaterThan(90);
    expect(
      findingOf(run, 'wait_standalone_versus_chained').fields['standalone_over_percent']?.value,
    ).toBeGreaterThan(90);
    expect(findingOf(run, 'wait_by_resource').title).toContain('spread like the runs');
    expect(exact(findingOf(run, 'clock_backwards'), 'service_rows')).toBe('2');
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
