import { describe, expect, test } from 'vitest';
import { findingOf } from './compare-waits.ts';
import { analyseLog, dice, smallLog } from './process-log.ts';

type Runs = Parameters<typeof smallLog>;
const DAY = 86_400_000;
const START = Date.UTC(2025, 0, 6, 9);
const stamp = (at: number) => new Date(at).toISOString().replace('T', ' ').replace('Z', '');

/** A run on a day that waited so many seconds. */
function runOf(day: number, user: string, wait: number, more = {}): Runs[number] {
  const at = START + day * DAY;
  return {
    USER_ID: user,
    QUEUE_DT: stamp(at),
    START_DT: stamp(at + wait * 1000),
    END_DT: stamp(at + wait * 1000 + 1),
    ...more,
  };
}

const analyse = (runs: Runs, settings = {}) =>
  analyseLog('analysis_ideaspace_normative_gap', smallLog(...runs), settings);

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('the best comparable runs', () => {
  test('the best cohort of the even days is measured on the odd ones and the other way round, in the plain way', async () => {
    const roll = dice(3);
    const plan = Array.from({ length: 400 }, (_, i) => {
      const user = ['ANN', 'BOB', 'CEM'][i % 3] ?? '';
      const day = Math.floor(i / 10) % 12;
      return { user, day, wait: roll(200) + (user === 'BOB' ? 0 : 300) };
    });
    const run = await analyse(
      plan.map(({ user, day, wait }) => runOf(day, user, wait)),
      { close_start_day: 31, close_end_day: 31 },
    );
    const finding = findingOf(run, 'normative_gap');
    // 2025-01-06 is day 20094 since 1970, an even one
    const beyond = [0, 1].map((parity) => {
      const days = plan.filter(({ day }) => day % 2 === parity);
      const others = days.filter(({ user }) => user !== 'BOB');
      return (
        others.length *
        (mean(others.map((r) => r.wait)) - mean(days.filter(({ user }) => user === 'BOB').map((r) => r.wait)))
      );
    });
    expect(finding.target).toEqual({ activity: 'JOB' });
    expect(finding.scope).toEqual({ dimension: 'user', window: 'open' });
    expect(finding.estimate?.value).toBeCloseTo(
      beyond.reduce((sum, x) => sum + x, 0),
      6,
    );
    expect(
      [finding.replication?.first.value, finding.replication?.second.value]
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(beyond.toSorted((a, b) => a - b).map((x) => expect.closeTo(x, 6)));
    expect(finding.statement).toContain('runs of JOB of BOB wait');

    // the variance over days of both kinds, written out
    let variance = 0;
    for (const parity of [0, 1]) {
      const days = plan.filter(({ day }) => day % 2 === parity);
      const [best, others] = [days.filter((r) => r.user === 'BOB'), days.filter((r) => r.user !== 'BOB')];
      const [a, b] = [mean(best.map((r) => r.wait)), mean(others.map((r) => r.wait))];
      const residuals = [...new Set(days.map((r) => r.day))].map((day) => {
        const of = (runs: typeof days, m: number) =>
          runs.filter((r) => r.day === day).reduce((s, r) => s + r.wait - m, 0);
        return of(others, b) / others.length - of(best, a) / best.length;
      });
      const sum = residuals.reduce((s, r) => s + r * r, 0);
      variance += others.length ** 2 * sum * (residuals.length / (residuals.length - 1));
    }
    const interval = finding.estimate?.confidence_interval;
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo(
      2 * 1.959963984540054 * Math.sqrt(variance),
      3,
    );
  });

  test('a cohort that was best by luck has no lead on the other days: seeds 1 to 20', async () => {
    let small = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const roll = dice(seed);
      const run = await analyse(
        Array.from({ length: 800 }, (_, i) => runOf(roll(40), `U${i % 8}`, roll(1000))),
        { close_start_day: 31, close_end_day: 31 },
      );
      small += run.result.tests.filter(({ p_value }) => p_value <= 0.05).length;
    }
    expect(small).toBeLessThanOrEqual(4);
  });

  test('close and open are not mixed, what can not be changed is not compared, and too few runs say why', async () => {
    const runs = Array.from({ length: 400 }, (_, i) =>
      runOf(Math.floor(i / 16), i % 2 === 0 ? 'ANN' : 'BOB', i % 2 === 0 ? 1 : 900),
    );
    const mixed = await analyse(runs);
    expect(mixed.result.tests.map(({ hypothesis }) => hypothesis.split(',')[0]).toSorted()).toEqual([
      'JOB in close',
      'JOB in open',
    ]);
    const fixed = await analyse(runs, { not_adjustable_activities: ['JOB'] });
    expect([fixed.result.findings, fixed.result.notes.join(' ')]).toEqual([
      [],
      expect.stringContaining('No job that can be changed has two cohorts'),
    ]);
  });
});
