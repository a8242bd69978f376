import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type PluginRun, type RunOptions, runPlugin } from '../../src/testing/index.ts';

const PLUGIN = join(import.meta.dirname, '../../plugins/analysis_parameter_sweep');
const MINUTE = 60_000;
const START = Date.UTC(2025, 0, 28, 8);

/** A run of a minute, asked for so many minutes after the start. */
function runAt(minute: number, parameters: string | null, job = 'PAY', user = 'ANN') {
  const at = (more: number) => new Date(START + minute * MINUTE + more).toISOString();
  return {
    PROCESS_ID: job,
    USER_ID: user,
    QUEUE_DT: at(0),
    START_DT: at(1000),
    END_DT: at(61_000),
    PARAM_DESCR_LIST: parameters,
  };
}
type Run = ReturnType<typeof runAt>;

const series = (count: number, of: (i: number) => string, from = 0, job = 'PAY', user = 'ANN') =>
  Array.from({ length: count }, (_, i) => runAt(from + i, of(i), job, user));

function analyse(runs: readonly Run[], settings: RunOptions['settings'] = {}): Promise<PluginRun> {
  const table = runs.map((run, i) => ({ PROCESS_QUEUE_ID: i + 1, ...run }));
  return runPlugin(PLUGIN, table, {
    settings: { fewest_sweep_runs: 10, ...settings },
    roles: {
      run_id: 'PROCESS_QUEUE_ID',
      activity: 'PROCESS_ID',
      user: 'USER_ID',
      queued_at: 'QUEUE_DT',
      started_at: 'START_DT',
      ended_at: 'END_DT',
      parameters: 'PARAM_DESCR_LIST',
    },
  });
}

const told = ({ findings }: PluginRun) =>
  findings.map(({ target, fields }) => [
    target['activity'],
    fields['parameter']?.value,
    ...['series', 'sweep_runs', 'sweep_values', 'longest_runs', 'job_runs', 'sweep_service_s'].map(
      (name) => fields[name]?.value,
    ),
  ]);

describe('jobs that are called once per value of a parameter', () => {
  test('each series of one user is a sweep over the parameter of which nearly every run has its own value', async () => {
    const run = await analyse([
      ...series(12, (i) => `Month (date)=2025-01;Payout ID=${400 + Math.min(i, 10)}`),
      ...series(10, (i) => `Month (date)=2025-01;Payout ID=${500 + i}`, 60),
      ...series(10, (i) => `Month (date)=2025-01;Payout ID=${600 + i}`, 60, 'PAY', 'BOB'),
      runAt(900, 'Month (date)=2025-01;Payout ID=700'),
      ...series(40, () => 'Month (date)=2025-01;Payout ID=7', 0, 'SAME'),
    ]);
    expect(told(run)).toEqual([['PAY', 'Payout ID', 3, 32, 31, 12, 33, 1920]]);
    // the whole log lies in the close
    expect(run.findings[0]?.statement).not.toContain('close window');
    const rows = run.findings[0]?.evidence.flatMap((e) => (e.kind === 'query' ? (e.rows ?? []) : []));
    expect(rows?.map(({ row_number }) => row_number)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  test('the share in the close stands beside that of all runs; one list for one series is said to run once; other jobs that sweep are named', async () => {
    const open = -10 * 24 * 60;
    const run = await analyse([
      ...series(10, (i) => `Payout ID=${i}`),
      ...series(10, (i) => `Payout ID=${i}`, 0, 'POST'),
      ...series(20, () => 'Mode=A', open - 5 * 24 * 60, 'SAME'),
    ]);
    const [statement = ''] = run.findings.map((finding) => finding.statement);
    expect(statement).toMatch(
      /100.% of these runs were queued in the close window \(day 20 to day 5\), of all runs 50.%/,
    );
    expect(statement).toContain('would run once instead');
    expect(statement).toContain('Over Payout ID sweep, too: POST.');
  });

  test('values that come one by one, users who overlap, short series and runs without parameters are no sweeps', async () => {
    const run = await analyse([
      ...Array.from({ length: 60 }, (_, i) => runAt(16 * i, `Batch=${i}`, 'IMPORT')),
      ...Array.from({ length: 60 }, (_, i) => runAt(5 * i, `Batch=${i}`, 'SHARED', `U${i % 10}`)),
      ...series(9, (i) => `Batch=${i}`, 0, 'SHORT'),
      ...series(20, (i) => `Batch=${i % 15}`, 0, 'HALF'),
      ...Array.from({ length: 20 }, (_, i) => runAt(i, null, 'NONE')),
    ]);
    expect(run.findings).toEqual([]);
    expect(run.notes.join(' ')).toContain('No job is called once per value of a parameter');
  });

  test('a gap of exactly the setting still belongs to the series, a longer one begins another', async () => {
    const at = (gap: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 8 + gap]
        .map((m, i) => runAt(m, `ID=${i}`))
        .concat(series(15, () => 'Mode=A', 0, 'SAME'));
    expect(told(await analyse(at(15)))).toHaveLength(1);
    expect(told(await analyse(at(15.1)))).toEqual([]);
  });

  test('wherever a series lies, before 1970 too, its gaps are those between its runs', async () => {
    const five = [0, 1, 2, 3, 4];
    const around = (moment: number, gap: number) =>
      [...five.map((m) => m - 4 - gap / 2), ...five.map((m) => m + gap / 2)]
        .map((m, i) => runAt(moment + m, `ID=${i}`))
        .concat(series(15, () => 'Mode=A', 0, 'SAME'));
    for (const moment of [-START / MINUTE, -START / MINUTE - 20, 7]) {
      expect(told(await analyse(around(moment, 14)))).toHaveLength(1);
      expect(told(await analyse(around(moment, 16)))).toEqual([]);
    }
  });

  test('of two parameters the one with more runs in sweeps is told, then the one with fewer values; a job that can not be changed comes last', async () => {
    const run = await analyse(
      [
        ...series(30, (i) => `Lease=${i};Owner=${i % 28}`, 0, 'VENDOR'),
        ...series(10, (i) => `Lease=${i % 9};Owner=${i}`, 0, 'OURS'),
        ...series(10, (i) => `Lease=${i % 2};Owner=${i}`, 90, 'OURS'),
      ],
      { not_adjustable_activities: ['VENDOR'] },
    );
    expect(told(run).map(([job, key, , runs]) => [job, key, runs])).toEqual([
      ['OURS', 'Owner', 20],
      ['VENDOR', 'Owner', 30],
    ]);
    expect(run.findings[1]?.severity).toBe('info');
  });

  test('an id that each run gets, whatever its job, is no sweep, nor is what never pauses; the value that a list could hold is told', async () => {
    const run = await analyse([
      ...series(30, (i) => `Request=${i};Payout=${i % 28}`),
      ...series(40, (i) => `Request=${100 + i}`, 0, 'OTHER'),
    ]);
    expect(told(run).map(([job, key]) => [job, key])).toEqual([['PAY', 'Payout']]);
    expect(run.notes.join(' ')).toContain('another value of Request, whatever its job');
    const poller = Array.from({ length: 300 }, (_, i) => runAt(10 * i, `Seq=${i}`, 'POLLER'));
    expect((await analyse([...poller, ...series(400, () => 'Mode=A', 0, 'SAME')])).findings).toEqual([]);
  });
});
