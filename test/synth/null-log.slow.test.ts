import { expect, test } from 'vitest';
import { nullLog } from '../../src/synth/log/process-log.ts';
import { type LogRow, logRows, overThresholdHours, service, wait } from './plain-log.ts';
import { mean, sd } from './plain-statistics.ts';

const ROWS = 12_000;
const SEEDS = ['1', '2', '3', '4', '5'];

const logs = SEEDS.map((seed) => {
  const log = nullLog({ seed, rows: ROWS });
  return logRows({ columns: log.columns, rows: [...log.rows()] });
});

test.each(SEEDS)('in a null log nobody waits for a slot (seed %s)', (seed) => {
  const rows = logs[SEEDS.indexOf(seed)] ?? [];
  expect(rows).toHaveLength(ROWS);
  const waits = rows.filter((run) => run.status !== 'X').map(wait);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2500);
  expect(overThresholdHours(rows)).toBe(0);
});

const GROUPS: Readonly<Record<string, (run: LogRow) => string>> = {
  activity: (run) => run.activity,
  host: (run) => run.host,
  user: (run) => run.user,
  hour: (run) => new Date(run.queued).toISOString().slice(11, 13),
  weekday: (run) => String(new Date(run.queued).getUTCDay()),
  month: (run) => new Date(run.queued).toISOString().slice(0, 7),
  parameters: (run) => run.parameters,
};

test.each(Object.keys(GROUPS))('in null logs service times do not differ by %s', (name) => {
  const groupOf = GROUPS[name] ?? (() => '');
  for (const rows of logs) {
    const done = rows.filter((run) => run.status !== 'X');
    const all = done.map((run) => Math.log(service(run)));
    const [centre, scale] = [mean(all), sd(all)];
    for (const runs of Map.groupBy(done, groupOf).values()) {
      if (runs.length < 30) continue;
      const z = (mean(runs.map((run) => Math.log(service(run)))) - centre) / (scale / Math.sqrt(runs.length));
      expect(Math.abs(z)).toBeLessThan(4.5);
    }
  }
});

test('in null logs runs come at a steady rate: by hour, weekday and week', () => {
  for (const rows of logs) {
    const whole = rows.filter(
      (run) => run.queued < (rows[0]?.queued ?? 0) - ((rows[0]?.queued ?? 0) % 86_400_000) + 56 * 86_400_000,
    );
    for (const [groups, count] of [
      [GROUPS['hour'], 24],
      [GROUPS['weekday'], 7],
      [(run: LogRow) => String(Math.floor(run.queued / (7 * 86_400_000) - 4 / 7)), 8],
    ] as const) {
      const counts = [...Map.groupBy(whole, groups ?? (() => '')).values()].map((runs) => runs.length);
      expect(counts).toHaveLength(count);
      const expected = whole.length / count;
      const chiSquare = counts.reduce((sum, one) => sum + (one - expected) ** 2 / expected, 0);
      // mean and standard deviation of chi² with so many degrees of freedom
      expect(chiSquare).toBeLessThan(count - 1 + 5 * Math.sqrt(2 * (count - 1)));
    }
  }
});
