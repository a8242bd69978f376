import { describe, expect, test } from 'vitest';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

const analyse = (runs: Parameters<typeof smallLog>, settings = {}) =>
  analyseLog('analysis_schedule_interval', smallLog(...runs), settings);

const MINUTE = 60_000;
const START = Date.UTC(2025, 2, 3, 7);

/** Runs of a job, each a minute of work, queued at these moments. */
function runsAt(job: string, moments: readonly number[], more = {}): Parameters<typeof smallLog> {
  return moments.map((at) => ({
    PROCESS_ID: job,
    QUEUE_DT: stamp(at),
    ELIGIBLE_DT: stamp(at),
    START_DT: stamp(at + 1000),
    END_DT: stamp(at + 61_000),
    ...more,
  }));
}

const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
const every = (minutes: number, ticks: number, from = START) =>
  Array.from({ length: ticks }, (_, i) => from + i * minutes * MINUTE);

/** Moments of a Poisson process, one a `mean` minutes. */
function atRandom(seed: number, mean: number, count: number): number[] {
  const roll = dice(seed);
  let at = START;
  return Array.from({ length: count }, () => {
    at += Math.round(-Math.log((roll(1_000_000) + 1) / 1_000_001) * mean * MINUTE);
    return at;
  });
}

describe('jobs that run by the clock', () => {
  test('a job that runs every two minutes, with two lines at each tick, jitter and a night in between', async () => {
    const days = [0, 1, 2].flatMap((day) => every(2, 30, START + day * 24 * 60 * MINUTE));
    const jitter = days.map((at, i) => at + (i % 7) * 100);
    const lines = jitter.flatMap((at) => [at, at + 900]);
    const run = await analyse([...runsAt('NOTIFY', lines), ...runsAt('ASKED', atRandom(1, 90, 40))]);
    const finding = findingOf(run, 'schedule_interval');
    expect(['ticks', 'gaps', 'regular_gaps', 'runs', 'interval_s'].map((f) => exact(finding, f))).toEqual([
      '90',
      '89',
      '87',
      '180',
      '120',
    ]);
    expect([exact(finding, 'first_hour'), exact(finding, 'last_hour')]).toEqual(['7', '7']);
    expect(exact(finding, 'service_s')).toBe('10800');
    expect(finding.target).toEqual({ activity: 'NOTIFY' });
    expect([exact(finding, 'double_interval_s'), exact(finding, 'half_service_s')]).toEqual(['240', '5400']);
    expect(finding.statement).not.toContain('While at least one run waits');
    expect(run.result.findings.filter(({ kind }) => kind === 'schedule_interval')).toHaveLength(1);
  });

  test('its share of the server time while others wait is told', async () => {
    const at = START + 10 * MINUTE;
    const waits = {
      ...runsAt('ASKED', [at])[0],
      START_DT: stamp(at + 2 * MINUTE),
      END_DT: stamp(at + 5 * MINUTE),
    };
    const run = await analyse([...runsAt('NOTIFY', every(2, 30)), waits]);
    const finding = findingOf(run, 'schedule_interval');
    // of the two minutes in which ASKED waits NOTIFY runs for one, and nothing else runs
    expect(exact(finding, 'inside_percent')).toBe('100');
    expect(finding.statement).toContain('While at least one run waits longer than');
  });

  test('jobs that are asked for at random do not run by the clock, however often, and the reason is told', async () => {
    for (const seed of [1, 2, 3]) {
      const run = await analyse([
        ...runsAt('OFTEN', atRandom(seed, 2, 400)),
        ...runsAt('SELDOM', atRandom(seed + 10, 60, 60)),
      ]);
      expect(run.result.findings).toEqual([]);
      expect(run.result.notes.join(' ')).toContain('No job runs by the clock');
    }
  });

  test('each schedule of a job is told apart; a daily one is in the list and gets no finding of its own', async () => {
    const by = (id: string) => ({ SCHEDULE_ID: id });
    const run = await analyse([
      ...runsAt('SYNC', every(5, 60), by('S1')),
      ...runsAt('SYNC', every(7, 40, START + 3 * MINUTE), by('S2')),
      ...runsAt('DAILY', every(1440, 25), by('S3')),
    ]);
    const findings = run.result.findings.filter(({ kind }) => kind === 'schedule_interval');
    expect(
      findings.map((f) => [f.target, exact(f, 'interval_s'), exact(f, 'runs'), exact(f, 'job_runs')]),
    ).toEqual([[{ activity: 'SYNC' }, '300', '60', '100']]);
    expect(findings[0]?.statement).toContain('60 of its 100 runs');
    const all = findingOf(run, 'scheduled_jobs');
    expect([exact(all, 'clock_jobs'), exact(all, 'clock_runs'), all.items?.length]).toEqual(['2', '125', 3]);
  });

  test('too few ticks say nothing; watchdogs and excluded jobs are left out and named; what can not be changed ranks last', async () => {
    const runs = [
      ...runsAt('FEW', every(5, 19)),
      ...runsAt('DOG', every(5, 50)),
      ...runsAt('GONE', every(5, 50)),
      ...runsAt('VENDOR', every(5, 50)),
    ];
    const run = await analyse(runs, {
      watchdog_activities: ['DOG'],
      excluded_activities: ['GONE'],
      not_adjustable_activities: ['VENDOR'],
    });
    const [vendor] = run.result.findings.filter(({ kind }) => kind === 'schedule_interval');
    expect(vendor?.target).toEqual({ activity: 'VENDOR' });
    expect(vendor?.severity).toBe('info');
    expect(vendor?.score.parts).toMatchObject({ actionability: 0.001 });
    expect(vendor?.statement).toContain('marked as not adjustable');
    const all = findingOf(run, 'scheduled_jobs');
    expect(exact(all, 'all_jobs')).toBe('2');
    expect(all.statement).toContain('(watchdog_activities, excluded_activities): 100, of DOG, GONE.');
  });

  test('a daily job stays one across a change of daylight saving time, whose days have 23 and 25 hours', async () => {
    const local = [
      ...every(1440, 10),
      START + 10 * 1440 * MINUTE - 60 * MINUTE,
      ...every(1440, 12, START + 11 * 1440 * MINUTE - 60 * MINUTE),
    ];
    const run = await analyse(runsAt('DAILY', local), { longest_interval_s: 100_000 });
    expect(exact(findingOf(run, 'schedule_interval'), 'regular_percent')).toBe('100');
  });

  test('runs one after another on a few days are no schedule, however even their gaps', async () => {
    const closes = [0, 30, 60].flatMap((day) => every(2, 60, START + day * 1440 * MINUTE));
    expect((await analyse(runsAt('PAYOUT', closes))).result.findings).toEqual([]);
  });
});
