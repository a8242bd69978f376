import { beforeAll, describe, expect, test } from 'vitest';
import { plantsOf } from '../../src/synth/index.ts';
import { lookAt, PLANTED_LOGS, type Planted, pluginsFor, recallsOf, toldWrongly } from './planted-logs.ts';

// Process logs with effects of their default sizes: each has to be found by every plugin that looks for it, at its size and
// with its target. Here the seeds 1 to 3, through the plugins that look for what is planted, under the ledger of these;
// `npm run bench -- planted-logs` takes the seeds 1 to 20, of which two may be missed.

const SEEDS = ['1', '2', '3'];

test('every effect that the generator can plant in a log is planted, and sought by a plugin', () => {
  const planted = Object.values(PLANTED_LOGS).flatMap(({ plants }) => plants);
  expect([...new Set(planted)].sort()).toEqual(
    plantsOf('process-log')
      .map(({ name }) => name)
      .sort(),
  );
});

describe.each(Object.entries(PLANTED_LOGS))('%s', (_, log) => {
  let planted: Planted[];
  beforeAll(async () => {
    planted = [];
    for (const seed of SEEDS) planted.push(await lookAt(log, seed));
  }, 400_000);

  test('what is planted is found in all logs by every plugin that looks for it', () => {
    const kinds = [
      ...new Set(
        planted.flatMap(({ judged }) =>
          judged.filter(({ expected }) => expected === 'found').map(({ kind }) => kind),
        ),
      ),
    ];
    const recalls = recallsOf(planted);
    expect(new Set(recalls.map(({ plugin }) => plugin))).toEqual(new Set(pluginsFor(kinds)));
    expect(recalls.filter(({ missed }) => missed.length > 0)).toEqual([]);
  });

  test('no trap is named', () => {
    expect(toldWrongly(planted)).toEqual([]);
  });
});
