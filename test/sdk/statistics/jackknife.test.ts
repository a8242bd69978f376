import { expect, test } from 'vitest';
import { jackknife } from '../../../src/sdk/statistics/jackknife.ts';

interface Block {
  readonly weight: number;
  readonly value: number;
}

const weighted = (blocks: readonly Block[]) =>
  blocks.reduce((sum, { weight, value }) => sum + weight * value, 0) /
  blocks.reduce((sum, { weight }) => sum + weight, 0);

test('blocks without weight add nothing to what is known of the error', () => {
  const four = [1.5, 2.5, 0.5, 3.5].map((value) => ({ weight: 1, value }));
  const empty = Array.from({ length: 40 }, () => ({ weight: 0, value: 7 }));
  const [alone, beside] = [jackknife(four, weighted), jackknife([...empty, ...four], weighted)];
  // the mean of four: t on three degrees of freedom
  expect(alone.error).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12);
  expect([beside.error, beside.p_value, beside.blocks]).toEqual([alone.error, alone.p_value, 4]);
  expect(beside.interval(0.95)).toEqual(alone.interval(0.95));
});
