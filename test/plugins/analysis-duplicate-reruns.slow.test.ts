import { describe, expect, test } from 'vitest';
import { differenceOfProportions } from '../../src/sdk/index.ts';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Runs = Parameters<typeof smallLog>;
const MINUTE = 60_000;
const START = Date.UTC(2025, 0, 6, 8);
const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');

/** A run of a minute, asked for so many minutes after the start. */
function runAt(minute: number, parameters: string, more = {}): Runs[number] {
  const at = START + minute * MINUTE;
  return {
    PROCESS_ID: 'RPT',
    USER_ID: 'ANN',
    QUEUE_DT: stamp(at),
    START_DT: stamp(at),
    END_DT: stamp(at + MINUTE),
    PARAM_DESCR_LIST: parameters,
    STATUS_CD: 'C',
    ...more,
  };
}

const analyse = (runs: Runs, settings = {}) =>
  analyseLog('analysis_duplicate_reruns', smallLog(...runs), settings);

const NUMBERS = [
  'runs',
  'repeated_runs',
  'repeated_service_s',
  'soon_runs',
  'soon_same',
  'later_runs',
  'later_same',
];

/** Runs that nobody repeats, far apart. */
const others = (count: number) => Array.from({ length: count }, (_, i) => runAt(1000 + 37 * i, `X=${i}`));

describe('the same work asked for twice', () => {
  test('a repeat has the same job, user and parameters within ten minutes, bound included; ties count once', async () => {
    const run = await analyse([
      runAt(0, 'A=1'),
      runAt(10, 'A=1'),
      runAt(20.1, 'A=1'),
      runAt(0, 'B=1'),
      runAt(0, 'B=1'),
      runAt(5, 'B=1', { USER_ID: 'BOB' }),
      runAt(5, 'B=1', { PROCESS_ID: 'OTHER' }),
      runAt(5, 'B=2'),
      ...others(10),
    ]);
    const finding = findingOf(run, 'duplicate_runs');
    expect([...NUMBERS].map((f) => exact(finding, f))).toEqual(['18', '2', '120', '4', '1', '11', '1']);
    expect(finding.items?.map((item) => [item.title, exact(item, 'repeated_runs')])).toEqual([
      ['RPT: 2 repeats', '2'],
    ]);
    expect(finding.evidence.flatMap((e) => (e.kind === 'query' ? (e.rows ?? []) : []))).toEqual([
      { part: 1, row_number: 2 },
      { part: 1, row_number: 5 },
    ]);
    expect(run.result.tests.map(({ p_value }) => p_value)).toEqual([
      differenceOfProportions(1, 4, 1, 11).p_value,
    ]);
  });

  test('schedules, failures, later attempts and runs without parameters may repeat on purpose', async () => {
    const twice = (more: object, parameters = 'A=1') => [
      runAt(0, parameters, more),
      runAt(3, parameters, more),
    ];
    const run = await analyse([
      ...twice({ SCHEDULE_ID: 'S1', PROCESS_ID: 'P1' }),
      ...twice({ STATUS_CD: 'FAILED', PROCESS_ID: 'P2' }),
      ...twice({ PROCESS_ID: 'P3' }, ' '),
      runAt(0, 'A=1', { PROCESS_ID: 'P4', EXECUTE_ATTEMPTS: '1' }),
      runAt(3, 'A=1', { PROCESS_ID: 'P4', EXECUTE_ATTEMPTS: '2' }),
      ...others(10),
    ]);
    expect(run.result.findings).toEqual([]);
    expect(run.result.metrics['repeated_runs']?.value).toBe(0);
  });

  test('a job that runs by the clock repeats nothing, with no schedule column to tell', async () => {
    const ticks = Array.from({ length: 60 }, (_, i) => runAt(5 * i, 'Mode=All', { PROCESS_ID: 'NOTIFY' }));
    const run = await analyse([...ticks, ...others(10)]);
    expect(run.result.findings).toEqual([]);
    expect(run.result.metrics['repeated_runs']?.value).toBe(0);
  });

  test('users who work in sessions, with parameters at random, repeat nothing but by coincidence', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const roll = dice(seed);
      const run = await analyse(
        Array.from({ length: 600 }, (_, i) => {
          const session = Math.floor(i / 12);
          return runAt(session * 700 + roll(30), `A=${roll(40)}`, { USER_ID: `U${session % 4}` });
        }),
      );
      expect(run.result.tests.map(({ p_value }) => [seed, p_value > 0.01])).toEqual([[seed, true]]);
    }
  });

  test('work that is asked for often, at random, repeats no more than by coincidence', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const roll = dice(seed);
      const run = await analyse(
        Array.from({ length: 600 }, (_, i) =>
          runAt(roll(20_000), `A=${roll(3)}`, { PROCESS_ID: `J${i % 2}` }),
        ),
      );
      expect(run.result.tests.map(({ p_value }) => [seed, p_value > 0.01])).toEqual([[seed, true]]);
    }
  });
});
