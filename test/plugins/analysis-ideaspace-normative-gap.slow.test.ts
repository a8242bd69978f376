import { describe, expect, test } from 'vitest';
import { tQuantile, tTwoSided } from '../../src/sdk/index.ts';
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
  test('the best cohort of the even weeks is measured in the odd ones and the other way round, in the plain way', async () => {
    const roll = dice(3);
    const plan = Array.from({ length: 400 }, (_, i) => {
      const user = ['ANN', 'BOB', 'CEM'][i % 3] ?? '';
      const day = (Math.floor(i / 10) % 12) * 7 + (i % 4);
      return { user, day, wait: roll(200) + (user === 'BOB' ? 0 : 300) };
    });
    const run = await analyse(
      plan.map(({ user, day, wait }) => runOf(day, user, wait)),
      { close_start_day: 31, close_end_day: 31 },
    );
    const finding = findingOf(run, 'normative_gap');
    const weekOf = ({ day }: { day: number }) => Math.floor(day / 7);
    const beyondOf = (runs: typeof plan) =>
      [0, 1].map((parity) => {
        const days = runs.filter((run) => weekOf(run) % 2 === parity);
        const others = days.filter(({ user }) => user !== 'BOB');
        return (
          others.length *
          (mean(others.map((r) => r.wait)) -
            mean(days.filter(({ user }) => user === 'BOB').map((r) => r.wait)))
        );
      });
    const beyond = beyondOf(plan);
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

    // each kind of weeks again without each of its weeks
    const halves = [0, 1].map((parity) => {
      const own = plan.filter((run) => weekOf(run) % 2 === parity);
      const othersOf = (runs: typeof plan) => runs.filter(({ user }) => user !== 'BOB').length;
      const leadOf = (runs: typeof plan) => (beyondOf(runs)[parity] ?? 0) / othersOf(runs);
      const weeks = [...new Set(own.map(weekOf))];
      const without = weeks.map((week) => leadOf(own.filter((run) => weekOf(run) !== week)));
      const squares = without.reduce((sum, x) => sum + (x - mean(without)) ** 2, 0);
      const error = Math.sqrt(((weeks.length - 1) / weeks.length) * squares);
      return {
        p_value: tTwoSided(leadOf(own) / error, weeks.length - 1),
        width: 2 * tQuantile(0.975, weeks.length - 1) * error * othersOf(own),
      };
    });
    const interval = finding.estimate?.confidence_interval;
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeCloseTo(
      halves.reduce((sum, { width }) => sum + width, 0),
      3,
    );
    const entry = run.result.tests.find(({ hypothesis }) => hypothesis.includes('by user'));
    expect(entry?.p_value).toBeCloseTo(Math.max(...halves.map(({ p_value }) => p_value)), 12);
  });

  test('by time of day a job that runs by the clock is not compared, nor are runs that follow another; others are', async () => {
    const roll = dice(5);
    const hourly = (minute: () => number, more: (i: number) => object) =>
      Array.from({ length: 84 * 12 }, (_, i) => {
        const [day, hour] = [Math.floor(i / 12), (2 * i) % 24];
        const at = Date.UTC(2025, 0, 6) + day * DAY + hour * 3_600_000 + minute() * 60_000;
        const wait = hour < 4 ? 0 : 300;
        return runOf(0, 'ANN', 0, {
          ...{ QUEUE_DT: stamp(at), START_DT: stamp(at + wait * 1000), END_DT: stamp(at + wait * 1000 + 1) },
          ...more(i),
        });
      });
    const kinds = async (runs: Runs) =>
      (await analyse(runs, { close_start_day: 31, close_end_day: 31 })).result.findings.map(
        ({ scope }) => scope,
      );
    expect(
      await kinds(
        hourly(
          () => roll(60),
          () => ({}),
        ),
      ),
    ).toEqual([{ dimension: 'hours', window: 'open' }]);
    expect(
      await kinds(
        hourly(
          () => 0,
          () => ({}),
        ),
      ),
    ).toEqual([]);
    expect(
      await kinds(
        hourly(
          () => roll(60),
          (i) => ({ DEP_PROCESS_QUEUE_ID: String(i + 5000) }),
        ),
      ),
    ).toEqual([]);
  });

  test('a server that is full for some days is not the worse one: seeds 1 to 20', async () => {
    let small = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const roll = dice(seed);
      const full = [0, 1, 2].map(() => {
        let level = 0;
        return Array.from({ length: 84 }, () => {
          if (roll(5) === 0) level = roll(3);
          return 60 * 4 ** level;
        });
      });
      const run = await analyse(
        Array.from({ length: 84 * 9 }, (_, i) =>
          runOf(Math.floor(i / 9), 'ANN', (full[i % 3]?.[Math.floor(i / 9)] ?? 0) + roll(60), {
            LOCAL_MACHINE_ID: `S${i % 3}`,
          }),
        ),
        { close_start_day: 31, close_end_day: 31 },
      );
      small += run.result.tests.filter(({ p_value }) => p_value <= 0.01).length;
    }
    expect(small).toBeLessThanOrEqual(1);
  });

  test('a cohort that was best by luck has no lead in the other weeks: seeds 1 to 20', async () => {
    let small = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const roll = dice(seed);
      const run = await analyse(
        Array.from({ length: 800 }, (_, i) => runOf(roll(84), `U${i % 8}`, roll(1000))),
        { close_start_day: 31, close_end_day: 31 },
      );
      small += run.result.tests.filter(({ p_value }) => p_value <= 0.05).length;
    }
    expect(small).toBeLessThanOrEqual(4);
  });

  test('close and open are not mixed, what can not be changed is not compared, and too few runs say why', async () => {
    const runs = Array.from({ length: 800 }, (_, i) =>
      runOf(Math.floor(i / 4), i % 2 === 0 ? 'ANN' : 'BOB', i % 2 === 0 ? 1 : 900),
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
