import { expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, smallLog } from './process-log.ts';

type Run = Parameters<typeof smallLog>[number];

const analyse = (runs: readonly Run[], settings = {}) =>
  analyseLog('analysis_attribution', smallLog(...runs), settings);

/** So many runs of a job on a server that wait so many seconds, one a day of the month from `day` on. */
function runs(count: number, job: string, server: string, hour: number, wait: number, day = 6): Run[] {
  return Array.from({ length: count }, (_, i) => {
    const ready = Date.UTC(2025, i % 12, day + (i % 14), hour, 30, i % 60);
    const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
    return {
      PROCESS_ID: job,
      LOCAL_MACHINE_ID: server,
      QUEUE_DT: stamp(ready),
      ELIGIBLE_DT: stamp(ready),
      START_DT: stamp(ready + wait * 1000),
      END_DT: stamp(ready + wait * 1000 + 1000),
    };
  });
}

test('what two combinations share is counted for the first, and both with the rest are all of the wait', async () => {
  const log = [
    ...runs(40, 'A', 'S1', 9, 1000),
    ...runs(40, 'B', 'S1', 9, 300),
    ...runs(40, 'A', 'S2', 9, 200),
    ...runs(400, 'A', 'S1', 12, 0),
    ...runs(400, 'B', 'S2', 14, 0),
    ...runs(20, 'C', 'S2', 14, 100),
  ];
  const finding = findingOf(await analyse(log, { top_combinations: 2 }), 'wait_combinations');
  expect(finding.items?.map(({ title }) => title.replaceAll(/\s/g, ' '))).toEqual([
    'Server S1, from 09:00 to 09:59: 83.9 % of the over-threshold wait, on 8.5 % of the runs',
    'Job A, server S2: 12.9 % of the over-threshold wait, on 4.3 % of the runs',
  ]);
  const parts = (finding.items ?? []).map((item) => Number(exact(item, 'over_s')));
  expect(parts).toEqual([52_000, 8000]);
  expect([exact(finding, 'told_s'), exact(finding, 'rest_s'), exact(finding, 'all_s')]).toEqual([
    '60000',
    '2000',
    '62000',
  ]);
});

test('few runs over the threshold make no combination, however long they wait', async () => {
  const { result } = await analyse([...runs(29, 'A', 'S1', 9, 5000), ...runs(300, 'B', 'S2', 12, 0)]);
  expect(result.findings.map(({ kind }) => kind)).toEqual(['wait_concentration']);
  expect(result.notes.join(' ')).toContain('No combination');
});

test('how few jobs and runs make the wait is the smallest number, of equally long waits only those needed', async () => {
  const log = [
    ...runs(4, 'A', 'S1', 9, 1000),
    ...runs(30, 'B', 'S1', 9, 100),
    ...runs(30, 'C', 'S1', 9, 90),
    ...runs(30, 'D', 'S1', 9, 60),
  ];
  const finding = findingOf(await analyse(log, { concentration_percent: 50 }), 'wait_concentration');
  expect(['few_jobs', 'all_jobs', 'few_s', 'run_count', 'over_runs'].map((f) => exact(finding, f))).toEqual([
    '2',
    '4',
    '7000',
    '13',
    '64',
  ]);
});

test('a run that was ready in 1900 and one of a year 9000 are counted, too long as their waits are for 64 bits', async () => {
  const years = [1900, 1900, 9000].map((year) => ({
    ...runs(1, 'A', 'S1', 9, 0)[0],
    QUEUE_DT: '1900-01-01 00:00:00',
    ELIGIBLE_DT: '1900-01-01 00:00:00',
    START_DT: `${year === 1900 ? 2025 : year}-01-01 00:00:00`,
    END_DT: `${year === 1900 ? 2025 : year}-01-01 00:00:01`,
  }));
  const finding = findingOf(await analyse([...years, ...runs(40, 'B', 'S1', 9, 100)]), 'wait_concentration');
  expect(exact(finding, 'run_count')).toBe('1');
  expect(exact(finding, 'over_runs')).toBe('43');
});

test('combinations of a job that can not be changed alone are nothing to act on', async () => {
  const log = [
    ...runs(40, 'VENDOR', 'S1', 9, 1000),
    ...runs(300, 'VENDOR', 'S1', 12, 0),
    ...runs(300, 'B', 'S1', 9, 0),
  ];
  const finding = findingOf(
    await analyse(log, { not_adjustable_activities: ['VENDOR'] }),
    'wait_combinations',
  );
  expect(finding.title).toMatch(/^Job VENDOR, from 09:00 to 09:59: 100\s%/);
  expect(finding.score.parts.actionability).toBeLessThan(0.01);
});
