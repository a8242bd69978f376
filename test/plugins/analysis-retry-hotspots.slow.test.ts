import { describe, expect, test } from 'vitest';
import { differenceOfProportions, tQuantile, tTwoSided } from '../../src/sdk/index.ts';
import { exact, findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Runs = Parameters<typeof smallLog>;
const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 6);
const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');

/** One try of a minute on a day, in order within the day. */
function tryOf(job: string, day: number, place: number, status: string, more = {}): Runs[number] {
  const at = START + day * DAY + place * 60_000;
  return {
    PROCESS_ID: job,
    QUEUE_DT: stamp(at),
    START_DT: stamp(at),
    END_DT: stamp(at + 60_000),
    STATUS_CD: status,
    ...more,
  };
}

const analyse = (runs: Runs, settings = {}) =>
  analyseLog('analysis_retry_hotspots', smallLog(...runs), settings);

/** Tries on twenty days, in ten weeks; `fails` says which. */
function log(fails: (job: string, day: number, place: number) => boolean, perDay = 10): Runs {
  return ['BAD', 'GOOD', 'FINE'].flatMap((job) =>
    Array.from({ length: 20 * perDay }, (_, i) => {
      const [day, place] = [Math.floor(i / perDay), i % perDay];
      return tryOf(job, (day % 2) + 7 * Math.floor(day / 2), place, fails(job, day, place) ? 'F' : 'C');
    }),
  );
}

/** The jackknife over weeks in the plain way: everything again without the tries of each week. */
function plainWeeks(runs: Runs, job: string) {
  const weekOf = (run: Runs[number]) =>
    Math.floor((Date.parse(`${run.QUEUE_DT?.replace(' ', 'T')}Z`) - START) / (7 * DAY));
  const share = (of: Runs) => of.filter((run) => run.STATUS_CD === 'F').length / of.length;
  const difference = (of: Runs) =>
    share(of.filter((run) => run.PROCESS_ID === job)) - share(of.filter((run) => run.PROCESS_ID !== job));
  const weeks = [...new Set(runs.map(weekOf))];
  const without = weeks.map((week) => difference(runs.filter((run) => weekOf(run) !== week)));
  const mean = without.reduce((sum, x) => sum + x, 0) / weeks.length;
  const squares = without.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const error = Math.sqrt(((weeks.length - 1) / weeks.length) * squares);
  return {
    p_value: tTwoSided(difference(runs) / error, weeks.length - 1),
    low: difference(runs) - tQuantile(0.975, weeks.length - 1) * error,
  };
}

