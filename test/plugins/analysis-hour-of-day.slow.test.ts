import { describe, expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, smallLog } from './process-log.ts';

type Run = Parameters<typeof smallLog>[number];

const analyse = (runs: readonly Run[], settings = {}) =>
  analyseLog('analysis_hour_of_day', smallLog(...runs), settings);

/** A run that is ready at `day` of March 2025 and waits so many seconds. */
function run(day: number, time: string, wait: number, job = 'JOB'): Run {
  const ready = Date.UTC(2025, 2, day) + Date.parse(`1970-01-01T${time}Z`);
  const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
  return {
    PROCESS_ID: job,
    QUEUE_DT: stamp(ready),
    ELIGIBLE_DT: stamp(ready),
    START_DT: stamp(ready + wait * 1000),
    END_DT: stamp(ready + wait * 1000 + 60_000),
  };
}

const days = Array.from({ length: 28 }, (_, i) => i + 1);

describe('waits by hour and weekday', () => {
  test('an hour whose runs wait is told with its shares, what was expected of it and both halves', async () => {
    const log = days.flatMap((day) => [
      run(day, '08:00:00', 120),
      run(day, '08:59:59', 120),
      run(day, '09:00:00', 0),
      ...['10:10:00', '11:20:00', '12:30:00', '13:00:00', '14:00:00', '15:00:00'].map((time, i) =>
        run(day, time, i === day % 6 ? 90 : 0),
      ),
    ]);
    const { result, artifacts } = await analyse(log);
    const finding = findingOf({ result, artifacts, provisional: [], log: [] }, 'waits_by_hour');
    expect(
      ['hour_name', 'waited_runs', 'over_runs', 'over_s', 'expected_runs'].map((name) =>
        exact(finding, name),
      ),
    ).toEqual(['08:00 to 08:59', '56', '56', '6720', '19']);
    expect(finding.fields['ratio']?.value).toBeCloseTo(3, 12);
    expect([exact(finding, 'waited_percent'), exact(finding, 'over_percent')]).toEqual(['22.2', '72.7']);
    expect(finding.replication?.holds).toBe('both');
    expect(result.tests.map(({ p_value }) => p_value <= 0.05)).toEqual([...[false, true, false]]);
    expect(result.findings.some(({ kind }) => kind === 'waits_by_weekday_and_hour')).toBe(false);
  });

  test('an hour with the largest excess on few days has its own p-value, and not that of a surer one', async () => {
    const log = days.flatMap((day) => [
      ...[0, 1].map((i) => run(day, `08:0${i}:00`, 120 * i)),
      ...Array.from({ length: 40 }, (_, i) => run(day, `${10 + (i % 5)}:${10 + i}:00`, 0)),
      ...Array.from({ length: 12 }, (_, i) => run(day, `15:${10 + i}:00`, day % 4 === 0 ? 120 : 0)),
    ]);
    const { result } = await analyse(log);
    const finding = result.findings.find(({ kind }) => kind === 'waits_by_hour');
    expect(exact(finding ?? { fields: {} }, 'hour_name')).toBe('15:00 to 15:59');
    const pOf = (label: string | undefined) => result.tests.find((one) => one.label === label)?.p_value;
    expect(pOf(finding?.test?.label)).toBeGreaterThan(0.01);
    expect(pOf(finding?.items.at(-1)?.test?.label)).toBeLessThan(0.01);
  });

  test('a weekday that waits at an hour at which others run and do not is told as that', async () => {
    const log = Array.from({ length: 140 }, (_, i) => i + 1).flatMap((day) =>
      ['08:10:00', '08:20:00', '08:30:00', '17:00:00'].map((time) =>
        run(day, time, day % 7 === 3 && time < '09' ? 300 : 0),
      ),
    );
    const finding = findingOf(await analyse(log), 'waits_by_weekday_and_hour');
    expect([exact(finding, 'weekday_name'), exact(finding, 'hour_name')]).toEqual([
      'Monday',
      '08:00 to 08:59',
    ]);
    expect([exact(finding, 'over_runs'), exact(finding, 'over_percent')]).toEqual(['60', '100']);
  });

  test('the busiest minute is counted over days, an hour that the clock shows twice counts in that hour, no wait is no claim', async () => {
    const { result } = await analyse([
      ...days.flatMap((day) => [run(day, '06:00:01', 0), run(day, '06:00:59', 1), run(day, '07:00:00', 0)]),
      run(1, '06:00:30', 60),
    ]);
    expect(result.findings.map(({ kind }) => kind)).toEqual(['arrivals_by_hour']);
    const [finding] = result.findings;
    expect(
      ['minute_name', 'minute_runs', 'minute_days', 'minute_most', 'over_runs'].map((name) =>
        exact(finding ?? { fields: {} }, name),
      ),
    ).toEqual(['06:00', '57', '28', '3', '0']);
    expect(result.tests).toEqual([]);
    expect(result.notes.join(' ')).toContain('daylight saving');
    expect(result.notes.join(' ')).toContain('No run waited longer than the threshold');
  });

  test('what waits all day, waits at no hour', async () => {
    const log = days.flatMap((day) =>
      Array.from({ length: 24 }, (_, hour) =>
        run(day, `${String(hour).padStart(2, '0')}:15:00`, day % 5 === 0 ? 900 : 0),
      ),
    );
    const { result } = await analyse(log);
    expect(result.findings.map(({ kind }) => kind)).toEqual(['arrivals_by_hour']);
    expect(result.tests.every(({ p_value }) => p_value > 0.5)).toBe(true);
  });
});
