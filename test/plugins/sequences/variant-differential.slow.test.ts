import { describe, expect, test } from 'vitest';
import type { Block } from '../../../plugins/analysis_variant_differential/features.ts';
import { stratifiedRankSum } from '../../../plugins/analysis_variant_differential/van-elteren.ts';
import { dice } from '../process-log.ts';
import { type Analysed, analyseEvents, type SmallEvent } from './small-log.ts';

const PLUGIN = 'analysis_variant_differential';

describe('the rank sum over blocks', () => {
  /** A block with the durations of cases, with and without. */
  function block(inGroup: readonly number[], others: readonly number[]): Block {
    const all = [...inGroup, ...others];
    const below = (x: number) => all.filter((y) => y < x).length;
    const ties = (x: number) => all.filter((y) => y === x).length;
    const score = (x: number) => 2 * below(x) + ties(x) - all.length;
    const sums = (values: readonly number[]) => ({
      n: values.length,
      sum: BigInt(values.reduce((a, b) => a + b, 0)),
      squares: BigInt(values.reduce((a, b) => a + b * b, 0)),
    });
    return {
      ...{ all: sums(all), inGroup: sums(inGroup) },
      score: BigInt(inGroup.reduce((sum, x) => sum + score(x), 0)),
      scoreSquares: BigInt(all.reduce((sum, x) => sum + score(x) ** 2, 0)),
    };
  }

  test('of one block is that of Wilcoxon: W = 33 of 6 against 5, without ties', () => {
    // ranks 1 3 5 6 8 10 → 33, expected 36, variance 30; with the correction for continuity z = -2.5 / √30
    const { z, superiority, n } = stratifiedRankSum([block([1, 3, 5, 6, 8, 10], [2, 4, 7, 9, 11])]);
    expect(z).toBeCloseTo(-2.5 / Math.sqrt(30), 12);
    expect([superiority, n]).toEqual([12 / 30, 11]);
  });

  test('its variance is that of all ways to choose the cases of each block, with ties', () => {
    const blocks: readonly (readonly number[])[] = [
      [1, 1, 2, 5],
      [3, 3, 3, 4, 9],
    ];
    const chosen = blocks.map((values) => choices(values.length, 2).map((at) => sumOfScores(values, at)));
    const sums = (chosen[0] ?? []).flatMap((a) => (chosen[1] ?? []).map((b) => a + b));
    const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
    const variance = sums.reduce((a, b) => a + (b - mean) ** 2, 0) / sums.length;
    const { z } = stratifiedRankSum([block([5, 2], [1, 1]), block([9, 4], [3, 3, 3])]);
    expect(mean).toBeCloseTo(0, 12);
    expect(z).toBeCloseTo((3 + 1 + 4 + 2 - 1) / Math.sqrt(variance), 12);
  });

  test('where cases are drawn at random, of 200 logs at most 17 have a p-value of 0.05 or less', () => {
    const hits = Array.from({ length: 200 }, (_, seed) => {
      const roll = dice(seed + 1);
      const blocks = Array.from({ length: 6 }, (_unused, level) => {
        const values = Array.from({ length: 20 }, () => 1000 * level + roll(40) ** 2);
        const has = values.map(() => roll(3) === 0);
        return block(
          values.filter((_value, i) => has[i]),
          values.filter((_value, i) => !has[i]),
        );
      });
      return stratifiedRankSum(blocks).p_value <= 0.05;
    }).filter((isHit) => isHit).length;
    expect(hits).toBeLessThanOrEqual(17);
    expect(hits).toBeGreaterThan(1);
  });

  test('blocks where all or none have it say nothing', () => {
    expect(stratifiedRankSum([block([1, 2], []), block([], [3, 4])])).toMatchObject({ p_value: 1, n: 0 });
  });

  function sumOfScores(values: readonly number[], at: readonly number[]): number {
    const score = (x: number) =>
      2 * values.filter((y) => y < x).length + values.filter((y) => y === x).length - values.length;
    return at.reduce((sum, i) => sum + score(values[i] ?? 0), 0);
  }

  function choices(n: number, k: number, from = 0): number[][] {
    if (k === 0) return [[]];
    return Array.from({ length: n - from }, (_, i) => from + i).flatMap((first) =>
      choices(n, k - 1, first + 1).map((rest) => [first, ...rest]),
    );
  }
});

/** Cases of three steps over days; `extra` says what a case has besides, and how many seconds it takes longer. */
function cases(
  count: number,
  seed: number,
  extra: (roll: (limit: number) => number, i: number) => [string[], number],
) {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, i): SmallEvent[] => {
    const [steps, longer] = extra(roll, i);
    const begin = Date.UTC(2025, 0, 1) + i * 1_800_000;
    const at = (seconds: number) =>
      new Date(begin + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const end = 600 + roll(400) + longer;
    const middle = steps.map((step, k): SmallEvent => [String(i), step, at(60 + k)]);
    return [[String(i), 'open', at(0)], ...middle, [String(i), 'close', at(end)]];
  }).flat();
}

describe('what slow cases do differently', () => {
  const told = (run: Analysed) => run.findings.map(({ kind, target }) => [kind, target['activity']]);

  test('a step that makes cases slower is found, with its difference in an interval, in both halves', async () => {
    const run = await analyseEvents(
      PLUGIN,
      cases(300, 3, (roll) => {
        const held = roll(4) === 0;
        return [[...(held ? ['hold'] : []), ...(roll(2) === 0 ? ['note'] : [])], held ? 300 : 0];
      }),
    );
    expect(told(run)).toEqual([['slow_variant', 'hold']]);
    const [finding] = run.findings;
    const value = (name: string) => Number(finding?.fields[name]?.value);
    expect([value('low_s') < 300, value('high_s') > 300, value('low_s') > 200]).toEqual([true, true, true]);
    expect(finding?.replication?.holds).toBe('both');
    expect(run.tests.length).toBe(2);
    expect(run.tests.every(({ dependent }) => dependent)).toBe(true);
    expect(run.artifacts.get('near_misses.csv')).toContain('note');
  });

  test('a step that cases repeat is found; what the same cases do besides is said', async () => {
    const run = await analyseEvents(
      PLUGIN,
      cases(200, 5, (roll) => (roll(3) === 0 ? [['check', 'check', 'mark'], 500] : [['check'], 0])),
    );
    expect(told(run)).toHaveLength(1);
    expect(run.findings[0]?.statement).toContain(
      "Nearly the same cases have other things in common, which can't be told from it: having mark",
    );
  });

  test('a step that comes when everything is slower is no finding: cases are compared with those beside them', async () => {
    const run = await analyseEvents(
      PLUGIN,
      cases(400, 11, (roll, i) => {
        const busy = Math.floor(i / 100) % 2 === 1;
        return [roll(10) < (busy ? 8 : 2) ? ['note'] : [], busy ? 500 : 0];
      }),
    );
    expect(run.findings).toEqual([]);
    expect(run.tests.length).toBe(1);
  });
});
