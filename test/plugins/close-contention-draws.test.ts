import { expect, test } from 'vitest';
import { testJobs } from '../../plugins/analysis_close_cycle_contention/test-jobs.ts';
import { createRandom } from '../../src/sdk/random.ts';

type Arguments = Parameters<typeof testJobs>;

const [DAYS, HOURS] = [600, 24];

/** All of it by hour of each day, as one number of the day. */
const byDay = (value: (day: number) => number) =>
  Float64Array.from({ length: DAYS * HOURS }, (_, at) => value(Math.floor(at / HOURS)));

test('a job and a slowness that both grew over the years are not taken for cause and effect', () => {
  const chance = createRandom('7', 'days');
  const noise = Float64Array.from({ length: DAYS }, () => chance.normal());
  const stretch = (day: number) => Math.floor(day / 120) - 2;
  const fit = {
    ...{ name: 'GROWS', n: DAYS * HOURS, besideS: 1, weights: byDay(() => 1) },
    slowness: byDay((day) => stretch(day) + (noise[day] ?? 0)),
    running: byDay((day) => stretch(day) + (noise[DAYS - 1 - day] ?? 0)),
  };
  const ctx = { random: (label: string) => createRandom('1', label), test: () => 'a test' };
  const study = { ctx } as unknown as Arguments[0];
  const hours = { weekend: Array.from({ length: DAYS }, () => false) } as unknown as Arguments[1];
  expect(testJobs(study, hours, [fit])[0]?.p_value).toBeGreaterThan(0.05);
});
