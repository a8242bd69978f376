import { expect, test } from 'vitest';
import { fitJobs } from '../../plugins/analysis_close_cycle_contention/fit-jobs.ts';
import { HOURS, type Hours } from '../../plugins/analysis_close_cycle_contention/hours.ts';
import { testJobs } from '../../plugins/analysis_close_cycle_contention/test-jobs.ts';
import { createRandom } from '../../src/sdk/random.ts';

type Study = Parameters<typeof testJobs>[0];

/** Starts of others at hours of some days, each with how many runs of the job are under way and how slow it is. */
function hoursOf(
  days: number,
  startsAt: (day: number, hour: number) => readonly { readonly x: number; readonly slow: number }[],
): Hours {
  const numbers = () => new Float64Array(days * HOURS);
  const all = { starts: numbers(), slowness: numbers() };
  const job = { starts: numbers(), slowness: numbers(), beside: numbers(), squares: numbers() };
  const [products, served] = [numbers(), numbers()];
  for (let at = 0; at < days * HOURS; at += 1) {
    for (const { x, slow } of startsAt(Math.floor(at / HOURS), at % HOURS)) {
      all.starts[at] = (all.starts[at] ?? 0) + 1;
      all.slowness[at] = (all.slowness[at] ?? 0) + slow;
      job.beside[at] = (job.beside[at] ?? 0) + x;
      job.squares[at] = (job.squares[at] ?? 0) + x * x;
      products[at] = (products[at] ?? 0) + x * slow;
    }
  }
  return {
    handle: {} as Hours['handle'],
    weekend: Array.from({ length: days }, () => false),
    ...{ all, ready: numbers(), rows: new Map() },
    jobs: new Map([['A', { ...job, products, served }]]),
  };
}

function judge(hours: Hours) {
  const ctx = { random: (label: string) => createRandom('1', label), test: () => 'a test' };
  return testJobs({ ctx } as unknown as Study, fitJobs(hours))[0];
}

test('a job that runs in the same part of the same hour each day is told by what starts in the rest of the hour', () => {
  const chance = createRandom('3', 'slowness');
  const hours = hoursOf(30, (_, hour) =>
    [0, 1, 2, 3].map((quarter) => {
      const x = hour === 9 && quarter < 2 ? 1 : 0;
      return { x, slow: 0.4 * x + 0.3 * chance.normal() };
    }),
  );
  // Means of hours say nothing of it: the job is under way for half of nine o'clock on every day.
  const told = judge(hours);
  expect(told?.stretch.estimate).toBeCloseTo(0.4, 1);
  expect(told?.p_value).toBeLessThan(0.01);
});

test('a job and a slowness that both grew over the years are not taken for cause and effect', () => {
  const [days, chance] = [600, createRandom('7', 'days')];
  const noise = Array.from({ length: days }, () => chance.normal());
  const stretch = (day: number) => Math.floor(day / 120) + 3;
  const hours = hoursOf(days, (day, hour) => [
    { x: hour < 12 ? stretch(day) : 0, slow: stretch(day) + (noise[day] ?? 0) + 0.1 * chance.normal() },
  ]);
  expect(judge(hours)?.p_value).toBeGreaterThan(0.05);
});
