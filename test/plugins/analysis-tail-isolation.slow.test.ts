import { describe, expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Run = Parameters<typeof smallLog>[number];

interface Wanted {
  readonly job?: string;
  readonly user?: string;
  readonly server?: string;
  readonly wait?: number;
  readonly service?: number;
}

function run(
  day: number,
  hour: number,
  { job = 'JOB', user = 'U1', server = 'S1', wait = 0, service = 60 }: Wanted,
): Run {
  const ready = Date.UTC(2025, 0, 1 + day, hour, 5);
  const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
  return {
    PROCESS_ID: job,
    USER_ID: user,
    LOCAL_MACHINE_ID: server,
    QUEUE_DT: stamp(ready),
    ELIGIBLE_DT: stamp(ready),
    START_DT: stamp(ready + wait * 1000),
    END_DT: stamp(ready + (wait + service) * 1000),
  };
}

const analyse = (runs: readonly Run[], settings = {}) =>
  analyseLog('analysis_tail_isolation', smallLog(...runs), { tail_percent: 5, ...settings });

/** Forty days of forty runs; what the first two of each day are like is up to the test. */
function logWith(special: (i: number, day: number, hour: number) => Wanted | undefined): Run[] {
  const roll = dice(11);
  return Array.from({ length: 40 }, (_, day) => day).flatMap((day) =>
    Array.from({ length: 40 }, (_, i) => {
      const hour = 6 + (i % 8);
      const plain = {
        user: `U${1 + roll(4)}`,
        server: `S${1 + roll(3)}`,
        job: `JOB${roll(3)}`,
        wait: roll(30),
        service: 100 + roll(50),
      };
      return run(day, hour, { ...plain, ...special(i, day, hour) });
    }),
  );
}

describe('who owns the slowest runs', () => {
  test('a user with most of the longest waits is told with counts, ratio and both halves', async () => {
    const result = await analyse(logWith((i) => (i < 2 ? { user: 'MHALE', wait: 600 + i } : undefined)));
    const finding = findingOf(result, 'wait_tail');
    expect([exact(finding, 'name'), exact(finding, 'tail_runs'), exact(finding, 'own_tail')]).toEqual([
      'MHALE',
      '80',
      '80',
    ]);
    expect([
      exact(finding, 'tail_share'),
      exact(finding, 'run_share'),
      exact(finding, 'expected_share'),
    ]).toEqual(['100', '5', '5']);
    expect(finding.fields['ratio']?.value).toBeCloseTo(20, 9);
    expect(finding.replication?.holds).toBe('both');
    expect(result.result.findings.map(({ kind }) => kind)).toEqual(['wait_tail']);
  });

  test('a user whose runs are slow only because all runs of that hour are, leads nothing and is told as that', async () => {
    const result = await analyse(
      logWith((i, _, hour) => ({
        ...(hour === 9 && { wait: 900 + i }),
        ...(hour === 9 && i !== 3 && i !== 35 && { user: 'MHALE' }),
      })),
      { tail_percent: 12 },
    );
    const finding = findingOf(result, 'wait_tail');
    expect(exact(finding, 'name')).toBe('09:00 to 09:59');
    const user = finding.items?.find((item) => item.title.includes('MHALE'));
    expect(user?.statement).toContain('most of its excess is that of the hour');
    expect(result.artifacts.get('near_misses.csv')).toContain('explained where the hour is held fixed');
  });

  test('a slow server is found in the slowest runs of each job, where jobs of other lengths do not matter', async () => {
    const roll = dice(5);
    const result = await analyse(
      logWith((i) => {
        const server = `S${1 + roll(4)}`;
        const long = i % 2 === 0;
        return {
          server,
          job: long ? 'LONG' : 'SHORT',
          service: (long ? 3000 : 50) * (server === 'S4' ? 2 : 1) + roll(40),
        };
      }),
    );
    const finding = findingOf(result, 'service_tail');
    expect(exact(finding, 'name')).toBe('S4');
    expect(exact(finding, 'tail_share')).toBe('100');
    expect(result.result.findings.map(({ kind }) => kind)).toEqual(['service_tail']);
  });

  test('where nothing differs nothing is told, and the reasons are', async () => {
    const { result } = await analyse(logWith(() => undefined));
    expect(result.findings).toEqual([]);
    expect(result.notes.join(' ')).toContain('nobody owns it');
    expect(result.notes.join(' ')).toContain('spread over servers');
  });

  test('waits that are all the same are no tail, ties and all', async () => {
    const { result } = await analyse(logWith(() => ({ wait: 90, service: 60 })));
    expect(result.findings).toEqual([]);
    expect(result.notes.join(' ')).toContain('Ties leave no run');
  });
});
