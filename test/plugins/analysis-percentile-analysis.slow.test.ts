import { expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Run = Parameters<typeof smallLog>[number];

const analyse = (runs: readonly Run[], settings = {}) =>
  analyseLog('analysis_percentile_analysis', smallLog(...runs), settings);

/** A run of a job that waits and works for so many seconds, so many days after the tenth of March 2025. */
function run(job: string, wait: number, service = 10, more: Run = {}, day = 0): Run {
  const stamp = (seconds: number) =>
    new Date(Date.UTC(2025, 2, 10 + day) + seconds * 1000).toISOString().replace('T', ' ').replace('Z', '');
  return {
    PROCESS_ID: job,
    QUEUE_DT: stamp(0),
    ELIGIBLE_DT: stamp(0),
    START_DT: stamp(wait),
    END_DT: stamp(wait + service),
    ...more,
  };
}

const many = (count: number, of: (i: number) => Run) => Array.from({ length: count }, (_, i) => of(i));

test('percentiles are the order statistics by nearest rank, with the ends of a table of binomial intervals, ties and all', async () => {
  const { artifacts } = await analyse([
    ...many(100, (i) => run('A', 100 - i)),
    ...many(40, () => run('TIES', 7)),
    ...many(29, () => run('FEW', 3)),
  ]);
  const [header = [], ...lines] = (artifacts.get('wait_percentiles.csv') ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const of = (name: string) => {
    const line =
      lines.find((cells) => cells[0] === 'activity' && cells[1] === name && cells[2] === 'all') ?? [];
    return Object.fromEntries(header.map((column, i) => [column, line[i] === '' ? null : Number(line[i])]));
  };
  expect(of('A')).toMatchObject({
    runs: 100,
    p50_s: 50,
    p50_low_s: 40,
    p50_high_s: 61,
    p90_s: 90,
    p90_low_s: 84,
    p90_high_s: 96,
  });
  expect(of('A')).toMatchObject({
    p95_s: 95,
    p95_low_s: 90,
    p95_high_s: 100,
    p99_s: 99,
    p99_low_s: 97,
    p99_high_s: null,
    max_s: 100,
  });
  expect(of('TIES')).toMatchObject({ runs: 40, p50_low_s: 7, p50_s: 7, p50_high_s: 7, p95_high_s: null });
  expect(lines.some(([, name]) => name === 'FEW')).toBe(false);
});

test('jobs whose typical or tail waits lie above those of the log are told, the furthest first', async () => {
  const analysed = await analyse([
    ...many(600, (i) => run('QUICK', i % 50, 10, {}, i % 30)),
    ...many(100, (i) => run('SLOW', 300 + i, 10, {}, i % 30)),
    ...many(100, (i) => run('AT TIMES', i % 7 === 0 ? 4000 + i : 1, 10, {}, i % 30)),
  ]);
  const finding = findingOf(analysed, 'job_waits_above_the_log');
  expect(finding.items?.map((item) => exact(item, 'name'))).toEqual(['AT TIMES', 'SLOW']);
  expect(finding.confidence.how).toBe('tested');
  expect(finding.items?.[1]?.replication?.holds).toBe('both');
  expect(analysed.artifacts.get('near_misses.csv')).toContain('waits of QUICK');
});

test('close and open, standalone and chained have percentiles of their own', async () => {
  const chained = { MASTER_PROCESS_QUEUE_ID: '1' };
  const close = { QUEUE_DT: '2025-02-28 00:00:00' };
  const result = await analyse([
    ...many(40, (i) => run('A', i)),
    ...many(40, (i) => run('A', 100 + i, 10, chained)),
    ...many(40, (i) => run('A', 200 + i, 10, close)),
  ]);
  const finding = findingOf(result, 'wait_percentiles');
  expect(
    ['close_p95_s', 'open_p95_s', 'standalone_p95_s', 'chained_p95_s'].map((name) => exact(finding, name)),
  ).toEqual(['237', '135', '235', '137']);
});

test('a job that takes far longer at times than it typically does is told; too few runs have no percentiles', async () => {
  const result = await analyse([
    ...many(200, (i) => run('BIG AT TIMES', 0, i % 10 === 0 ? 3000 + i : 60 + (i % 5))),
    ...many(200, (i) => run('EVEN', 0, 100 + i)),
  ]);
  const finding = findingOf(result, 'job_service_tails');
  expect([exact(finding, 'name'), finding.items]).toEqual(['BIG AT TIMES', []]);
  const few = await analyse(many(29, () => run('A', 100)));
  expect(few.result.findings).toEqual([]);
  expect(few.result.notes.join(' ')).toContain('Too few runs');
});

test('values of all sizes, from none to years, are put in order exactly', async () => {
  const waits = Array.from({ length: 397 }, (_, i) => Math.round(2 ** ((i * 31) % 27) + i) - 1);
  const { artifacts } = await analyse(waits.map((wait) => run('A', wait)));
  const sorted = waits.toSorted((a, b) => a - b);
  const line = (artifacts.get('wait_percentiles.csv') ?? '')
    .split('\n')
    .find((one) => /^activity,A,all/.test(one));
  const [, , , runs, p50, , , p90, , , p95, , , p99] = (line ?? '').split(',').map(Number);
  const at = (share: number) => sorted[Math.ceil(397 * share) - 1];
  expect([runs, p50, p90, p95, p99]).toEqual([397, at(0.5), at(0.9), at(0.95), at(0.99)]);
});

test('a job whose typical wait lies above that of the log, though its tail does not, is told with no effect below 0', async () => {
  const result = await analyse([
    ...many(300, (i) => run('AT TIMES', i % 5 === 0 ? 9000 : 1, 10, {}, i % 29)),
    ...many(100, (i) => run('ALWAYS', 200 + (i % 3), 10, {}, i % 29)),
  ]);
  expect(exact(findingOf(result, 'job_waits_above_the_log'), 'name')).toBe('ALWAYS');
});

test('of equal jobs whose waits come in rushes of a day, hardly ever one is told, though its interval lies above the log', async () => {
  let [above, told] = [0, 0];
  for (let seed = 1; seed <= 8; seed += 1) {
    const roll = dice(seed * 7919);
    const rush = Array.from({ length: 60 }, () => (roll(6) === 0 ? 100 * 2 ** roll(7) : 0));
    const log = Array.from({ length: 30 }, (_, job) => {
      const own = Array.from({ length: 14 }, () => roll(60));
      return many(84, (i) => {
        const day = own[i % own.length] ?? 0;
        return run(`J${job}`, (rush[day] ?? 0) + roll(30), 10, {}, day);
      });
    }).flat();
    const { result, artifacts } = await analyse(log);
    above += artifacts.get('near_misses.csv')?.includes('not told apart from the chance of its days') ? 1 : 0;
    told += result.findings.some(({ kind }) => kind === 'job_waits_above_the_log') ? 1 : 0;
  }
  expect([above >= 5, told <= 1]).toEqual([true, true]);
});
