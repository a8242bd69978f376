import { describe, expect, test } from 'vitest';
import { analyseRuns, citedRows, rowsOf, type SmallRun, valuesOf } from './small-log.ts';

const PLUGIN = 'analysis_dependency_resolution_join';
const LOAD: SmallRun = {
  id: '1',
  job: 'LOAD',
  queued: '09:00',
  eligible: '09:00',
  start: '09:00',
  end: '09:30',
};
const dependant = (id: string, job: string, eligible: string, start: string, dep = '1'): SmallRun => ({
  ...{ id, job, dep, eligible, start },
  ...{ queued: '09:00', end: '12:00' },
});

describe('lags behind prerequisites', () => {
  test('go from the end of the one to when the other is eligible; what can not be joined is counted', async () => {
    const run = await analyseRuns(PLUGIN, [
      LOAD,
      dependant('2', 'CHECK', '09:30', '09:31'),
      dependant('3', 'CHECK', '09:31', '09:40'),
      dependant('4', 'CHECK', '09:31:01', '09:40'),
      dependant('5', 'POST', '09:29', '09:50'),
      dependant('6', 'SELF', '09:40', '09:40', '6'),
      dependant('7', 'LOST', '09:40', '09:40', '99'),
      dependant('8', 'CIRCLE', '09:40', '09:40', '9'),
      dependant('9', 'CIRCLE', '09:40', '09:40', '8'),
      dependant('10', 'TWICE', '09:40', '09:40', '11'),
      { ...LOAD, id: '11', job: 'A' },
      { ...LOAD, id: '11', job: 'A' },
      { id: '12', job: 'RUNS ON', start: '09:00', queued: '09:00', eligible: '09:00' },
      dependant('13', 'CHECK', '09:40', '09:40', '12'),
    ]);
    expect(valuesOf(run, 'dependency_resolution')).toMatchObject({
      ...{ dependants: 9, resolved_runs: 3, unmatched_runs: 1, self_runs: 1, several_runs: 1 },
      ...{ unknown_runs: 1, circle_runs: 2, early_runs: 3, over_runs: 1, over_s: 61 },
      ...{ lag_s: 121, median_lag_s: 60, longest_lag_s: 61, median_start_lag_s: 600 },
    });
    expect(run.tests).toEqual([]);
  });

  test('a pair that lags often and long is told as a whole, with its longest lags as rows', async () => {
    const run = await analyseRuns(PLUGIN, [
      LOAD,
      dependant('2', 'QUICK', '09:30:05', '09:31'),
      dependant('3', 'HELD', '09:40', '09:40'),
      dependant('4', 'HELD', '09:45', '09:45'),
    ]);
    const lags = run.findings.filter((finding) => finding.kind === 'dependency_lag');
    expect(lags.map(({ target }) => target)).toEqual([{ activity: 'HELD', after: 'LOAD' }]);
    expect(valuesOf(run, 'dependency_lag')).toMatchObject({
      ...{ over_runs: 2, over_s: 1500, over_percent: 100, median_lag_s: 600, longest_lag_s: 900 },
    });
    expect(citedRows(run, 'dependency_lag')).toEqual([4, 3]);
    expect(rowsOf(run, 'dependency_lags.csv').map((row) => row['activity'])).toEqual(['HELD', 'QUICK']);
  });

  test('a pair of which half do not lag at all is told by the runs that do', async () => {
    const run = await analyseRuns(PLUGIN, [
      LOAD,
      dependant('2', 'HELD', '09:30', '09:30'),
      dependant('3', 'HELD', '09:30', '09:30'),
      dependant('4', 'HELD', '09:45', '09:45'),
    ]);
    const lag = run.findings.find(({ kind }) => kind === 'dependency_lag');
    expect(lag?.title).toMatch(/1 of 3 runs are eligible more than 1.min after it has ended/);
    expect(lag?.statement).toContain('Half do not lag at all');
    expect(run.findings[0]?.title).toContain('at the moment at which what they depend on ends');
  });

  test('a lag of exactly the threshold is not over it, and then no pair is told', async () => {
    const run = await analyseRuns(PLUGIN, [LOAD, dependant('2', 'CHECK', '09:31', '09:31')]);
    expect(run.findings.map((finding) => finding.kind)).toEqual(['dependency_resolution']);
    expect(run.notes.join(' ')).toContain('Between no two jobs');
  });

  test('a job that can not be changed is marked, and can not be acted on', async () => {
    const runs = [LOAD, dependant('2', 'HELD', '09:40', '09:40')];
    const run = await analyseRuns(PLUGIN, runs, { not_adjustable_activities: ['HELD'] });
    const finding = run.findings.find(({ kind }) => kind === 'dependency_lag');
    expect(finding?.statement).toContain('not adjustable');
    expect(finding?.score.value).toBeLessThan(0.001);
  });

  test('without an eligible time the lag goes to the start, and says what that holds', async () => {
    const strip = ({ eligible: _, ...rest }: SmallRun) => rest;
    const run = await analyseRuns(PLUGIN, [LOAD, dependant('2', 'CHECK', '', '09:40')].map(strip));
    expect(valuesOf(run, 'dependency_lag')).toMatchObject({ over_s: 600 });
    expect(run.findings.find(({ kind }) => kind === 'dependency_lag')?.statement).toContain(
      'the wait for a free server',
    );
  });

  test('the time lag over a change of the clocks is what the stamps say, to the second', async () => {
    const night = (id: string, time: string, dep?: string): SmallRun => ({
      ...{ id, job: dep === undefined ? 'LOAD' : 'CHECK', queued: '2025-03-30 01:00:00' },
      ...{ eligible: time, start: time, end: '2025-03-30 01:59:00', ...(dep !== undefined && { dep }) },
    });
    const run = await analyseRuns(PLUGIN, [
      night('1', '2025-03-30 01:00:00'),
      night('2', '2025-03-30 03:00:00', '1'),
    ]);
    expect(valuesOf(run, 'dependency_resolution')).toMatchObject({ lag_s: 3660 });
  });
});