describe('jobs that fail more often than others', () => {
  test('counts, shares, repeats and lost time are those of the log, and the test is the plain one', async () => {
    const roll = dice(7);
    const runs = log((job) => roll(10) < (job === 'BAD' ? 4 : 1));
    const run = await analyse(runs);
    const finding = findingOf(run, 'retry_hotspot');
    const failed = (job: string) => runs.filter((r) => r.PROCESS_ID === job && r.STATUS_CD === 'F').length;
    const others = failed('GOOD') + failed('FINE');
    expect(finding.target).toEqual({ activity: 'BAD' });
    expect(['tries', 'failed', 'other_tries', 'other_failed'].map((f) => exact(finding, f))).toEqual(
      [200, failed('BAD'), 400, others].map(String),
    );
    expect(exact(finding, 'failed_service_s')).toBe(String(60 * failed('BAD')));
    const bad = runs.filter((r) => r.PROCESS_ID === 'BAD').map((r) => r.STATUS_CD === 'F');
    const repeated = bad.filter((f, i) => f && bad[i - 1] === true).length;
    expect(exact(finding, 'repeated')).toBe(String(repeated));

    const plain = differenceOfProportions(failed('BAD'), 200, others, 400);
    const entry = run.result.tests.find(({ hypothesis }) => hypothesis.startsWith('BAD'));
    expect(entry?.p_value).toBeCloseTo(Math.max(plain.p_value, plainWeeks(runs, 'BAD').p_value), 12);
    expect(finding.estimate?.value).toBeCloseTo(100 * plain.difference, 10);
    expect(finding.estimate?.confidence_interval?.low).toBeCloseTo(100 * plainWeeks(runs, 'BAD').low, 8);
  });

  test('some days in a row on which everything of a job failed are no habit of the job, in no half', async () => {
    const run = await analyse(log((job, day) => job === 'BAD' && (day === 2 || day === 3), 20));
    const entry = run.result.tests.find(({ hypothesis }) => hypothesis.startsWith('BAD'));
    expect(entry?.p_value).toBeGreaterThan(0.1);
    expect(findingOf(run, 'retry_hotspot').replication?.holds).toBe('neither');
  });

  test('a job that always fails is told; one that ran in few weeks is not tested', async () => {
    const always = await analyse(log((job) => job === 'BAD'));
    const entry = always.result.tests.find(({ hypothesis }) => hypothesis.startsWith('BAD'));
    expect(entry?.p_value).toBeCloseTo(2 ** -9, 12);
    expect(findingOf(always, 'retry_hotspot').target).toEqual({ activity: 'BAD' });

    const short = await analyse(log((job) => job === 'BAD', 20).filter((_, i) => i % 400 < 200));
    expect([short.result.tests, short.result.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('at least 6 weeks'),
    ]);
  });

  test('a failure repeats only where the same work failed before: same job, user and parameters', async () => {
    const of = (user: string, parameters: string) => ({ USER_ID: user, PARAM_DESCR_LIST: parameters });
    const run = await analyse([
      tryOf('JOB', 0, 0, 'F', of('A', 'X=1')),
      tryOf('JOB', 0, 1, 'F', of('A', 'X=2')),
      tryOf('JOB', 0, 2, 'F', of('B', 'X=1')),
      tryOf('JOB', 0, 3, 'F', of('A', 'X=1')),
      tryOf('JOB', 0, 4, 'C', of('A', 'X=1')),
      tryOf('JOB', 0, 5, 'F', of('A', 'X=1')),
      ...Array.from({ length: 5 }, (_, i) => tryOf('JOB', 0, 6 + i, 'C', of('A', 'X=9'))),
    ]);
    expect(exact(findingOf(run, 'failures_overall'), 'all_repeated')).toBe('1');
  });

  test('words and settings say what a failure is; a word that most runs have means something else', async () => {
    const words = ['Failed', 'ERROR', 'abend', 'TIMED OUT', 'DONE', 'DONE', 'DONE', 'DONE', 'DONE'];
    const read = await analyse(words.map((word, i) => tryOf('JOB', 0, i, word)));
    expect(exact(findingOf(read, 'failures_overall'), 'all_failed')).toBe('4');

    const codes = ['9', '9', '2', '2', '2'].map((code, i) => tryOf('JOB', 0, i, code));
    const unknown = await analyse(codes);
    expect([unknown.result.findings, unknown.result.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('No value of STATUS_CD is a known word for failure'),
    ]);
    const told = await analyse(codes, { failed_statuses: ['9'] });
    expect(exact(findingOf(told, 'failures_overall'), 'all_failed')).toBe('2');

    const finished = await analyse(['F', 'F', 'F', 'R'].map((word, i) => tryOf('JOB', 0, i, word)));
    expect(finished.result.notes.join(' ')).toContain('it will mean something else');
  });

  test('runs that never started, without a status, or of jobs left out are no tries', async () => {
    const { START_DT, ...never } = tryOf('JOB', 0, 1, 'F');
    const { STATUS_CD, ...open } = tryOf('JOB', 0, 2, 'F');
    const run = await analyse(
      [
        never,
        open,
        tryOf('DOG', 0, 3, 'F'),
        tryOf('JOB', 0, 4, 'F'),
        tryOf('JOB', 0, 5, 'C'),
        ...[6, 7, 8].map((place) => tryOf('JOB', 0, place, 'C')),
      ],
      { watchdog_activities: ['DOG'] },
    );
    const all = findingOf(run, 'failures_overall');
    expect([exact(all, 'all_tries'), exact(all, 'all_failed')]).toEqual(['5', '1']);
  });
});
