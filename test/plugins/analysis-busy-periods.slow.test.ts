import { expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Run = Parameters<typeof smallLog>[number];

const analyse = (runs: readonly Run[], settings = {}) =>
  analyseLog('analysis_busy_periods', smallLog(...runs), settings);

/** A run of a job that is ready, starts and ends at these times. */
function run(job: string, ready: string, start: string, end?: string): Run {
  return {
    PROCESS_ID: job,
    QUEUE_DT: ready,
    ELIGIBLE_DT: ready,
    START_DT: start,
    ...(end !== undefined && { END_DT: end }),
  };
}

/** The same day on each of the first days of January. */
function onDays(days: number, log: readonly Run[]): Run[] {
  return Array.from({ length: days }, (_, day) =>
    log.map((one) =>
      Object.fromEntries(
        Object.entries(one).map(([name, cell]) => [
          name,
          /^\d\d:/.test(cell) ? `2025-01-${String(day + 1).padStart(2, '0')} ${cell}` : cell,
        ]),
      ),
    ),
  ).flat();
}

test('waits that overlap, touch or lie in each other are one period, and time counts once', async () => {
  const log = [
    run('A', '10:00:00', '10:10:00', '10:20:00'),
    run('A', '10:05:00', '10:15:00', '10:16:00'),
    run('A', '10:06:00', '10:08:00', '10:09:00'),
    run('A', '10:15:00', '10:25:00', '10:26:00'),
    run('B', '11:00:00', '11:02:00', '11:30:00'),
    run('B', '11:00:00', '11:05:00', '11:30:00'),
    run('B', '11:10:00', '11:11:00', '11:30:00'),
    run('B', '12:00:00', '11:00:00', '12:30:00'),
  ];
  const finding = findingOf(await analyse(log), 'busy_periods');
  const values = ['periods', 'over_runs', 'busy_s', 'longest_s', 'over_s', 'span_s'].map((f) =>
    exact(finding, f),
  );
  expect(values).toEqual(['2', '6', '1800', '1500', '2340', '4260']);
  expect(finding.items?.map((item) => [exact(item, 'length_s'), exact(item, 'over_runs')])).toEqual([
    ['1500', '4'],
    ['300', '2'],
  ]);
});

test('server time is split at the ends of busy periods; watchdogs take a slot, excluded jobs are not there', async () => {
  const log = [
    run('WAITS', '10:00:00', '10:10:00', '10:11:00'),
    run('LONG', '09:50:00', '09:55:00', '10:05:00'),
    run('DOG', '10:02:00', '10:02:00', '10:12:00'),
    run('GONE', '10:01:00', '10:01:00', '10:30:00'),
    run('OTHER', '12:00:00', '12:00:00', '12:20:00'),
    run('OPEN', '10:01:00', '10:01:00'),
  ];
  const settings = { watchdog_activities: ['DOG'], excluded_activities: ['GONE'], threshold_s: 400 };
  const { artifacts, result } = await analyse(log, settings);
  const lines = (artifacts.get('jobs_in_busy_periods.csv') ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  expect(lines.slice(1).map(([job, , , inside, outside]) => [job, Number(inside), Number(outside)])).toEqual([
    ['DOG', 480, 120],
    ['LONG', 300, 300],
    ['OTHER', 0, 1200],
    ['WAITS', 0, 60],
  ]);
  expect(result.findings.some(({ kind }) => kind === 'busy_period_jobs')).toBe(false);
  const many = findingOf(await analyse(onDays(25, log), settings), 'busy_period_jobs');
  expect([exact(many, 'job'), exact(many, 'inside_s'), many.confidence.how]).toEqual([
    'DOG',
    String(25 * 480),
    'tested',
  ]);
  expect(many.replication?.holds).toBe('both');
});

test('a job with less server time than sixty others is told where most of what runs in busy periods is its', async () => {
  const log = [
    run('WAITS', '10:00:00', '10:10:00', '10:11:00'),
    run('SHORT', '10:00:00', '10:00:00', '10:05:00'),
    ...Array.from({ length: 60 }, (_, job) => run(`LONG${job}`, '12:00:00', '12:00:00', '12:20:00')),
  ];
  const finding = findingOf(await analyse(onDays(25, log)), 'busy_period_jobs');
  expect([exact(finding, 'job'), finding.replication?.holds]).toEqual(['SHORT', 'both']);
});

test('a job that was not looked at for want of server time is not said to run on few days', async () => {
  const log = [
    run('WAITS', '10:00:00', '10:10:00', '10:11:00'),
    run('SHORT', '10:00:00', '10:00:00', '10:05:00'),
    ...Array.from({ length: 510 }, (_, job) => run(`LONG${job}`, '12:00:00', '12:00:00', '12:20:00')),
  ];
  const { artifacts } = await analyse(onDays(25, log));
  const line = artifacts
    .get('near_misses.csv')
    ?.split('\n')
    .find((one) => one.includes(' SHORT'));
  expect(line).toMatch(/not among the \d+ jobs with most server time/);
});

test('a job that is not adjustable is named as that, and is nothing to act on', async () => {
  const log = [
    run('WAITS', '10:00:00', '10:10:00', '10:11:00'),
    run('VENDOR', '10:00:00', '10:00:00', '10:10:00'),
    run('OTHER', '12:00:00', '12:00:00', '12:20:00'),
  ];
  const finding = findingOf(
    await analyse(onDays(25, log), { not_adjustable_activities: ['VENDOR'] }),
    'busy_period_jobs',
  );
  expect(finding.statement).toContain('marked as not adjustable');
  expect(finding.score.parts.actionability).toBeLessThan(0.01);
});

test('without a run over the threshold there is no period, and the reason is told', async () => {
  const { result } = await analyse([run('A', '10:00:00', '10:01:00', '10:02:00')]);
  expect(result.findings).toEqual([]);
  expect(result.notes.join(' ')).toContain('no busy period');
});

test('the days with most over-threshold wait are told, the worst first, with how many hold half of it', async () => {
  const onDay = (day: string, wait: string) =>
    run('A', `2025-01-${day} 10:00:00`, `2025-01-${day} ${wait}`, `2025-01-${day} 12:00:00`);
  const log = [
    onDay('11', '10:30:00'),
    onDay('12', '11:00:00'),
    onDay('13', '10:02:00'),
    onDay('14', '10:01:00'),
  ];
  const finding = findingOf(await analyse(log), 'wait_by_day');
  expect(['over_s', 'over_percent', 'days_with_wait', 'half_days'].map((f) => exact(finding, f))).toEqual([
    '3600',
    '65.2',
    '3',
    '1',
  ]);
  expect(finding.items?.map((item) => exact(item, 'over_s'))).toEqual(['3600', '1800', '120']);
});

test('of equal jobs that run in rushes of a day hardly ever one is told to take more while others wait', async () => {
  let [clear, told] = [0, 0];
  for (let seed = 1; seed <= 8; seed += 1) {
    const roll = dice(seed * 104_729);
    const isRush = Array.from({ length: 28 }, () => roll(5) === 0);
    const log = Array.from({ length: 8 }, (_, job) => {
      const own = Array.from({ length: 16 }, () => roll(28));
      return own.flatMap((day) =>
        Array.from({ length: 4 }, () => {
          const [hour, length] = [8 + roll(12), 5 + roll(50)];
          const at = (minutes: number) =>
            new Date(Date.UTC(2025, 0, 1 + day, hour, minutes)).toISOString().slice(0, 19).replace('T', ' ');
          const wait = isRush[day] ? 5 + roll(50) : 0;
          return run(`J${job}`, at(0), at(wait), at(wait + length));
        }),
      );
    }).flat();
    const { result, artifacts } = await analyse(log);
    clear += /not told apart/.test(artifacts.get('near_misses.csv') ?? '') ? 1 : 0;
    told += result.findings.some(({ kind }) => kind === 'busy_period_jobs') ? 1 : 0;
  }
  expect([clear >= 5, told <= 1]).toEqual([true, true]);
});
