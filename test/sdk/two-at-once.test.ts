import { expect, test } from 'vitest';
import { twoAtOnce } from '../../src/sdk/index.ts';

test('two works are under way at a time, and their results come in the order of the items', async () => {
  const ends: (() => void)[] = [];
  let [running, most] = [0, 0];
  const results = twoAtOnce(['a', 'b', 'c', 'd'], async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
    return item.toUpperCase();
  });
  // the later of those under way ends first
  for (let ended = 0; ended < 4; ended += 1) {
    ends.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await results).toEqual(['A', 'B', 'C', 'D']);
  expect(most).toBe(2);
});

test('a work that fails fails the whole', async () => {
  const work = async (item: number) => {
    if (item === 2) throw new RangeError('no');
    return item;
  };
  await expect(twoAtOnce([1, 2, 3], work)).rejects.toThrow('no');
});
