import { expect, test } from 'vitest';
import { analyseLog, smallLog } from './process-log.ts';

const clock = (date: string, hour: number, seconds = 0) =>
  `${date} ${String(hour).padStart(2, '0')}:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
const run = (job: string, date: string, hour: number, service: number) => ({
  PROCESS_ID: job,
  QUEUE_DT: clock(date, hour),
  START_DT: clock(date, hour),
  END_DT: clock(date, hour, service),
});

/** A job of every day and, on the days of the close, one whose work grows by a second from run to run. */
const days = Array.from({ length: 61 }, (_, i) =>
  new Date(Date.UTC(2025, 9, 1 + i)).toISOString().slice(0, 10),
);
const isClose = (date: string) => Number(date.slice(8)) >= 20 || Number(date.slice(8)) <= 5;
const closeDays = days.filter(isClose);
const log = smallLog(
  ...days.map((date) => run('DAILY', date, 8, 60)),
  ...closeDays.map((date, i) => run('CLOSING', date, 9, 100 + i)),
);

test('jobs of the close alone are told with the exact sum of all their runs, those of the first and last day too', async () => {
  const { result } = await analyseLog('analysis_close_cycle_uplift', log, { fewest_runs: 5 });
  const told = result.findings.find(({ kind }) => kind === 'close_only_jobs');
  const work = closeDays.reduce((sum, _, i) => sum + 100 + i, 0);
  expect([told?.fields['close_runs']?.value, Number(told?.fields['service_s']?.value)]).toEqual([
    closeDays.length,
    work,
  ]);
  const item = told?.items?.[0]?.fields ?? {};
  expect([item['close_runs']?.value, Number(item['service_s']?.value)]).toEqual([closeDays.length, work]);
});

test('a job with one run outside of the close, if only on the first day of the log, is not of the close alone', async () => {
  const early = smallLog(
    ...days.slice(9).map((date) => run('DAILY', date, 8, 60)),
    run('CLOSING', days[9] ?? '', 9, 60),
    ...closeDays.slice(5).map((date) => run('CLOSING', date, 9, 60)),
  );
  const { result } = await analyseLog('analysis_close_cycle_uplift', early, { fewest_runs: 5 });
  expect(result.findings.filter(({ kind }) => kind === 'close_only_jobs')).toEqual([]);
});

test('a job on six days, all of them in the close, is not of the close alone: so few days fall there by chance', async () => {
  const few = smallLog(
    ...days.map((date) => run('DAILY', date, 8, 60)),
    ...closeDays.slice(0, 6).map((date) => run('RARE', date, 9, 60)),
  );
  const { result } = await analyseLog('analysis_close_cycle_uplift', few, { fewest_runs: 5 });
  expect(result.findings.filter(({ kind }) => kind === 'close_only_jobs')).toEqual([]);
});
